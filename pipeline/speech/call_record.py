"""The call record beside a recording: x.json beside x.wav, checked field by field."""

import json
import math
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pipeline.call import CallRecord
from pipeline.refusal import Refusal
from pipeline.text.customers import pseudonym
from pipeline.text.names import shown
from pipeline.text.opening import bytes_of, decoded, storable
from pipeline.text.private import MASK, mask

MAX_BYTES = 1 << 20
CHOICES = {"direction": ("in", "out"), "hung_up_by": ("agent", "customer")}
SHOWN_CHARACTERS = 40
NUMBER, PSEUDONYM = "customer_number", "customer"
OURS = ("more", PSEUDONYM)
WITHOUT_QUOTES = ("id", "agent", NUMBER)
AREA = r"(?:10|2\d|[3-9]\d\d)"
FIXED_LINE = re.compile(rf"(?<!\d)0{AREA}[- ]?\d{{7,8}}(?!\d)")
TURNS = re.compile(rb'"turns"\s*:\s*\[')
LIKE_A_NUMBER = re.compile(rf"(?:(?:00)?86)?(?:1[3-9]\d{{9}}|0?{AREA}\d{{7,8}})")
"""Digits alone that may be a telephone's; moments since 1970 are not of this shape."""


def read_record(path: Path) -> CallRecord:
    """The call record in a JSON file; keys that CallRecord lacks are kept in `more`.

    The customer's number is masked here, before anything else sees it, and so is whatever looks
    like a private number in `more`. Refusal with the file and the key where a value has the wrong
    type; it quotes neither the file nor the customer's number.
    """
    return record_in(bytes_of(path, MAX_BYTES), shown(path))


def record_in(data: bytes, file: str) -> CallRecord:
    """The same of the bytes of the file of that name."""
    return record_of(_content(data, file), file)


def record_of(content: Mapping[str, Any], file: str) -> CallRecord:
    """The same of what the file of that name says of a call."""
    values: dict[str, Any] = {}
    more: dict[str, str | float] = {}
    for key, value in content.items():
        if value is None:
            continue
        if key in TYPES:
            values[key] = _checked(file, key, value)
        else:
            more[key] = _kept(value)
    if number := values.get(NUMBER):
        values[PSEUDONYM] = pseudonym(number)
        values[NUMBER] = masked_number(number)
    return CallRecord(**values, more=types.MappingProxyType(more))


def merged(records: Sequence[CallRecord]) -> CallRecord:
    """One record of several: of each field, the first that is known."""
    if len(records) <= 1:
        return records[0] if records else CallRecord()
    values: dict[str, Any] = {}
    for name in (one.name for one in fields(CallRecord) if one.name != "more"):
        said = (getattr(record, name) for record in records)
        values[name] = next((value for value in said if value is not None), None)
    values["test_call"] = any(record.test_call for record in records)
    more = {key: value for record in reversed(records) for key, value in record.more.items()}
    return CallRecord(**values, more=more)


def is_conversation(path: Path) -> bool:
    """Whether a JSON file holds what was said, as a chat does, and is no call record."""
    try:
        with path.open("rb") as file:
            return holds_turns(file.read(MAX_BYTES))
    except OSError:
        return False


def holds_turns(data: bytes) -> bool:
    """The same of the first bytes of the file."""
    return bool(TURNS.search(data))


def masked_number(number: str) -> str:
    """A telephone number with all but its last four characters hidden; the length is kept."""
    hidden = max(len(number) - 4, min(len(number), 4))
    return "*" * hidden + number[hidden:]


def _content(data: bytes, file: str) -> Mapping[str, Any]:
    text, _ = decoded(data)
    try:
        content = json.loads(storable(text))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise Refusal("audio.record-not-json", file, line) from None
    if not isinstance(content, dict):
        raise Refusal("audio.record-not-object", file)
    return content


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_channel(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


CHECKS: Mapping[type, tuple[Callable[[Any], bool], str]] = {
    str: (_is_text, "文字 text"),
    float: (_is_number, "数字 number"),
    int: (_is_channel, "0、1、2…"),
    bool: (_is_yes_or_no, "true / false"),
}


def _types() -> dict[str, type]:
    """The plain type of every field of a call record that a file may give."""
    hints = get_type_hints(CallRecord)
    names = [field.name for field in fields(CallRecord) if field.name not in OURS]
    return {name: next((t for t in get_args(hints[name]) if t in CHECKS), bool) for name in names}


TYPES = _types()


def _checked(file: str, key: str, value: Any) -> Any:
    if key in WITHOUT_QUOTES and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # numbers are often written without quotes
    fits, allowed = CHECKS[TYPES[key]]
    if key in CHOICES:
        fits, allowed = CHOICES[key].__contains__, " / ".join(CHOICES[key])
    if key == "started":
        fits, allowed = _is_moment, "2025-06-01T09:30:00+08:00"
    if not fits(value):
        found = MASK if key == NUMBER else brief(value)
        raise Refusal("audio.record-type", file, what=key, found=found, allowed=allowed)
    return float(value) if TYPES[key] is float else value


def _is_moment(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _kept(value: Any) -> str | float:
    """A further field: text and numbers, anything else as its JSON; private numbers masked."""
    if not _is_number(value):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return _without_numbers(text)
    written = f"{value:.0f}" if value == int(value) else str(value)
    if LIKE_A_NUMBER.fullmatch(written):
        return masked_number(written)
    hidden = _without_numbers(written)
    return float(value) if hidden == written else hidden


def _without_numbers(text: str) -> str:
    (hidden,) = mask([text])
    return FIXED_LINE.sub(lambda found: masked_number(found.group()), hidden)


def brief(value: Any) -> str:
    """A value as a message may show it: its beginning, private numbers masked."""
    return shown(_without_numbers(str(value))[:SHOWN_CHARACTERS])
