"""The picture of a recording: who sounds where, as paths of an SVG that scales to any width."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Call, Speaker, Turn
from pipeline.wording import clock

BINS = 480
"""Bars across the page: finer than a pixel on a telephone, three pixels on a desk."""
HALF = 46.0
LEAST = 1.0
"""Heights of a bar, of a lane that is 100 high: silence is a thin line, not nothing."""
NOBODY = "nobody"
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel: a label, and for each who sounds in it, the path of the bars."""

    who: str
    paths: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of the ruler, in percent of the width."""

    at: float
    label: str


def lanes(call: Call, peaks: Sequence[Sequence[float]]) -> tuple[Lane, ...]:
    """A lane per channel. All share one scale, so that a faint channel looks faint."""
    loudest = max((peak for channel in peaks for peak in channel), default=0.0) or 1.0
    return tuple(_lane(call, number, channel, loudest) for number, channel in enumerate(peaks))


def ticks(duration: float) -> tuple[Tick, ...]:
    """Round moments, never more than a dozen."""
    step = next((step for step in TICKS if duration / step <= MOST_TICKS), TICKS[-1])
    count = int(duration / step) if duration else 0
    return tuple(Tick(100 * i * step / duration, clock(i * step)) for i in range(1, count + 1))


def _lane(call: Call, channel: int, peaks: Sequence[float], loudest: float) -> Lane:
    turns = [turn for turn in call.turns if turn.channel == channel]
    starts = [turn.start for turn in turns]
    bars: dict[str, list[str]] = {}
    for number, peak in enumerate(peaks):
        at = (number + 0.5) * call.duration / max(1, len(peaks))
        who = _who(turns, starts, at)
        half = max(LEAST, HALF * (peak / loudest) ** 0.7)  # the faint stays visible
        bars.setdefault(who, []).append(f"M{number + 0.5:g} {-half:.1f}V{half:.1f}")
    paths = tuple((who, "".join(found)) for who, found in bars.items())
    return Lane(_owner(turns), paths)


def _who(turns: Sequence[Turn], starts: Sequence[float], at: float) -> str:
    """Who has the word in the channel at the moment; the turn begun last, if it still goes on."""
    index = bisect_right(starts, at) - 1
    if index >= 0 and turns[index].end >= at:
        return turns[index].speaker.value
    return NOBODY


def _owner(turns: Sequence[Turn]) -> str:
    """Who speaks in the channel, if it is one person's."""
    people = {turn.speaker for turn in turns} - {Speaker.OTHER}
    return people.pop().value if len(people) == 1 else NOBODY
