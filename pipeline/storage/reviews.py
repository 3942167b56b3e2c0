"""Cards as the desk meets them: lists, the next one, one opened, marks appended, who looks."""

from collections.abc import Sequence

from pipeline.scoring.review import Mark
from pipeline.storage.audit_rows import Act
from pipeline.storage.opened import Opened
from pipeline.storage.review_records import Change, Page, Review, Wanted


class Reviews(Opened):
    """The cards of a home, for people. A context manager; close() gives the database back."""

    def page(self, wanted: Wanted, me: str, offset: int = 0, limit: int = 50) -> Page:
        """The cards of a list, from the offset on. A queue (wanted.queued) has what was assigned
        to me (a login) first, then what is of the highest risk; other lists the latest day."""
        raise NotImplementedError

    def next(
        self, wanted: Wanted, me: str, after: int | None = None, skip: bool = True
    ) -> int | None:
        """The card to open next: the first of the queue, or the first after that card, from the
        end back to the beginning; None where none is left. skip: pass over those that others are
        looking at."""
        raise NotImplementedError

    def read(self, card: int) -> Review | None:
        """A card with its call, its marks and the others of its recording."""
        raise NotImplementedError

    def texts(self, digest: str) -> dict[str, str]:
        """File -> text of a ruleset that cards were drafted by; nothing where it is unknown."""
        raise NotImplementedError

    def append(
        self, card: int, version: int, marks: Sequence[Mark], change: Change, act: Act
    ) -> int:
        """Append marks and what they make of the card, with its line of the record, in one
        transaction; the card's version by that. Marks get their numbers here, and the moment.

        Raises Overtaken where the card is of another version by now, Missing where it is gone:
        nothing is written."""
        raise NotImplementedError

    def assign(self, cards: Sequence[int], login: str, act: Act) -> int:
        """Give these drafts to somebody, "" to nobody; how many there were to give."""
        raise NotImplementedError

    def looking(self, card: int, login: str) -> tuple[str, ...]:
        """Somebody has the card open, now; who else had in the last 30 seconds."""
        raise NotImplementedError

    def note(self, act: Act) -> None:
        """Put an act on record that writes nothing else, such as opening a card."""
        raise NotImplementedError
