"""How all recordings stand, and which are to be tried again, on a connection in a transaction."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, true, update

from pipeline.call import Reason
from pipeline.storage.claims import TAKEN
from pipeline.storage.plain import from_json
from pipeline.storage.records import Outcome, State
from pipeline.storage.rows import named
from pipeline.storage.tables import recording as recordings
from pipeline.storage.taking import RETRANSCRIBE, Failure, Sums

AT_ONCE = 5000
FAILED = recordings.c.state == State.FAILED.value
DONE = recordings.c.state == State.DONE.value
ENDED = recordings.c.state.in_((State.DONE.value, State.FAILED.value, State.SKIPPED.value))
AGAIN = {"state": State.FOUND.value, "attempts": 0, "alone": False, "not_before": 0}


def read_sums(connection: Connection, night: int | None = None) -> Sums:
    """Every recording is in exactly one state and counted once. night: those alone that this run
    brought to an end."""
    chosen = true() if night is None else (recordings.c.night == night) & ENDED
    by = (recordings.c.state, recordings.c.outcome)
    counts: dict[State, dict[Outcome, int]] = {}
    every = select(*by, func.count()).where(chosen).group_by(*by)
    for state, outcome, count in connection.execute(every):
        counts.setdefault(State(state), {})[Outcome(outcome)] = count
    reasons: Counter[str] = Counter()
    why = select(recordings.c.reason, func.count()).where(FAILED, chosen)
    for reason, count in connection.execute(why.group_by(recordings.c.reason)):
        reasons[json.loads(reason)["key"] if reason else ""] += count
    return Sums(counts, dict(reasons))


def read_failures(connection: Connection, limit: int | None) -> tuple[Failure, ...]:
    """What failed, the latest first."""
    chosen = select(recordings).where(FAILED)
    latest = chosen.order_by(recordings.c.changed.desc(), recordings.c.id.desc()).limit(limit)
    return tuple(_failure(row) for row in connection.execute(latest))


def _failure(row: Row[Any]) -> Failure:
    return Failure(
        id=row.id,
        name=row.name,
        sources=tuple(json.loads(row.sources)),
        outcome=Outcome(row.outcome),
        reason=from_json(Reason, row.reason) if row.reason else None,
        attempts=row.attempts,
        changed=row.changed,
    )


def try_again(connection: Connection, names: Sequence[str] | None) -> int:
    """What failed waits again as if it had never been tried; names None: all of it."""
    return _wait_again(connection, FAILED, names, "")


def try_numbered(connection: Connection, number: int | None) -> int:
    """The same of the recording of that number; None: of all that failed."""
    mine = FAILED if number is None else FAILED & (recordings.c.id == number)
    return _wait_again(connection, mine, None, "")


def hear_again(connection: Connection, names: Sequence[str] | None, since: str) -> int:
    """What is done waits to be heard again: of those names, or of that day (YYYY-MM-DD) on."""
    chosen = DONE & (recordings.c.day >= since)
    return _wait_again(connection, chosen, names, RETRANSCRIBE)


def _wait_again(connection: Connection, chosen: Any, names: Sequence[str] | None, wish: str) -> int:
    again = update(recordings).where(chosen, ~TAKEN).values(**AGAIN, wish=wish)
    if names is None:
        return int(connection.execute(again).rowcount)
    ids = {row["id"] for name in names for row in named(connection, name)}
    return int(connection.execute(again.where(recordings.c.id.in_(ids))).rowcount)
