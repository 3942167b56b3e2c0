"""Which settings there are, read from settings/: names, types, sentences, choices."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pipeline.settings import Settings

SHORT = {
    "model": "speech.model",
    "device": "speech.device",
    "threads": "speech.threads",
    "template": "scoring.template",
}
"""Settings that people reach for: ZHIYIN_MODEL says ZHIYIN_SPEECH__MODEL."""

CHOICES = {
    "language": ("zh", "en"),
    "speech.device": ("auto", "cpu", "cuda"),
    "night.engine": ("local", "ray"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One setting: its dotted name, type (str, int, float, bool or tuple), sentences, default."""

    name: str
    kind: type
    english: str
    chinese: str
    default: Any
    choices: tuple[str, ...]

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return "ZHIYIN_" + self.name.upper().replace(".", "__")

    def sentence(self, language: str) -> str:
        """What it says, in zh or en."""
        return self.chinese if language == "zh" else self.english


@cache
def known() -> dict[str, Known]:
    """Every setting by its dotted name, in the order of settings/."""
    return {setting.name: setting for setting in _read(Settings, "")}


def _read(section: type, prefix: str) -> Iterator[Known]:
    hints = get_type_hints(section, include_extras=True)
    example = section()
    for field in fields(section):
        hint, name = hints[field.name], prefix + field.name
        default = getattr(example, field.name)
        if is_dataclass(default):
            yield from _read(hint, f"{name}.")
        else:
            kind, sentence = get_args(hint) if get_origin(hint) is Annotated else (hint, "")
            kind = get_origin(kind) or kind
            english, _, chinese = sentence.partition(" | ")
            choices = CHOICES.get(name, ())
            yield Known(name, kind, english, chinese or english, default, choices)
