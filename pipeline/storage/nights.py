"""The runs over all recordings, and the lock that only one of them holds, on a connection that is
in a transaction."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from pipeline.refusal import Refusal
from pipeline.storage.claims import free_all
from pipeline.storage.database import alone_with, insert_row, moment
from pipeline.storage.holders import is_gone
from pipeline.storage.tables import night as nights
from pipeline.storage.taking import Holder, Night


def begin_night(connection: Connection, holder: Holder, lease: int) -> int:
    """The number of a new night. What a dead one had in hand waits again.

    Raises Refusal while another runs: its process lives here, or its heart beat not long ago."""
    alone_with(connection, "night")
    at = moment(connection)
    for row in connection.execute(select(nights).where(nights.c.ended.is_(None))).all():
        if at < row.lease_until and not is_gone(_holder(row)):
            since = datetime.fromtimestamp(row.began / 1000).astimezone()
            raise Refusal(
                "night.running",
                by=f"{row.host}:{row.pid}",
                since=since.isoformat(" ", timespec="seconds"),
            )
        connection.execute(update(nights).where(nights.c.id == row.id).values(ended=at))
    free_all(connection)
    return insert_row(
        connection,
        nights,
        {
            "host": holder.host,
            "pid": holder.pid,
            "process_started": holder.process_started,
            "engine": holder.engine,
            "began": at,
            "heartbeat": at,
            "lease_until": at + lease,
        },
    )


def beat(connection: Connection, night: int, lease: int) -> bool:
    """The night is alive; False where another has taken over."""
    at = moment(connection)
    mine = (nights.c.id == night) & nights.c.ended.is_(None)
    beaten = update(nights).where(mine).values(heartbeat=at, lease_until=at + lease)
    return bool(connection.execute(beaten).rowcount)


def end_night(connection: Connection, night: int, summary: Mapping[str, Any]) -> None:
    """The night gives up its lock. One that was taken over keeps the end that it got then."""
    at, text = moment(connection), json.dumps(dict(summary), ensure_ascii=False)
    mine = (nights.c.id == night) & nights.c.ended.is_(None)
    connection.execute(update(nights).where(mine).values(ended=at, summary=text))


def runs(connection: Connection, night: int) -> bool:
    """Whether the night still has its lock; it keeps it until the transaction ends."""
    mine = (nights.c.id == night) & nights.c.ended.is_(None)
    chosen = select(nights.c.id).where(mine).with_for_update(read=True)
    return connection.execute(chosen).first() is not None


def read_nights(connection: Connection, limit: int) -> tuple[Night, ...]:
    """The last ones, the last first."""
    chosen = select(nights).order_by(nights.c.id.desc()).limit(limit)
    return tuple(_night(row) for row in connection.execute(chosen))


def _night(row: Row[Any]) -> Night:
    return Night(
        id=row.id,
        holder=_holder(row),
        began=row.began,
        heartbeat=row.heartbeat,
        ended=row.ended,
        summary=None if row.summary is None else json.loads(row.summary),
    )


def _holder(row: Row[Any]) -> Holder:
    return Holder(
        host=row.host, pid=row.pid, process_started=row.process_started, engine=row.engine
    )
