"""When private numbers are said, so that nobody hears what a mask hides.

The times of words only point at them: they may be off by tenths of a second. So a stretch reaches
from the last word before the masked ones to the first word after them, and a little into both.
"""

from collections.abc import Iterator, Sequence

from pipeline.call import Call, Interval, Turn
from pipeline.text.private import MASK

MARGIN = 0.25
"""Seconds of the neighbouring words that go with a number."""


def hushed(call: Call) -> tuple[Interval, ...]:
    """The stretches of a recording in which masked words are said, apart and in order. Where a
    turn's words have no times, all of the turn."""
    found = [stretch for turn in call.turns for stretch in _stretches(turn)]
    wide = (Interval(max(0.0, one.start - MARGIN), one.end + MARGIN) for one in found)
    return apart(sorted(wide, key=lambda one: one.start))


def apart(stretches: Sequence[Interval]) -> tuple[Interval, ...]:
    """Stretches in the order of their starts, with those that touch made one."""
    joined: list[Interval] = []
    for one in stretches:
        if joined and one.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)


def within(stretches: Sequence[Interval], span: Interval) -> tuple[Interval, ...]:
    """The parts of stretches that lie in a span."""
    cut = (Interval(max(s.start, span.start), min(s.end, span.end)) for s in stretches)
    return tuple(one for one in cut if one.start < one.end)


def _stretches(turn: Turn) -> Iterator[Interval]:
    """From the word before each row of masked ones to the word after it."""
    before, last = turn.start, turn.start
    first: float | None = None
    for word in turn.words:
        if MASK in word.text:
            if first is None:
                first = min(before, word.start if word.start is not None else before)
            last = max(last, word.end if word.end is not None else last)
        elif word.start is not None and word.end is not None:
            if first is not None:
                yield Interval(first, max(word.start, last))
                first = None
            before = last = word.end
    if first is not None:
        yield Interval(first, max(turn.end, last))
