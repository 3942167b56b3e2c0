"""Fields of other programs' JSON, checked: what is missing is None, what is wrong is refused."""

import math
from typing import Any

from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief

Json = dict[str, Any]
LATEST = 10 * 86400.0
"""Seconds. No recording is longer; a larger number is in another unit, or no time at all."""


def objects(value: Any, what: str, file: str) -> list[Json]:
    """A list of objects; an empty one for null."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refusal("written.wrong-value", file, what=what, found=brief(value), allowed="[{…}]")
    return value


def inside(content: Any, *keys: str) -> Any:
    """What lies under the keys, one in the other; None where the way ends before."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def record(content: Any, *keys: str) -> Json:
    """The object that lies there; an empty one where there is none."""
    found = inside(content, *keys)
    return found if isinstance(found, dict) else {}


def text(one: Json, key: str, where: str, file: str) -> str:
    """A text; "" for null."""
    value = one.get(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(f"{where}.{key}", value, "文字 text", file)
    return value or ""


def label(one: Json, key: str) -> str:
    """Whose voice it is, in the program's own numbers or names; "" where that is not told."""
    value = one.get(key)
    return "" if value is None or isinstance(value, list | dict | bool) else str(value).strip()


def seconds(one: Json, key: str, where: str, file: str, per_second: float = 1.0) -> float | None:
    """A time in seconds; None for null. per_second: so many of its units are a second."""
    value = number(one.get(key))
    if value is not None and 0 <= value / per_second <= LATEST:
        return round(value / per_second, 3)
    if one.get(key) is None:
        return None
    raise _wrong(f"{where}.{key}", one[key], f"0–{LATEST * per_second:g}", file)


def duration(value: Any) -> float | None:
    """How long a recording is, in seconds; None where that is not told, or no such number."""
    read = number(value)
    return read if read is not None and 0 <= read <= LATEST else None


def number(value: Any) -> float | None:
    """A finite number, also one in quotes; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def share(value: Any) -> float | None:
    """A number from 0 to 1; None for anything else."""
    read = number(value)
    return read if read is not None and 0 <= read <= 1 else None


def _wrong(what: str, value: Any, allowed: str, file: str) -> Refusal:
    return Refusal("written.wrong-value", file, what=what, found=brief(value), allowed=allowed)
