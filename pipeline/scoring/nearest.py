"""The nearest thing said to a phrase that was asked for and not found."""

from collections.abc import Iterator

from pipeline.call import Call, Speaker, Turn, Word
from pipeline.hit import Hit, Kind
from pipeline.scoring.answer import Nearest
from pipeline.scoring.condition import Find
from pipeline.scoring.hearing import sought
from pipeline.scoring.scope import Windows, overlap, part_of
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import Near, nearest

NEIGHBOURS = 2
"""What is missing of a phrase stands beside what is there: so many characters count for trust."""
MIN_SCORE = 0.6
"""Below this, nearly half of the phrase is missing: showing it would only puzzle."""
MIN_CHARACTERS, FEWEST = 3, 2
"""Two characters are no near miss unless they sound the same: 现在 tells nothing of 再见."""
SAME = 0.95
"""So near, a phrase of any length sounds the same."""


def nearest_said(call: Call, find: Find, spans: Windows) -> Nearest | None:
    """The best over all turns in the windows and all lexicons; None if nothing comes near."""
    best = max(_candidates(call, find, spans), key=lambda near: near.score, default=None)
    return best if best is not None and best.score >= MIN_SCORE else None


def as_hit(near: Nearest) -> Hit:
    """What came near, as evidence that a person should judge."""
    return Hit(
        start=near.start,
        end=near.end,
        speaker=near.speaker,
        what=near.phrase,
        kind=Kind.SOUND,
        quote=near.quote,
        confidence=near.score,
        turn=near.turn,
    )


def _candidates(call: Call, find: Find, spans: Windows) -> Iterator[Nearest]:
    lexicons = [words for words in sought(find) if isinstance(words, Lexicon)]
    for index, turn in enumerate(call.turns):
        mine = turn.speaker == Speaker.UNKNOWN or part_of(turn, find.scope.speakers)
        if lexicons and mine and any(overlap(turn, span) for span in spans):
            for lexicon in lexicons:
                near = nearest(lexicon, turn.text)
                if near is not None and _tells(near):
                    words = _words(turn, near.start, near.end)
                    around = _words(turn, near.start - NEIGHBOURS, near.end + NEIGHBOURS)
                    yield Nearest(
                        start=_first([word.start for word in words], turn.start),
                        end=_first([word.end for word in reversed(words)], turn.end),
                        speaker=turn.speaker,
                        quote=turn.text[near.start : near.end],
                        phrase=near.phrase,
                        score=round(near.score, 3),
                        trust=min((word.confidence for word in around), default=1.0),
                        turn=index,
                    )


def _tells(near: Near) -> bool:
    """Whether it is more than a scrap that any talk would hold."""
    return near.end - near.start >= (FEWEST if near.score >= SAME else MIN_CHARACTERS)


def _words(turn: Turn, start: int, end: int) -> list[Word]:
    """The words of a stretch of a turn's text."""
    at, words = 0, []
    for word in turn.words:
        if at < end and start < at + len(word.text):
            words.append(word)
        at += len(word.text)
    return words


def _first(times: list[float | None], otherwise: float) -> float:
    return next((time for time in times if time is not None), otherwise)
