"""The nearest thing said to a phrase that was asked for and not found."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.call import Call, Speaker, Turn
from pipeline.scoring.condition import Look
from pipeline.scoring.scope import overlap, part_of
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import nearest

MIN_SCORE = 0.5
"""Below this, half of the phrase is missing: showing it would only puzzle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What was said (quote, of stored text), the phrase that it comes near to, and how near."""

    start: float
    end: float
    speaker: Speaker
    quote: str
    phrase: str
    score: float


def nearest_said(call: Call, looks: tuple[Look, ...]) -> Nearest | None:
    """The best over all turns looked at and all lexicons asked for; None if nothing comes near."""
    found = [near for look in looks for near in _candidates(call, look)]
    best = max(found, key=lambda near: near.score, default=None)
    return best if best is not None and best.score >= MIN_SCORE else None


def _candidates(call: Call, look: Look) -> Iterator[Nearest]:
    if look.certain:
        return
    lexicons = [value for value in look.find.settings.values() if isinstance(value, Lexicon)]
    for turn in call.turns:
        mine = part_of(turn, look.find.scope.speakers | {Speaker.UNKNOWN})
        if mine and any(overlap(turn, window) for window in look.windows):
            for lexicon in lexicons:
                near = nearest(lexicon, turn.text)
                if near is not None:
                    yield _said(turn, near.start, near.end, near.phrase, near.score)


def _said(turn: Turn, start: int, end: int, phrase: str, score: float) -> Nearest:
    begin, finish = _times(turn, start, end)
    return Nearest(
        start=begin,
        end=finish,
        speaker=turn.speaker,
        quote=turn.text[start:end],
        phrase=phrase,
        score=round(score, 3),
    )


def _times(turn: Turn, start: int, end: int) -> tuple[float, float]:
    """The moments of a stretch of a turn's text; the turn's own where words have no times."""
    at, begin, finish = 0, turn.start, turn.end
    for word in turn.words:
        after = at + len(word.text)
        if at <= start < after and word.start is not None:
            begin = word.start
        if at < end <= after and word.end is not None:
            finish = word.end
        at = after
    return begin, finish
