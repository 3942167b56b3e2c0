"""Calls for tests, written to be read: talk("坐席 0.8 您好", "客户 4.1-5.0 你好")."""

from dataclasses import replace

from pipeline.call import Call, CallRecord, Interval, Medium, Turn
from pipeline.scoring.dialogue import call, turn


def talk(
    *lines: str,
    duration: float | None = None,
    about: CallRecord | None = None,
    medium: Medium = Medium.VOICE,
    untrusted: tuple[tuple[float, float], ...] = (),
    confidence: float = 1.0,
) -> Call:
    """A call of the lines, as rule tests write them; voice is where turns are."""
    turns = [_turn(line, confidence) for line in lines]
    made = call(turns, about=about, medium=medium, duration=duration)
    return replace(made, untrusted=tuple(Interval(start, end) for start, end in untrusted))


def untimed(call: Call) -> Call:
    """The same, and nobody knows when in a turn a word was said."""
    without = (tuple(replace(w, start=None, end=None) for w in turn.words) for turn in call.turns)
    turns = zip(call.turns, without, strict=True)
    return replace(call, turns=tuple(replace(turn, words=words) for turn, words in turns))


def _turn(line: str, confidence: float) -> Turn:
    made = turn(line, confidence)
    assert made, f"not «坐席 0.8 您好»: {line}"
    return made
