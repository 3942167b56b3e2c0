"""How all recordings stand, and which are to be tried again, on a connection in a transaction."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from pipeline.call import Reason
from pipeline.storage.claims import TAKEN
from pipeline.storage.plain import from_json
from pipeline.storage.records import Outcome, State
from pipeline.storage.rows import named
from pipeline.storage.tables import WISHED
from pipeline.storage.tables import recording as recordings
from pipeline.storage.taking import RETRANSCRIBE, Failure, Sums

AT_ONCE = 5000
FAILED = recordings.c.state == State.FAILED.value
DONE = recordings.c.state == State.DONE.value
ENDED = recordings.c.state.in_((State.DONE.value, State.FAILED.value, State.SKIPPED.value))
KEPT = and_(DONE, WISHED, recordings.c.wish == RETRANSCRIBE)
"""It could not be heard again and is done as before; the reason says why."""
WRONG = or_(FAILED, KEPT)
AGAIN = {"state": State.FOUND.value, "attempts": 0, "alone": False, "not_before": 0}


def read_sums(connection: Connection, night: int | None = None) -> Sums:
    """Every recording is in exactly one state and counted once. night: those alone that this run
    brought to an end."""
    chosen = true() if night is None else (recordings.c.night == night) & ENDED
    by = (recordings.c.state, recordings.c.outcome, recordings.c.wish)
    counts: dict[State, Counter[Outcome]] = {}
    every = select(*by, func.count().label("many")).where(chosen).group_by(*by)
    for row in connection.execute(every):
        counts.setdefault(State(row.state), Counter())[_told(row)] += row.many
    reasons: Counter[str] = Counter()
    why = select(recordings.c.reason, func.count()).where(WRONG, chosen)
    for reason, count in connection.execute(why.group_by(recordings.c.reason)):
        reasons[json.loads(reason)["key"] if reason else ""] += count
    return Sums(counts, dict(reasons))


def _told(row: Row[Any]) -> Outcome:
    kept = row.state == State.DONE and row.wish == RETRANSCRIBE
    return Outcome.KEPT if kept else Outcome(row.outcome)


def read_failures(connection: Connection, limit: int | None) -> tuple[Failure, ...]:
    """What failed, the first time or when it was to be heard again, the latest first."""
    chosen = select(recordings).where(WRONG)
    latest = chosen.order_by(recordings.c.changed.desc(), recordings.c.id.desc()).limit(limit)
    return tuple(_failure(row) for row in connection.execute(latest))


def _failure(row: Row[Any]) -> Failure:
    return Failure(
        id=row.id,
        name=row.name,
        sources=tuple(json.loads(row.sources)),
        outcome=_told(row),
        reason=from_json(Reason, row.reason) if row.reason else None,
        attempts=row.attempts,
        changed=row.changed,
    )


def try_again(connection: Connection, names: Sequence[str] | None) -> int:
    """What failed waits again as if it had never been tried, what could not be heard again with
    that wish; names None: all of it."""
    return _wait_again(connection, WRONG, names, AGAIN)


def try_numbered(connection: Connection, number: int | None) -> int:
    """The same of the recording of that number; None: of all that failed."""
    mine = WRONG if number is None else WRONG & (recordings.c.id == number)
    return _wait_again(connection, mine, None, AGAIN)


def hear_again(connection: Connection, names: Sequence[str] | None, since: str) -> int:
    """What is done waits to be heard again: of those names, or of that day (YYYY-MM-DD) on. Of one
    whose bytes changed, the latest: the files hold no other any more."""
    chosen = DONE & (recordings.c.day >= since) & ~_followed()
    return _wait_again(connection, chosen, names, {**AGAIN, "wish": RETRANSCRIBE})


def _followed() -> ColumnElement[bool]:
    """Whether a recording of the same name stands for its files now, in the order of arrivals.py.
    The state is no matter."""
    other = recordings.alias("other")
    later, than = (
        tuple_(func.coalesce(one.c.night, 0), one.c.changed, one.c.id)
        for one in (other, recordings)
    )
    waits = other.c.state.in_((State.FOUND.value, State.TAKEN.value))
    found = exists().where(other.c.name == recordings.c.name, other.c.id != recordings.c.id)
    return found.where(or_(waits, later > than)).correlate(recordings)


def _wait_again(
    connection: Connection, chosen: Any, names: Sequence[str] | None, values: Mapping[str, Any]
) -> int:
    again = update(recordings).where(chosen, ~TAKEN).values(**values)
    if names is None:
        return int(connection.execute(again).rowcount)
    ids = {row["id"] for name in names for row in named(connection, name)}
    return int(connection.execute(again.where(recordings.c.id.in_(ids))).rowcount)
