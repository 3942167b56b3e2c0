"""What detectors find, and the verdicts that follow from it. Data only."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.call import Interval, Speaker


class Kind(StrEnum):
    """How a hit was found; a SOUND hit is worth less than one that is spelled out."""

    TEXT = "text"
    WORD = "word"
    SOUND = "sound"
    REGEX = "regex"
    TIMING = "timing"
    LEVEL = "level"
    RECORD = "record"


class Verdict(StrEnum):
    """The answer to one item of a scorecard. CRASHED is the runner's word alone."""

    PASS = "pass"
    FAIL = "fail"
    UNSURE = "unsure"
    NOT_APPLICABLE = "not_applicable"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One span found in a call: the evidence.

    what names the thing found (the phrase of the lexicon, "silence", ...); quote is the stored
    text there ("" for timing). turn is the index of the turn it lies in, None for timing.
    confidence is 0..1: trust in the words and in the role together.
    """

    start: float
    end: float
    speaker: Speaker
    what: str
    kind: Kind
    quote: str = ""
    confidence: float = 1.0
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """All that a detector found, ordered by start, and the spans that it could not judge.

    applicable is False where the call lacks what the detector needs (no audio, no record).
    """

    found: tuple[Hit, ...] = ()
    blind: tuple[Interval, ...] = ()
    applicable: bool = True
