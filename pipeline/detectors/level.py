"""Somebody is too loud, too soft, or unsteady. | 音量过大、过小或不稳。

Loudness is in decibels relative to full scale: 0 is the loudest a recording can hold, speech lies
around -30 to -15. Turns whose level nobody measured are not judged. |
音量以相对满刻度的分贝计：0 为录音能容纳的最大音量，说话一般在 -30 到 -15 之间。
没有音量数据的话轮不作判断。

measure: what is compared: a turn's own level (turn), its distance from the same speaker's turn
before (change), or from the softest to the loudest turn of a speaker in the call (span) |
比较什么：turn 为每句的音量，change 为同一人相邻两句的音量差，span 为同一人整通最响与最轻之差

above_decibels: more than this counts | 超过多少分贝才算

below_decibels: less than this counts | 不足多少分贝才算

at_least_seconds: shorter turns are left out | 不足多少秒的话轮不计
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from pipeline.call import Call, Interval
from pipeline.detectors._evidence import PEOPLE
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.spans import union


def find(
    call: Call,
    *,
    measure: Literal["turn", "change", "span"] = "turn",
    above_decibels: float | None = None,
    below_decibels: float | None = None,
    at_least_seconds: float = 1.0,
) -> Hits:
    """Hits named loud or soft (turn), change, span."""
    turns = [t for t in call.turns if t.speaker in PEOPLE and t.end - t.start >= at_least_seconds]
    if all(turn.level is None for turn in turns):
        return Hits(applicable=False)
    blind = union(Interval(turn.start, turn.end) for turn in turns if turn.level is None)
    found: list[Hit] = []
    for first, last, decibels in _measured(call, measure, at_least_seconds):
        above = above_decibels is not None and decibels > above_decibels
        below = below_decibels is not None and decibels < below_decibels
        if above or below:
            what = ("loud" if above else "soft") if measure == "turn" else measure
            found.append(_hit(call, first, last, what))
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), blind)


def _measured(call: Call, measure: str, at_least: float) -> Iterator[tuple[int, int, float]]:
    """(first turn, last turn, decibels) of everything that is compared."""
    for speaker in PEOPLE:
        levels = [
            (index, turn.level)
            for index, turn in enumerate(call.turns)
            if turn.speaker == speaker
            and turn.level is not None
            and turn.end - turn.start >= at_least
        ]
        if measure == "turn":
            yield from ((index, index, level) for index, level in levels)
        elif measure == "change":
            for (_, before), (index, level) in pairwise(levels):
                yield index, index, round(abs(level - before), 6)
        elif levels:
            loudness = [level for _, level in levels]
            yield levels[0][0], levels[-1][0], round(max(loudness) - min(loudness), 6)


def _hit(call: Call, first: int, last: int, what: str) -> Hit:
    begin, end = call.turns[first], call.turns[last]
    return Hit(
        start=begin.start,
        end=max(begin.end, end.end),
        speaker=begin.speaker,
        what=what,
        kind=Kind.LEVEL,
        confidence=min(begin.role_confidence, end.role_confidence),
        turn=first if first == last else None,
    )
