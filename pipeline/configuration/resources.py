"""Where the product's own data lies: in the working tree, or inside the installed package."""

from pathlib import Path
from typing import Literal

from pipeline.refusal import Refusal

Name = Literal["lexicons", "scorecards", "scorecards/shared", "models", "sample_audio"]

PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: Name) -> Path:
    """A bundled data folder; a wheel carries it in pipeline/data, the tree beside pipeline/."""
    for place in (PACKAGE / "data" / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise Refusal("settings.no-resources", found=name)


def files(name: Name, home: Path | None, ending: str = ".yaml") -> dict[str, Path]:
    """The data files by their stem; a centre's own, in its home folder, come before the bundled."""
    found: dict[str, Path] = {}
    for place in (folder(name), home / name if home else None):
        if place is not None and place.is_dir():
            found |= {path.stem: path for path in sorted(place.glob(f"*{ending}"))}
    return found
