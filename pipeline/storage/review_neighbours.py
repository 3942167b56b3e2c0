"""The agent's recordings beside a problem call: queued with its confirmation, and not any more when
that is taken back. On a connection that is in a transaction and holds the recordings."""

from typing import Any

from sqlalchemy import Connection, Row, select, tuple_, update

from pipeline.scoring.review import Standing
from pipeline.storage.plain import from_json
from pipeline.storage.review_lists import LOOKING_MS
from pipeline.storage.review_records import Final, Why
from pipeline.storage.review_tables import presence as presences
from pipeline.storage.review_tables import review as reviews


def neighbours_of(connection: Connection, row: Row[Any], count: int) -> list[int]:
    """The agent's recordings just before and after it, by the clock: so many on each side."""
    if not row.agent or not row.started:
        return []
    columns = reviews.c.started, reviews.c.recording_id
    place, here = tuple_(*columns), (row.started, row.recording_id)
    theirs = select(*columns).where(reviews.c.agent == row.agent, reviews.c.started != "")
    each = theirs.group_by(*columns).limit(count)  # a recording may have several cards
    before = each.where(place < here).order_by(*(column.desc() for column in columns))
    after = each.where(place > here).order_by(*columns)
    return [one.recording_id for way in (before, after) for one in connection.execute(way)]


def queue_neighbours(connection: Connection, row: Row[Any], count: int) -> int:
    """Those that nobody has judged are to be looked at; how many are for that reason."""
    wanted = (
        reviews.c.recording_id.in_(neighbours_of(connection, row, count))
        & (reviews.c.state == Standing.DRAFT.value)
        & (reviews.c.asked == "")
        & reviews.c.eligible
    )
    asked = update(reviews).where(wanted).values(asked=Why.NEIGHBOUR.value)
    return connection.execute(asked).rowcount


def unqueue_neighbours(connection: Connection, row: Row[Any], count: int, at: int) -> int:
    """Those that nobody has touched, nobody has open at that moment, and that are beside no other
    problem call, are looked at for that reason no more; how many."""
    looked = select(presences.c.scorecard_id).where(presences.c.seen > at - LOOKING_MS)
    untouched = select(reviews).where(
        reviews.c.recording_id.in_(neighbours_of(connection, row, count)),
        reviews.c.state == Standing.DRAFT.value,
        reviews.c.asked == Why.NEIGHBOUR.value,
        reviews.c.version == 0,
        reviews.c.assigned == "",
        reviews.c.scorecard_id.not_in(looked),
    )
    freed = [
        one.scorecard_id
        for one in connection.execute(untouched).all()
        if not _is_beside_another(connection, one, count)
    ]
    mine = update(reviews).where(reviews.c.scorecard_id.in_(freed))
    return connection.execute(mine.values(asked="")).rowcount if freed else 0


def _is_beside_another(connection: Connection, row: Row[Any], count: int) -> bool:
    """Whether another call that is confirmed wants this one looked at."""
    confirmed = select(reviews.c.recording_id, reviews.c.final).where(
        reviews.c.recording_id.in_(neighbours_of(connection, row, count)),
        reviews.c.final.is_not(None),
    )
    reaches = {
        one.recording_id: from_json(Final, one.final).neighbours
        for one in connection.execute(confirmed)
    }
    return any(
        reach and recording in neighbours_of(connection, row, reach)
        for recording, reach in reaches.items()
    )
