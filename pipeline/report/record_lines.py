"""Lines of the record for people: what an action and its details are called, and a line as a row
of a table."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from pipeline.storage import Act, Line
from pipeline.text.names import shown
from pipeline.wording import word, words_of

AREA, PREFIX = "desk-record", "desk-record.action-"
FIELD = "desk-record.field-"
VALUES = {
    "role": "people.role-",
    "state": "desk-review.state-",
    "match": "desk-rules.kind-",
    "way": "desk-record.way-",
    "wish": "desk-record.wish-",
    **dict.fromkeys(("shared", "confirmed", "sound"), "desk-record.is-"),
}
"""Details whose values are words of ours."""
TARGETS = ("recording", "topic")
HEADS = ("number", "at", "by", "action", "said", "target", "details", "hash")


def actions() -> tuple[str, ...]:
    """Every action that has a name, as the record spells it."""
    return tuple(key.removeprefix(PREFIX) for key in words_of(AREA) if key.startswith(PREFIX))


def action_words(action: str, language: str) -> str:
    """登录; an action that nobody named stands as it is."""
    key = PREFIX + action
    return word(key, language) if key in words_of(AREA) else shown(action)


def target_words(act: Act, language: str) -> str:
    """To which it was done: a number, a name, or what kind of thing has that number."""
    kind, _, number = act.target.partition(" ")
    if kind in TARGETS and number.isdigit():
        return word(f"desk-record.target-{kind}", language, number=number)
    return shown(act.target)


def details_words(act: Act, language: str) -> str:
    """天数 30 · 最多看 500; a detail that nobody named stands as it is."""
    return " · ".join(_detail(key, value, language) for key, value in act.details.items())


def _detail(key: str, value: str | float, language: str) -> str:
    named = FIELD + key in words_of(AREA)
    return f"{word(FIELD + key, language) if named else shown(key)} {_value(key, value, language)}"


def _value(key: str, value: str | float, language: str) -> str:
    said = f"{value:.15g}" if isinstance(value, float) else str(value)
    if key == "filter":
        asked = parse_qsl(said)
        return ", ".join(_detail(name, one, language) for name, one in asked) or "–"
    if key == "action":
        return action_words(said, language)
    if prefix := VALUES.get(key):
        area = prefix.partition(".")[0]
        return word(prefix + said, language) if prefix + said in words_of(area) else shown(said)
    return shown(said)


def record_row(line: Line, language: str) -> Sequence[str | int]:
    """As HEADS says; the moment in UTC, every value on one line."""
    act = line.act
    details = json.dumps(dict(act.details), ensure_ascii=False)
    at = datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="milliseconds")
    said = action_words(act.action, language)
    values = (act.by, act.action, said, act.target, details)
    return (line.number, at, *map(shown, values), line.hash)
