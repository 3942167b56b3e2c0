"""The home folder: settings, results, a centre's own lexicons and templates, logs."""

import os
import sys
from pathlib import Path

from pipeline.refusal import Refusal

SETTINGS_FILE = "zhiyin.toml"


def home(flag: Path | None = None) -> Path:
    """--home, else ZHIYIN_HOME, else the folder with zhiyin.toml at or above here, else the
    platform's data folder. Created when needed."""
    place = find_home(flag)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            "settings.home-not-made", str(place), found=error.strerror or str(error)
        ) from error
    return place


def find_home(flag: Path | None = None) -> Path:
    """Where the home folder is or would be; nothing is created."""
    if flag is not None:
        return flag.expanduser().resolve()
    if named := os.environ.get("ZHIYIN_HOME"):
        return Path(named).expanduser().resolve()
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / SETTINGS_FILE).is_file():
            return place
    return platform_folder()


def platform_folder() -> Path:
    """The user's data folder on this platform."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "zhiyin"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "zhiyin"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "zhiyin"
