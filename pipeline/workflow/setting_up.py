"""A home folder to begin with: commented settings, lexicons and templates to edit."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipeline.configuration import SETTINGS_FILE, Known, files, known
from pipeline.configuration.resources import Name

COPIED: tuple[Name, ...] = ("lexicons", "scorecards", "scorecards/shared")


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the home folder; new is False where it was there and was left alone."""

    path: Path
    new: bool


def set_up(home: Path, first_line: str, language: str) -> Iterator[Made]:
    """Lay out a home folder. What is there stays as it is."""
    yield _write(home / SETTINGS_FILE, settings_text(first_line, language))
    for name in COPIED:
        (home / name).mkdir(parents=True, exist_ok=True)
        for source in files(name, None).values():
            target = home / name / source.name
            new = not target.exists()
            if new:
                shutil.copyfile(source, target)
            yield Made(target, new)


def settings_text(first_line: str, language: str) -> str:
    """Every setting with its sentence and default, commented out."""
    blocks = [first_line]
    for section, settings in groupby(known().values(), key=_section):
        lines = [f"[{section}]"] if section else []
        for setting in settings:
            lines += [f"# {setting.sentence(language)}"]
            lines += [f"#{_key(setting)} = {_toml(setting.default)}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _section(setting: Known) -> str:
    return setting.name.rpartition(".")[0]


def _key(setting: Known) -> str:
    return setting.name.rpartition(".")[2]


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> Made:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return Made(path, False)
    return Made(path, True)
