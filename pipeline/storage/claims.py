"""Recordings taken in hand and given back, on a connection that is in a transaction."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, true, update

from pipeline.call import CallRecord, Reason
from pipeline.storage.database import moment
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Outcome, State
from pipeline.storage.rows import IN_NO_HANDS, as_before
from pipeline.storage.tables import recording as recordings
from pipeline.storage.taking import Claim, Found, Lost

TAKEN = recordings.c.state == State.TAKEN.value
WAITING = recordings.c.state == State.FOUND.value
NO_LEASE = {"worker": None, "lease_until": None}
CRASHED = Reason("night.worker-died")


def take(connection: Connection, by: tuple[int, str], count: int, lease: int) -> list[Claim]:
    """Up to count recordings for a worker, most urgent first; by: its night and its name; lease:
    milliseconds. One that is suspected of killing workers only when no other waits, alone, and for
    a worker that has nothing in hand."""
    night, worker = by
    at = moment(connection)
    ids = _waiting(connection, at, count, alone=False)
    if not ids and not _in_hand(connection, worker):
        ids = _waiting(connection, at, 1, alone=True)
    if not ids:
        return []
    mine = {"state": State.TAKEN.value, "worker": worker, "night": night}
    connection.execute(
        update(recordings)
        .where(recordings.c.id.in_(ids))
        .values(**mine, lease_until=at + lease, fence=recordings.c.fence + 1)
    )
    rows = connection.execute(select(recordings).where(recordings.c.id.in_(ids))).mappings()
    taken = {row["id"]: _claim(row) for row in map(dict, rows)}
    return [taken[one] for one in ids]


def _waiting(connection: Connection, at: int, count: int, *, alone: bool) -> Sequence[int]:
    """Rows that another is just taking are passed over, not waited for (PostgreSQL)."""
    return (
        connection.execute(
            select(recordings.c.id)
            .where(WAITING, recordings.c.alone.is_(alone), recordings.c.not_before <= at)
            .order_by(recordings.c.urgency.desc(), recordings.c.id)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
        .scalars()
        .all()
    )


def _in_hand(connection: Connection, worker: str) -> bool:
    held = select(recordings.c.id).where(TAKEN, recordings.c.worker == worker).limit(1)
    return connection.execute(held).first() is not None


def _claim(row: Mapping[str, Any]) -> Claim:
    found = Found(
        name=row["name"],
        sources=tuple(json.loads(row["sources"])),
        about=from_json(CallRecord, row["about"]),
        stamp=row["stamp"],
        urgency=row["urgency"],
        not_before=row["not_before"],
    )
    return Claim(
        id=row["id"],
        fence=row["fence"],
        worker=row["worker"],
        night=row["night"],
        found=found,
        attempts=row["attempts"],
        alone=row["alone"],
        wish=row["wish"],
    )


def held(connection: Connection, claim: Claim) -> Mapping[str, Any]:
    """The row of a claim that still holds, locked until the transaction ends. Raises Lost."""
    same = (recordings.c.id == claim.id) & (recordings.c.fence == claim.fence)
    chosen = select(recordings).where(same, TAKEN).with_for_update()
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise Lost(claim.id)
    return dict(row)


def ended(connection: Connection, claim: Claim) -> tuple[State, Outcome] | None:
    """How the claim ended, if it did: only who holds its fence can have written that."""
    same = (recordings.c.id == claim.id) & (recordings.c.fence == claim.fence)
    final = recordings.c.state.in_((State.DONE.value, State.SKIPPED.value))
    row = connection.execute(
        select(recordings.c.state, recordings.c.outcome).where(same, final)
    ).first()
    return None if row is None else (State(row.state), Outcome(row.outcome))


def extend(connection: Connection, worker: str, lease: int) -> None:
    """All that the worker has in hand is its own for so many milliseconds from now."""
    until = moment(connection) + lease
    mine = _locked(connection, recordings.c.worker == worker)
    chosen = update(recordings).where(recordings.c.id.in_([row["id"] for row in mine]))
    connection.execute(chosen.values(lease_until=until))


def _locked(connection: Connection, chosen: Any) -> list[Mapping[str, Any]]:
    """What is chosen of all that is in hand, nobody else's until the transaction ends. In one
    order, so that no two wait for each other."""
    rows = select(recordings).where(TAKEN, chosen).order_by(recordings.c.id).with_for_update()
    return [dict(row) for row in connection.execute(rows).mappings()]


def give_back(connection: Connection, claim: Claim, not_before: int, reason: Reason | None) -> None:
    """It waits again; no attempt is counted."""
    held(connection, claim)
    row = {"state": State.FOUND.value, "not_before": not_before, **NO_LEASE}
    if reason:
        row["reason"] = to_json(reason)
    connection.execute(update(recordings).where(recordings.c.id == claim.id).values(**row))


def count_attempt(
    connection: Connection, row: Mapping[str, Any], reason: Reason, attempts: int, **more: Any
) -> bool:
    """One attempt more; True where it was the last one and the recording has failed (one that was
    to be heard again is done as before)."""
    tried = row["attempts"] + 1
    values = {"attempts": tried, "reason": to_json(reason), **NO_LEASE, **more}
    values["state"] = State.FOUND.value
    if tried >= attempts and row["wish"]:
        values |= as_before(reason, moment(connection))
    elif tried >= attempts:
        ended = {"state": State.FAILED.value, "outcome": Outcome.FAILED.value}
        values |= {**IN_NO_HANDS, **ended, "changed": moment(connection)}
    connection.execute(update(recordings).where(recordings.c.id == row["id"]).values(**values))
    return bool(tried >= attempts)


def release(connection: Connection, chosen: Any, reason: Reason, attempts: int) -> list[int]:
    """What a worker that died had in hand (chosen). The only one is suspected of having killed it
    and counts an attempt; of several nobody knows which, so each waits to be taken alone. Gives
    the ones that failed."""
    by_worker: dict[str, list[Mapping[str, Any]]] = {}
    for row in _locked(connection, chosen):
        by_worker.setdefault(row["worker"], []).append(row)
    failed = []
    for of_one in by_worker.values():
        if len(of_one) == 1:
            if count_attempt(connection, of_one[0], reason, attempts, alone=True):
                failed.append(of_one[0]["id"])
        else:
            ids = [row["id"] for row in of_one]
            suspects = update(recordings).where(recordings.c.id.in_(ids))
            connection.execute(suspects.values(state=State.FOUND.value, alone=True, **NO_LEASE))
    return failed


def of_worker(night: int, worker: str) -> Any:
    """What that worker of that night has in hand."""
    return and_(recordings.c.night == night, recordings.c.worker == worker)


def expired(connection: Connection) -> Any:
    """Whose lease ran out, or who never got one: its worker is taken for dead."""
    until = recordings.c.lease_until
    return or_(until.is_(None), until < moment(connection))


def free_all(connection: Connection) -> int:
    """Nobody has anything in hand any more; attempts are kept. How many were."""
    return free(connection, true())


def free(connection: Connection, chosen: Any) -> int:
    """What is chosen of all that is in hand waits again; attempts are kept. How many."""
    ids = [row["id"] for row in _locked(connection, chosen)]
    freed = update(recordings).where(recordings.c.id.in_(ids))
    connection.execute(freed.values(state=State.FOUND.value, **NO_LEASE))
    return len(ids)


def beyond_suspicion(suspects: Collection[int]) -> Any:
    """All recordings but these."""
    return recordings.c.id.not_in(suspects)


def due(connection: Connection) -> float | None:
    """Seconds until the next of those that wait may be taken; None where none waits."""
    first = connection.execute(select(func.min(recordings.c.not_before)).where(WAITING)).scalar()
    return None if first is None else max(0.0, (first - moment(connection)) / 1000)


def counted(connection: Connection, chosen: Any) -> int:
    """How many recordings are so."""
    return int(connection.execute(select(func.count()).where(chosen)).scalar() or 0)
