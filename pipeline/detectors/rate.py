"""Somebody speaks too fast or too slowly. | 语速过快或过慢。

Characters per minute of voiced time, punctuation not counted: over the whole call, one hit for
agent and customer each, or turn by turn. Untrusted words and their time are left out; a turn that
touches them, or one of whose words nothing is left, is not judged. |
每分钟字数：只计字不计标点，时间只计有声时间。按整通计算时坐席、客户各算一次，也可逐句计算。
听不准的字词及其时间不计入；涉及这些内容的句子、没有可信字词的一方不作判断。

above_per_minute: more characters per minute are too fast | 每分钟超过多少字算过快

below_per_minute: fewer characters per minute are too slow | 每分钟不足多少字算过慢

per_turn: judge each turn by itself, not the whole call | 逐句计算，而不是按整通计算

at_least_characters: who says less, or a shorter turn, is not judged | 不足多少字不作判断
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from pipeline.call import Call, Interval, Speaker
from pipeline.detectors._evidence import PEOPLE
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.rate import characters, characters_per_minute, turn_rates
from pipeline.text.spans import union, within
from pipeline.text.timing import voice


@dataclass(frozen=True, slots=True)
class _Pace:
    """How fast somebody speaks in a stretch; per_minute None: nobody can tell."""

    span: Interval
    speaker: Speaker
    per_minute: float | None
    sure: float
    turn: int | None = None


def find(
    call: Call,
    *,
    above_per_minute: float | None = None,
    below_per_minute: float | None = None,
    per_turn: bool = False,
    at_least_characters: int = 10,
) -> Hits:
    """Hits named fast or slow."""
    if call.speech is None:
        return Hits(applicable=False)
    pick = _of_turns if per_turn else _of_call
    paces = [p for speaker in PEOPLE for p in pick(call, speaker, at_least_characters)]
    found = [
        _hit(pace, what)
        for pace in paces
        for what, is_so in (
            ("fast", _exceeds(pace.per_minute, above_per_minute)),
            ("slow", _exceeds(below_per_minute, pace.per_minute)),
        )
        if is_so
    ]
    blind = union(pace.span for pace in paces if pace.per_minute is None)
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), blind)


def _of_call(call: Call, speaker: Speaker, at_least_characters: int) -> Iterator[_Pace]:
    spoken = voice(call, speaker)
    turns = [turn for turn in call.turns if turn.speaker == speaker]
    rate = characters_per_minute(call, speaker)
    said = sum(characters(turn.text) for turn in turns)
    if spoken and (rate is None or said >= at_least_characters):
        sure = fmean(turn.role_confidence for turn in turns) if turns else 0.0
        yield _Pace(Interval(spoken[0].start, spoken[-1].end), speaker, rate, sure)


def _of_turns(call: Call, speaker: Speaker, at_least_characters: int) -> Iterator[_Pace]:
    doubted = union(call.untrusted)
    for index, rate in turn_rates(call, speaker) or ():
        turn = call.turns[index]
        if characters(turn.text) >= at_least_characters:
            heard = None if within(doubted, turn.start, turn.end) else rate
            span = Interval(turn.start, turn.end)
            yield _Pace(span, speaker, heard, turn.role_confidence, index)


def _exceeds(more: float | None, less: float | None) -> bool:
    return more is not None and less is not None and round(more, 3) > round(less, 3)


def _hit(pace: _Pace, what: str) -> Hit:
    return Hit(
        start=pace.span.start,
        end=pace.span.end,
        speaker=pace.speaker,
        what=what,
        kind=Kind.TIMING,
        confidence=pace.sure,
        turn=pace.turn,
    )
