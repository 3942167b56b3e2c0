"""What is said in a stretch of a call, as a case shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Call, Interval, Speaker, Turn


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody says in an excerpt. start: seconds from its beginning."""

    speaker: Speaker
    start: float
    text: str


def lines_of(call: Call, span: Interval) -> Sequence[Line]:
    """What is said in a stretch of a call: of turns that it cuts, the words that begin in it, as
    far as their times are known."""
    said = ((turn, _said_in(turn, span)) for turn in call.turns)
    return [
        Line(turn.speaker, max(0.0, turn.start - span.start), text) for turn, text in said if text
    ]


def _said_in(turn: Turn, span: Interval) -> str:
    if turn.end < span.start or turn.start >= span.end:
        return ""
    if any(word.start is None for word in turn.words):
        return turn.text
    inside = (word for word in turn.words if span.start <= (word.start or 0.0) < span.end)
    return "".join(word.text for word in inside)
