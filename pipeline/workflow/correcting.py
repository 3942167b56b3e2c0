"""Words and speakers put right by people: appended as revisions, and checked again at once."""

from dataclasses import dataclass

from pipeline.storage import Person
from pipeline.storage.reviews import Reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What was really said: text in the place of first..last (code points of the turn's text as
    the page shows it, last not included)."""

    turn: int
    first: int
    last: int
    text: str


def correct(reviews: Reviews, asker: Person, card: int, version: int, wording: Wording) -> int:
    """Correct words of a draft's call; the card that stands now, with the marks that still hold.

    Private numbers in the text are masked. Refusal desk-review.bad-words where the place is not there."""
    raise NotImplementedError


def swap(reviews: Reviews, asker: Person, card: int, version: int) -> int:
    """Exchange agent and customer, or exchange them back; the card that stands now."""
    raise NotImplementedError
