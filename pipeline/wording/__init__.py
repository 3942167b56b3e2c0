"""Words for people, in Chinese and English: one YAML file per area, a flat mapping of keys.

Code below the doors speaks in keys (Reason, Refusal); here they become sentences. A number without
a format is written short; `{at:clock}` writes seconds as minutes:seconds, `{count:call|calls}` a
number with the word that fits it; `{found:foreign}` tells what a library said in our words.
"""

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.call import Reason
from pipeline.refusal import Advice, Refusal
from pipeline.wording.foreign import Known, known, told

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent


def say(reason: Reason, language: str) -> str:
    """The reason in words."""
    return word(reason.key, language, **reason.values)


def say_refusal(refusal: Refusal | Advice, language: str) -> str:
    """The refusal in words, after the place that it is about: `a.yaml:3:12: ...`."""
    values = {**refusal.reason.values, "file": refusal.file, "line": refusal.line or ""}
    numbers = (refusal.line, refusal.column if refusal.line else None)
    place = ":".join((refusal.file, *(str(number) for number in numbers if number)))
    said = word(refusal.reason.key, language, **values)
    if isinstance(refusal, Advice):
        said = word("advice.said", language, said=said)
    return f"{place}: {said}" if place else said


def word(key: str, language: str, **values: str | float) -> str:
    """The words of a key. A key without words is shown as it is: a gap, never a crash."""
    text = words_of(key.partition(".")[0]).get(key, {}).get(language)
    if text is None:
        listed = ", ".join(f"{name}={value}" for name, value in values.items())
        return f"{key} ({listed})" if listed else key
    return (_CHINESE if language == "zh" else _FORMAT).vformat(text, (), values)


def foreign(text: str, language: str) -> str:
    """What the system or a library said, in our words where we have any; English is theirs."""
    return told(text, _known()) if language == "zh" else text


@cache
def words_of(area: str) -> Mapping[str, Mapping[str, str]]:
    """All words of an area: key → language → text."""
    path = FOLDER / f"{area}.yaml"
    if not path.is_file():
        return {}
    content = YAML(typ="safe").load(path.read_text("utf-8"))
    return dict(content or {})


def clock(seconds: float) -> str:
    """Seconds as people write them: 1:05, 1:02:09."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


class _Format(string.Formatter):
    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "…")

    def format_field(self, value: Any, format_spec: str) -> str:
        if not isinstance(value, int | float):
            return self.foreign(str(value)) if format_spec == "foreign" else str(value)
        if format_spec == "clock":
            return clock(value)
        short = f"{value:.2f}".rstrip("0").rstrip(".")
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return f"{short} {one if value == 1 else many}"
        return format(value, format_spec) if format_spec else short

    def foreign(self, text: str) -> str:
        return text


class _Chinese(_Format):
    def foreign(self, text: str) -> str:
        return foreign(text, "zh")


@cache
def _known() -> Known:
    return known(words_of("foreign"))


_FORMAT, _CHINESE = _Format(), _Chinese()
