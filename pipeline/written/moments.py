"""When messages were written: seconds, clock times, dates and times, or seconds since 1970."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise

from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief
from pipeline.written.said import Said

CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)")
DATED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[ t]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?"
    r"\s*(z|[+-]\d{2}:?\d{2})?"
)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})()")
PUNCTUATION = str.maketrans({"年": "-", "月": "-", "日": " ", "/": "-", "T": "t", "Z": "z"})
SINCE_1970 = 1e9
"""A number from here on counts seconds since 1970 (2001 and later), not from the start..."""
MILLISECONDS = 1e11
"""...and from here on milliseconds."""
LAST = 1e14
DAY = 86400.0
FORMS = "2026-03-05 17:43:53、17:43:53、12.5"
"""What is allowed, for people."""


class Clock(Enum):
    """What a moment counts from: the start, midnight, a date without a zone, or a date in one."""

    START = "start"
    MIDNIGHT = "midnight"
    DATE = "date"
    ZONED = "zoned"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in seconds of its clock; written to the second, or only to the minute."""

    clock: Clock
    seconds: float
    to_the_minute: bool = False
    began: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Seconds from the start for every message, in the order of time.

    newest_first: the file has them the other way round. began: ISO 8601, where dates are known.
    """

    starts: tuple[float, ...]
    ends: tuple[float, ...]
    began: str | None = None
    to_the_minute: bool = False
    newest_first: bool = False


def timeline(said: Sequence[Said], file: str) -> Timeline:
    """The times of all messages. Refusal, with line and value, where one is no time, counts
    otherwise than those before, or goes back. Of clock times and dates the first is second 0."""
    moments = [_moment_of(one, one.start, file) for one in said]
    for one, moment in zip(said, moments, strict=True):
        if moment.clock != moments[0].clock:
            raise _refused("written.mixed-times", file, one, one.start)
    seconds = _over_midnight(moments)
    newest_first = seconds[0] > seconds[-1] and all(a >= b for a, b in pairwise(seconds))
    if newest_first:
        said, moments, seconds = said[::-1], moments[::-1], seconds[::-1]
    for (before, one), (earlier, later) in zip(pairwise(said), pairwise(seconds), strict=True):
        if later < earlier:
            raise _refused("written.backwards", file, one, one.start, before.start)
    zero = 0.0 if moments[0].clock == Clock.START else seconds[0]
    starts = tuple(round(at - zero, 3) for at in seconds)
    return Timeline(
        starts=starts,
        ends=tuple(_end(o, m, s, file) for o, m, s in zip(said, moments, starts, strict=True)),
        began=moments[0].began,
        to_the_minute=all(moment.to_the_minute for moment in moments),
        newest_first=newest_first,
    )


def _end(one: Said, began: Moment, start: float, file: str) -> float:
    """A message has no length unless the file gives it one."""
    if one.end is None:
        return start
    ended = _moment_of(one, one.end, file)
    if ended.clock != began.clock or ended.seconds < began.seconds:
        raise _refused("written.ends-before", file, one, one.end, one.start)
    return round(start + ended.seconds - began.seconds, 3)


def _over_midnight(moments: Sequence[Moment]) -> list[float]:
    """Clock times that fall back by more than half a day go on the next day."""
    seconds = [moment.seconds for moment in moments]
    if moments[0].clock == Clock.MIDNIGHT:
        for at in range(1, len(seconds)):
            if seconds[at - 1] - seconds[at] > DAY / 2:
                seconds[at:] = [s + DAY for s in seconds[at:]]
    return seconds


def _moment_of(one: Said, value: object, file: str) -> Moment:
    moment = _number(value) if isinstance(value, int | float) else _written(value)
    if moment is None:
        raise _refused("written.not-a-time", file, one, value)
    return moment


def _refused(
    key: str, file: str, one: Said, found: object, before: object | None = None
) -> Refusal:
    allowed = FORMS if before is None else brief(before)
    return Refusal(key, file, one.line, number=one.number, found=brief(found), allowed=allowed)


def _number(value: float) -> Moment | None:
    """Seconds from the start, or since 1970; milliseconds since then."""
    if isinstance(value, bool) or not math.isfinite(value) or not 0 <= value < LAST:
        return None
    if len(digits := f"{value:.0f}") == 14:
        return _written(digits)
    if value < SINCE_1970:
        return Moment(Clock.START, float(value))
    since = value / 1000 if value >= MILLISECONDS else float(value)
    began = datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds")
    return Moment(Clock.ZONED, since, began=began)


def _written(value: object) -> Moment | None:
    if not isinstance(value, str):
        return None
    text = unicodedata.normalize("NFKC", value).strip().translate(PUNCTUATION)
    if clock := CLOCK.fullmatch(text):
        hours, minutes, seconds = (float(part) for part in clock.groups())
        whole = hours < 24 and minutes < 60 and seconds < 60
        return Moment(Clock.MIDNIGHT, hours * 3600 + minutes * 60 + seconds) if whole else None
    if dated := DATED.fullmatch(text) or COMPACT.fullmatch(text):
        return _dated(*dated.groups())
    try:
        return _number(float(text)) if text.isascii() else None
    except ValueError:
        return None


def _dated(*parts: str | None) -> Moment | None:
    year, month, day, hour, minute = (int(part or 0) for part in parts[:5])
    try:
        at = datetime(year, month, day, hour, minute)
    except ValueError:
        return None
    seconds, zone = float(parts[5] or 0), parts[6]
    if seconds >= 60:
        return None
    at += timedelta(seconds=seconds)
    if zone:
        at = datetime.fromisoformat(at.isoformat() + zone.replace("z", "+00:00"))
    since = at.timestamp() if zone else (at - datetime(1970, 1, 1)).total_seconds()
    clock = Clock.ZONED if zone else Clock.DATE
    return Moment(clock, since, parts[5] is None, at.isoformat(timespec="seconds"))
