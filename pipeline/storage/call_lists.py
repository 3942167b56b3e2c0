"""Calls that have cards, for programs: the latest stored first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipeline.storage.database import reading
from pipeline.storage.opened import Opened
from pipeline.storage.review_lists import conditions
from pipeline.storage.review_records import Wanted
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import recording as recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCall:
    """A recording that has cards. id: of the recording; name: without folders; cards: those that
    are wanted, the last one first."""

    id: int
    name: str
    day: str
    started: str
    agent: str
    team: str
    cards: tuple[int, ...]


class CallLists(Opened):
    """The calls of a home. A context manager; close() gives the database back."""

    def page(self, wanted: Wanted, before: int, limit: int) -> tuple[ListedCall, ...]:
        """Calls with such cards, by number from the last; before: only lower numbers (0: all)."""
        numbers = select(reviews.c.recording_id).where(*conditions(wanted))
        if before:
            numbers = numbers.where(reviews.c.recording_id < before)
        of = func.max(reviews.c.recording_id)
        numbers = numbers.group_by(reviews.c.recording_id).order_by(of.desc()).limit(limit)
        with reading(self._engine) as connection:
            return _listed(connection, wanted, list(connection.execute(numbers).scalars()))

    def call(self, number: int, wanted: Wanted) -> ListedCall | None:
        """That call, where it has such a card."""
        with reading(self._engine) as connection:
            return next(iter(_listed(connection, wanted, [number])), None)


def _listed(
    connection: Connection, wanted: Wanted, numbers: Sequence[int]
) -> tuple[ListedCall, ...]:
    chosen = select(reviews, recordings.c.name).join(
        recordings, recordings.c.id == reviews.c.recording_id
    )
    mine = reviews.c.recording_id.in_(numbers)
    rows = connection.execute(
        chosen.where(mine, *conditions(wanted)).order_by(
            reviews.c.recording_id.desc(), reviews.c.scorecard_id.desc()
        )
    ).all()
    cards: dict[int, list[int]] = {}
    for row in rows:
        cards.setdefault(row.recording_id, []).append(row.scorecard_id)
    first = {row.recording_id: row for row in reversed(rows)}
    return tuple(
        ListedCall(
            id=number,
            name=first[number].name.replace("\\", "/").rpartition("/")[2],
            day=first[number].day,
            started=first[number].started,
            agent=first[number].agent,
            team=first[number].team,
            cards=tuple(found),
        )
        for number, found in cards.items()
    )
