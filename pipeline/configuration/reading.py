"""Settings from flags, environment, zhiyin.toml and defaults, in this order; who said what."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.configuration.home import SETTINGS_FILE
from pipeline.configuration.known import SHORT, Known, known
from pipeline.refusal import Refusal
from pipeline.settings import Settings

PREFIX = "ZHIYIN_"
ALIKE = 0.8
"""From here a variable is a misspelt setting (ZHIYIN_MODLE), not somebody else's."""
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
WRONG_TYPE = {
    int: "settings.not-whole",
    float: "settings.not-number",
    bool: "settings.not-yes-no",
    str: "settings.not-text",
    tuple: "settings.not-list",
}
FLAGS = {"language": "--lang"}
"""Flags that are not called as their setting is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was said: default, flag --model, the variable's name, or file and line."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


DEFAULT = Place("")


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings, and for each dotted name where its value comes from."""

    settings: Settings
    places: Mapping[str, Place]


def read_settings(
    home: Path | None = None, flags: Mapping[str, object] = MappingProxyType({})
) -> Settings:
    """Flags over environment over zhiyin.toml over defaults. flags: dotted names; None is unsaid.

    Raises Refusal with file, line, what was found and what is allowed."""
    return configure(home, flags).settings


def configure(
    home: Path | None = None, flags: Mapping[str, object] = MappingProxyType({})
) -> Configured:
    """The settings with the place where each was said."""
    values: dict[str, object] = {}
    places: dict[str, Place] = dict.fromkeys(known(), DEFAULT)
    for layer in (_file(home), _environment(), _flags(flags)):
        for name, (value, place) in layer.items():
            values[name] = _checked(known()[name], value, place)
            places[name] = place
    return Configured(_filled(Settings, "", values), MappingProxyType(places))


def _filled(section: type, prefix: str, values: Mapping[str, object]) -> Any:
    """A section of the settings; what is not in values keeps its default."""
    given: dict[str, object] = {}
    example = section()
    for field in fields(section):
        name, default = prefix + field.name, getattr(example, field.name)
        if is_dataclass(default):
            given[field.name] = _filled(type(default), f"{name}.", values)
        elif name in values:
            given[field.name] = values[name]
    return section(**given)


Layer = dict[str, tuple[object, Place]]


def _flags(flags: Mapping[str, object]) -> Layer:
    said = {name: value for name, value in flags.items() if value is not None}
    return {
        _name(name, Place("flags")): (value, Place(FLAGS.get(name, f"--{name.rpartition('.')[2]}")))
        for name, value in said.items()
    }


def _environment() -> Layer:
    layer: Layer = {}
    # The long form wins over the short one: it sorts later ("__" is more specific).
    variables = sorted(os.environ.items(), key=lambda item: "__" in item[0])
    for variable, value in variables:
        if not variable.startswith(PREFIX) or _is_of_others(variable):
            continue
        said = variable.removeprefix(PREFIX).lower().replace("__", ".")
        layer[_name(SHORT.get(said, said), Place(variable))] = (value, Place(variable))
    return layer


def _is_of_others(variable: str) -> bool:
    """ZHIYIN_HOME and whatever is neither a setting nor near one: test and build tools have
    variables of their own. One with two underscores can only mean a setting."""
    said = variable.removeprefix(PREFIX).lower()
    tops = [*SHORT, *(name for name in known() if "." not in name)]
    return "__" not in said and not get_close_matches(said, tops, n=1, cutoff=ALIKE)


def _file(home: Path | None) -> Layer:
    path = home / SETTINGS_FILE if home else None
    if path is None or not path.is_file():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise Refusal("settings.not-utf8", str(path)) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Refusal(
            "settings.not-toml", str(path), int(line[1]) if line else None, found=_said(error)
        ) from error
    return _entries(path, text, content)


def _said(error: tomllib.TOMLDecodeError) -> str:
    """What is wrong; a section is named as it is written."""

    def section(named: re.Match[str]) -> str:
        return "[" + ".".join(re.findall("'([^']*)'", named[0])) + "]"

    return re.sub(r"\('[^()]*\)", section, str(error))


def _entries(path: Path, text: str, content: Mapping[str, object]) -> Layer:
    """The file's entries by dotted name, each with its line."""
    layer: Layer = {}
    for section, entry in content.items():
        if not isinstance(entry, dict):
            place = Place(str(path), line_of(text, "", section))
            layer[_name(section, place)] = (entry, place)
            continue
        for key, value in entry.items():
            place = Place(str(path), line_of(text, section, key))
            layer[_name(f"{section}.{key}", place)] = (value, place)
        if not entry:
            _name(section, Place(str(path), line_of(text, "", section)), prefix=True)
    return layer


def _name(name: str, place: Place, prefix: bool = False) -> str:
    """The dotted name, if there is such a setting (or, with prefix, such a section)."""
    if name in known() or (prefix and any(other.startswith(f"{name}.") for other in known())):
        return name
    section = name.rpartition(".")[0]
    near = [n for n in known() if n.startswith(f"{section}.")] if section else []
    allowed = near or sorted({n.partition(".")[0] for n in known()})
    raise Refusal(
        "settings.unknown-key", place.file, place.line, found=name, allowed="、".join(allowed)
    )


def line_of(text: str, section: str, key: str) -> int | None:
    """The line, from 1, on which a TOML text says key in [section] ("" is the top)."""
    said = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    dotted = re.compile(rf"\s*{re.escape(section)}\s*\.\s*{re.escape(key)}\s*=")
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            current = header[1]
            if not section and current == key:
                return number
        elif (current == section and said.match(line)) or (not current and dotted.match(line)):
            return number
    return None


def _checked(setting: Known, value: object, place: Place) -> object:
    """The value in the setting's type; text from the environment is read as that type."""
    read = _from_text(setting, value) if isinstance(value, str) else value
    if setting.kind is float and type(read) is int:
        read = float(read)
    if setting.kind is tuple and isinstance(read, list) and all(type(v) is str for v in read):
        read = tuple(read)
    if type(read) is not setting.kind:
        raise Refusal(
            WRONG_TYPE[setting.kind], place.file, place.line, name=setting.name, found=str(value)
        )
    if setting.choices and read not in setting.choices:
        raise Refusal(
            "settings.not-a-choice",
            place.file,
            place.line,
            name=setting.name,
            found=str(value),
            allowed="、".join(setting.choices),
        )
    return read


def _from_text(setting: Known, value: str) -> object:
    word = value.strip()
    try:
        if setting.kind is bool:
            return True if word.lower() in YES else False if word.lower() in NO else value
        if setting.kind is tuple:
            return [part.strip() for part in word.split(",") if part.strip()]
        return setting.kind(word) if setting.kind in (int, float) else value
    except ValueError:
        return value
