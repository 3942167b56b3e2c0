"""Lines of the record for people: what an action is called, and a line as a row of a table."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.storage import Line
from pipeline.text.names import shown
from pipeline.wording import word, words_of

AREA, PREFIX = "desk-record", "desk-record.action-"
HEADS = ("number", "at", "by", "action", "said", "target", "details", "hash")


def actions() -> tuple[str, ...]:
    """Every action that has a name, as the record spells it."""
    return tuple(key.removeprefix(PREFIX) for key in words_of(AREA) if key.startswith(PREFIX))


def action_words(action: str, language: str) -> str:
    """登录; an action that nobody named stands as it is."""
    key = PREFIX + action
    return word(key, language) if key in words_of(AREA) else shown(action)


def record_row(line: Line, language: str) -> Sequence[str | int]:
    """As HEADS says; the moment in UTC, every value on one line."""
    act = line.act
    details = json.dumps(dict(act.details), ensure_ascii=False)
    at = datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="milliseconds")
    said = action_words(act.action, language)
    values = (act.by, act.action, said, act.target, details)
    return (line.number, at, *map(shown, values), line.hash)
