"""What decisions teach, as it is stored: numbers, phrases of lexicons, and no words of calls but
proposed phrases, which go with the calls that they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.call import Call
from pipeline.scoring.points import Ruling
from pipeline.scoring.review import Mark
from pipeline.scoring.scorecard import Scorecard

Key = tuple[str, str]
"""A template, and an item of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A card with its call as it was drafted. rulings, at: as it was confirmed, by whom it was;
    empty and 0 of a draft. topic: the number of what the call is about, "" not known."""

    id: int
    card: Scorecard
    call: Call
    rulings: Mapping[str, Ruling]
    marks: tuple[Mark, ...] = ()
    at: int = 0
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a person made of a raised item. at: of the confirmation, milliseconds since 1970;
    numbers, words: what was known of it before."""

    card: int
    template: str
    item: str
    upheld: bool
    at: int
    numbers: Mapping[str, float]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a lesson says of an item. body: JSON of the model and its measures, None where there
    are too few decisions; needed: how many there should be, None where that cannot be told."""

    template: str
    item: str
    decisions: int
    upheld: int
    needed: int | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One run of `zhiyin learn`. version: 1, 2, 3, …"""

    version: int
    by: str
    at: int
    taught: Sequence[Taught]


@dataclass(frozen=True, slots=True)
class Foretold:
    """How likely the raised items of a card are upheld, and its place in the queue by that."""

    card: int
    probabilities: Mapping[str, float]
    risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What a lead said of an item: flags of which so large a share is upheld (at_least; None: none)
    are settled without a person, but for the share of calls that is checked all the same."""

    template: str
    item: str
    at_least: float | None
    checked: float
    by: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A phrase that a lexicon lacks. marked: passages that people marked with it; said: those, and
    calls with it elsewhere; passages: marked in all; more: that no proposal before it finds."""

    template: str
    item: str
    lexicon: str
    phrase: str
    marked: int
    said: int
    passages: int
    more: int
    cards: tuple[int, ...]
