"""How all cards stand, in a few numbers, for what watches the desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline.scoring.review import Standing
from pipeline.storage.database import reading
from pipeline.storage.opened import Opened
from pipeline.storage.review_lists import waits
from pipeline.storage.review_tables import review as reviews


@dataclass(frozen=True, slots=True)
class CardSum:
    """states: state -> cards; waiting: drafts that wait for a person; oldest: the first day of a
    call among them (YYYY-MM-DD), "" where none waits."""

    states: Mapping[str, int]
    waiting: int
    oldest: str


class CardSums(Opened):
    """The cards of a home, counted. A context manager; close() gives the database back."""

    def read(self, share: float) -> CardSum:
        """share: how large the random sample is."""
        counted = select(reviews.c.state, func.count()).group_by(reviews.c.state)
        queued = select(func.count(), func.min(reviews.c.day)).where(
            reviews.c.state == Standing.DRAFT.value, reviews.c.replaced_by.is_(None), waits(share)
        )
        with reading(self._engine) as connection:
            found = {state: int(n) for state, n in connection.execute(counted)}
            waiting, oldest = connection.execute(queued).one()
        return CardSum(
            {one.value: found.get(one.value, 0) for one in Standing}, int(waiting), oldest or ""
        )
