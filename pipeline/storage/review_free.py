"""Cards that nobody is at: what a rule may settle. On a connection that is in a transaction."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, select

from pipeline.storage.database import moment
from pipeline.storage.review_lists import LOOKING_MS
from pipeline.storage.review_records import Overtaken
from pipeline.storage.review_tables import presence as presences
from pipeline.storage.review_tables import review as reviews


def free(at: int) -> Sequence[ColumnElement[bool]]:
    """For the queue only because of what was found: nobody was given it, asked for it, or has it
    open at that moment."""
    busy = select(presences.c.scorecard_id).where(presences.c.seen > at - LOOKING_MS)
    return (
        reviews.c.eligible,
        reviews.c.asked == "",
        reviews.c.assigned == "",
        reviews.c.scorecard_id.not_in(busy),
    )


def demand_free(connection: Connection, card: int) -> None:
    """Raises Overtaken where somebody is at it."""
    mine = reviews.c.scorecard_id == card
    found = select(reviews.c.scorecard_id).where(mine, *free(moment(connection)))
    if connection.execute(found).first() is None:
        raise Overtaken(0, ())
