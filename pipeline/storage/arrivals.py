"""What a listing found, laid beside what is known: new recordings are added, changed ones wait
again. A recording is known by its name; whether its files changed, by its stamp."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from pipeline.storage.database import insert_or_leave, now
from pipeline.storage.joining import rename
from pipeline.storage.numbers import never_used
from pipeline.storage.plain import to_json
from pipeline.storage.records import Outcome, State
from pipeline.storage.rows import IN_NO_HANDS, day_of
from pipeline.storage.tables import recording as recordings
from pipeline.storage.taking import Found

Known = Mapping[str, Row[Any]]


def known_of(connection: Connection, found: Sequence[Found]) -> Known:
    """Name -> the row that stands for it now; where that is called by its path still, as the id of
    its call came late, it is known by that."""
    known = _rows(connection, {one.name: one.stamp for one in found})
    paths = {one.sources[0]: one for one in found if one.name not in known}
    before = _rows(connection, {path: one.stamp for path, one in paths.items() if path != one.name})
    return known | {paths[path].name: row for path, row in before.items()}


def _rows(connection: Connection, stamps: Mapping[str, str]) -> dict[str, Row[Any]]:
    """Name -> its row: one that waits (best as the files are now), else the one that was heard
    last. By nights, as clocks may be set back between them. stamps: name -> that of its files."""
    if not stamps:
        return {}
    columns = (recordings.c[name] for name in ("id", "name", "stamp", "state", "wish", "about"))
    rows = connection.execute(
        select(*columns)
        .where(recordings.c.name.in_(stamps))
        .order_by(func.coalesce(recordings.c.night, 0), recordings.c.changed, recordings.c.id)
    )
    latest: dict[str, Row[Any]] = {}
    for row in rows:
        before = latest.get(row.name)
        if before is None or _weight(row, stamps) >= _weight(before, stamps):
            latest[row.name] = row
    return latest


def _weight(row: Row[Any], stamps: Mapping[str, str]) -> tuple[bool, bool]:
    waits = row.state in (State.FOUND, State.TAKEN)
    return waits, waits and row.stamp == stamps[row.name]


def is_news(one: Found, known: Known) -> bool:
    """Whether there is something to write. What is in hand is left alone: once it is done, the
    next listing will see that its files are other ones."""
    row = known.get(one.name)
    return row is None or (row.stamp != one.stamp and row.state != State.TAKEN)


def add_news(connection: Connection, news: Sequence[Found], known: Known) -> None:
    """Write what is_news said. One that nobody has heard yet, or that failed, keeps its row, and
    so does one that is to be heard again, with that wish; one that is done keeps it too, and what
    its files hold now gets a row of its own."""
    fresh = []
    for one in news:
        row = known.get(one.name)
        if row is None or row.state == State.DONE:
            fresh.append(_row(one))
        if row is not None:
            if row.name != one.name:
                rename(connection, row.name, one.name)
            chosen = update(recordings).where(recordings.c.id == row.id)
            connection.execute(chosen.values(**_of_known(one, row)))
    if fresh:
        own = never_used(connection, recordings, len(fresh))
        rows = [{**number, **row} for number, row in zip(own, fresh, strict=True)]
        connection.execute(insert_or_leave(connection, recordings), rows)


def _of_known(one: Found, row: Row[Any]) -> dict[str, Any]:
    """What becomes of the row that was known: what is done is for ever of the bytes that it was of,
    and nobody need hear those again; another is of what its files hold now."""
    if row.state == State.DONE:
        return {"wish": "", "reason": None}
    now_seen = {**IN_NO_HANDS, **_seen(one), "not_before": one.not_before}
    if row.wish:
        del now_seen["wish"], now_seen["outcome"]
    return {**now_seen, "attempts": 0, "reason": None}


def _row(one: Found) -> dict[str, Any]:
    """Its content is not known before it was read."""
    moment = now()
    return {
        "content": "",
        "name": one.name,
        "attempts": 0,
        "added": moment,
        **_seen(one),
        "not_before": one.not_before,
    }


def _seen(one: Found) -> dict[str, Any]:
    return {
        "sources": json.dumps(one.sources, ensure_ascii=False),
        "about": to_json(one.about),
        "state": State.FOUND.value,
        "outcome": Outcome.NONE.value,
        "changed": now(),
        "day": day_of(one.about) or date.today().isoformat(),
        "stamp": one.stamp,
        "urgency": one.urgency,
    }
