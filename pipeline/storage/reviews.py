"""Cards as the desk meets them: lists, the next one, one opened, marks appended, who looks.

A card has a version, the number of its last mark. Every change names the version that it was made
on; where that is another one by now, nothing is written (Overtaken).
"""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from pipeline.scoring.review import Mark
from pipeline.storage import review_lists
from pipeline.storage.audit_rows import Act
from pipeline.storage.cards import read_texts
from pipeline.storage.database import alone_with, insert_or_leave, lots, moment, reading, writing
from pipeline.storage.opened import Opened
from pipeline.storage.review_changes import assign_cards, change_card, record, redraft_card
from pipeline.storage.review_free import demand_free
from pipeline.storage.review_lists import LOOKING_MS
from pipeline.storage.review_opening import read_review
from pipeline.storage.review_records import (
    Change,
    Following,
    Listed,
    Page,
    Place,
    Redrafted,
    Review,
    Wanted,
)
from pipeline.storage.review_tables import presence as presences
from pipeline.storage.tables import scorecard as scorecards

OPENING = "next"
"""What opening a card and settling it by a rule take, so that one comes after the other."""


class Reviews(Opened):
    """The cards of a home, for people. A context manager; close() gives the database back."""

    def page(self, wanted: Wanted, me: str, offset: int = 0, limit: int = 50) -> Page:
        """The cards of a list, from the offset on. A queue (wanted.queued) has what was assigned
        to me (a login) first, then what is of the highest risk, and nothing that is assigned to
        others; other lists have the latest day first."""
        with reading(self._engine) as connection:
            return review_lists.read_page(connection, wanted, me, offset, limit)

    def following(self, wanted: Wanted, me: str, behind: Place, limit: int) -> Following:
        """The cards of the same list behind a place that was given with earlier ones; (): the
        first."""
        with reading(self._engine) as connection:
            return review_lists.read_following(connection, wanted, me, behind, limit)

    def next(self, wanted: Wanted, me: str, after: int | None = None) -> int | None:
        """The card to open next in a queue: its first, or the first after that card, going on at
        the head where the end is reached; None where no other is left. Those that others are
        looking at are passed over, and others pass over this one, as if it were open already; I
        am at it and at the one before, and at no other any more."""
        with writing(self._engine) as connection:
            alone_with(connection, OPENING)
            at = moment(connection)
            found = review_lists.next_of(connection, wanted, me, after, at)
            elsewhere = presences.c.scorecard_id.not_in([card for card in (after, found) if card])
            connection.execute(delete(presences).where(presences.c.login == me, elsewhere))
            if found is not None:
                _look(connection, found, me, at)
            return found

    def read(self, card: int) -> Review | None:
        """A card with its call, its marks and the others of its recording."""
        with reading(self._engine) as connection:
            return read_review(connection, card)

    def listed(self, card: int) -> Listed | None:
        """A card as lists show it: enough to tell whose it is and how it stands."""
        with reading(self._engine) as connection:
            return review_lists.read_listed(connection, [card]).get(card)

    def of_recordings(self, recordings: Sequence[int], wanted: Wanted) -> dict[int, Listed]:
        """Of each of these recordings its last card that is wanted, as lists show it."""
        found: dict[int, Listed] = {}
        with reading(self._engine) as connection:
            for some in lots(recordings):
                found |= review_lists.read_of_recordings(connection, some, wanted)
        return found

    def texts(self, digest: str) -> dict[str, str]:
        """File -> text of a ruleset that cards were drafted by; nothing where it is unknown."""
        with reading(self._engine) as connection:
            return read_texts(connection, digest)

    def append(
        self, card: int, version: int, marks: Sequence[Mark], change: Change, act: Act
    ) -> tuple[Mark, ...]:
        """Append marks and what they make of the card, with its line of the record, in one
        transaction; the marks as they were written: numbers and moments are given here.

        Raises Overtaken where the card is of another version by now, Missing where it is gone:
        nothing is written."""
        with writing(self._engine) as connection:
            return _append(connection, (card, version), marks, change, act)

    def settle(self, card: int, marks: Sequence[Mark], change: Change, act: Act) -> None:
        """What a rule says of a draft that nobody has touched, as append(). Whoever opens the card
        at that moment either finds it settled, or keeps it from being settled: then, and where it
        was marked, given to somebody or asked for meanwhile, it raises Overtaken."""
        with writing(self._engine) as connection:
            alone_with(connection, OPENING)
            _append(connection, (card, 0), marks, change, act)
            demand_free(connection, card)

    def redraft(self, card: int, version: int, redrafted: Redrafted, act: Act) -> int:
        """Append corrections and put the card that was drafted by them in this one's place; its
        number. Raises Overtaken and Missing as append()."""
        with writing(self._engine) as connection:
            new = redraft_card(connection, card, version, redrafted)
            record(connection, act, card=new)
            return new

    def assign(self, cards: Sequence[int], login: str, act: Act) -> int:
        """Give these drafts to somebody, "" to nobody; how many there were to give."""
        with writing(self._engine) as connection:
            count = assign_cards(connection, cards, login)
            record(connection, act, cards=count)
            return count

    def looking(self, card: int, login: str) -> tuple[str, ...]:
        """Somebody has the card open, now; who else gave a sign within the last 30 seconds."""
        mine = presences.c.scorecard_id == card
        with writing(self._engine) as connection:
            alone_with(connection, OPENING)
            at = moment(connection)
            if connection.execute(select(scorecards.c.id).where(scorecards.c.id == card)).first():
                _look(connection, card, login, at)
            late = presences.c.seen <= at - LOOKING_MS
            connection.execute(delete(presences).where(mine, late))
            others = select(presences.c.login).where(mine, presences.c.login != login)
            return tuple(connection.execute(others.order_by(presences.c.login)).scalars())

    def left(self, card: int, login: str) -> None:
        """Somebody has closed the card."""
        gone = (presences.c.scorecard_id == card) & (presences.c.login == login)
        with writing(self._engine) as connection:
            connection.execute(delete(presences).where(gone))


def _append(
    connection: Connection, place: tuple[int, int], marks: Sequence[Mark], change: Change, act: Act
) -> tuple[Mark, ...]:
    """place: a card and its version."""
    written, more = change_card(connection, *place, marks, change)
    record(connection, act, **{name: count for name, count in more.items() if count})
    return written


def _look(connection: Connection, card: int, login: str, at: int) -> None:
    """Somebody has the card open, at that moment."""
    me = {"scorecard_id": card, "login": login}
    connection.execute(insert_or_leave(connection, presences).values(**me, seen=at))
    mine = (presences.c.scorecard_id == card) & (presences.c.login == login)
    connection.execute(update(presences).where(mine).values(seen=at))
