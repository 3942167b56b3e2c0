"""What people do with drafts: open, mark, confirm, release, acknowledge, take back.

Every act writes its line of the record in its own transaction, without words of a call. What
somebody may not do, or not see, is a Refusal: desk-review.not-allowed, desk-review.no-card; what a card does not
allow where it stands is desk-review.not-now. Overtaken comes through from the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.scoring.review import Mark, Reviewed, Standing
from pipeline.settings import Reviewing
from pipeline.storage import Person
from pipeline.storage.review_records import Page, Review, Wanted
from pipeline.storage.reviews import Reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a card came to by an act. version: what the next change must name; marks: all of
    them, with their numbers."""

    version: int
    reviewed: Reviewed
    standing: Standing
    marks: tuple[Mark, ...]


def queue(
    reviews: Reviews, asker: Person, wanted: Wanted, offset: int = 0, limit: int = 50
) -> Page:
    """A page of what the asker sees of the cards that are wanted. With wanted.queued it is a
    queue, which only those have who review."""
    raise NotImplementedError


def next_card(
    reviews: Reviews, asker: Person, wanted: Wanted, after: int | None = None
) -> int | None:
    """The card that the asker should open next, as Reviews.next(): never one that somebody else
    has open. None where nothing is left to do."""
    raise NotImplementedError


def open_card(reviews: Reviews, asker: Person, card: int) -> Review:
    """The card, on record as `viewed`. Refusal desk-review.no-card where there is none for the asker."""
    raise NotImplementedError


def reckoned(reviews: Reviews, review: Review) -> Reviewed:
    """What the card comes to by its marks, by the rules that it was drafted by."""
    raise NotImplementedError


def mark(reviews: Reviews, asker: Person, card: int, version: int, marks: Sequence[Mark]) -> Saved:
    """Append marks of the asker (by, at and number are set here) to a draft. Steps and undoing
    have functions of their own. Refusal desk-review.bad-mark where one points at nothing."""
    raise NotImplementedError


def undo(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """Take back the asker's last act that still counts, the confirmation too while the card is not
    released. Refusal desk-review.nothing-to-undo."""
    raise NotImplementedError


def confirm(reviews: Reviews, asker: Person, card: int, version: int, settings: Reviewing) -> Saved:
    """Settle the card: totals frozen, a decision for every settled item, and of a problem call
    the agent's neighbouring recordings queued. With settings.release_at_once it is released too."""
    raise NotImplementedError


def release(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """The agent may see it from now on. From here on nothing is taken back."""
    raise NotImplementedError


def acknowledge(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """The agent has read it."""
    raise NotImplementedError


def assign(reviews: Reviews, asker: Person, cards: Sequence[int], login: str) -> int:
    """Give drafts to somebody, "" to nobody; how many there were to give."""
    raise NotImplementedError


def looking(reviews: Reviews, asker: Person, card: int) -> tuple[str, ...]:
    """The asker has the card open, now; who else has. Called every few seconds by the page."""
    raise NotImplementedError
