"""Call records that come after their recordings: laid beside what is known already.

A recording that waits is heard with them. One that is done keeps what was heard; its cards are
known by the record from now on, and it is wished (JOINED) that it be drafted again, as verdicts may
hang on the record. What people decided stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, select, update

from pipeline.call import CallRecord
from pipeline.speech.call_record import merged
from pipeline.storage.claims import TAKEN
from pipeline.storage.entries import alone_with_bytes
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import State
from pipeline.storage.review_rows import refresh
from pipeline.storage.rows import day_of
from pipeline.storage.search_rows import index_words
from pipeline.storage.stored import superseded
from pipeline.storage.tables import WISHED
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.taking import JOINED, Found

NOTHING = CallRecord()
AT_ONCE = 100
"""Recordings joined in one transaction: others write in between."""


def is_late(one: Found, row: Row[Any] | None) -> bool:
    """Whether more is known of the call of this row, whose files are as they were, than it has.
    What is in hand is left alone: the next listing sees to it."""
    if row is None or not one.joins or row.state == State.TAKEN or row.stamp != one.stamp:
        return False
    if row.name != one.name:
        return True
    if one.about == NOTHING or to_json(one.about) == row.about:
        return False  # the ordinary case, and quick
    before = from_json(CallRecord, row.about)
    return merged((one.about, before)) != before


def join(connection: Connection, late: Sequence[Found], known: Mapping[str, Row[Any]]) -> int:
    """Write what is_late said; how many. What the listing knows comes first, and what it does not
    know any more stays: its table may have been put away."""
    found = [(one, known[one.name]) for one in late if is_late(one, known.get(one.name))]
    ids = [row.id for _, row in found]
    rows = connection.execute(
        select(recordings.c.id, recordings.c.content).where(recordings.c.id.in_(ids))
    )
    contents = {row.id: row.content for row in rows}
    alone_with_bytes(connection, contents.values())
    return sum(_join(connection, one, row, contents[row.id]) for one, row in found)


def rename(connection: Connection, before: str, now: str) -> None:
    """A recording that was known by its path has an id by now: so have all bytes of that name."""
    mine = (recordings.c.name == before) & ~TAKEN
    connection.execute(update(recordings).where(mine).values(name=now))


def _join(connection: Connection, one: Found, row: Row[Any], content: str) -> bool:
    before = from_json(CallRecord, row.about)
    about = merged((one.about, before))
    day = day_of(about) or ""
    values = {"about": to_json(about), **({"day": day} if day else {}), **_wish(row, before, about)}
    if row.state == State.FOUND:
        values["urgency"] = one.urgency
    mine = (recordings.c.id == row.id) & ~TAKEN
    if not connection.execute(update(recordings).where(mine).values(**values)).rowcount:
        return False
    if row.name != one.name:
        rename(connection, row.name, one.name)
    refresh(connection, row.id, day, about)
    heard = select(transcripts.c.id).where(transcripts.c.content == content)
    for transcript in connection.execute(heard).scalars().all() if content else ():
        index_words(connection, transcript, anew=about.answered != before.answered)
    return True


def _wish(row: Row[Any], before: CallRecord, about: CallRecord) -> dict[str, Any]:
    """What is to become of a recording that is done. Who speaks on which channel decides what is
    heard: it waits again then, as does one that was to be heard again and could not be."""
    if row.state != State.DONE:
        return {}
    if before.agent_channel == about.agent_channel and not _is_open(row):
        return {"wish": JOINED}
    again = {"state": State.FOUND.value, "attempts": 0, "not_before": 0, "reason": None}
    return {**again, "wish": row.wish or JOINED}


def _is_open(row: Row[Any]) -> bool:
    return row.wish not in ("", JOINED)


def _wished() -> ColumnElement[bool]:
    done = recordings.c.state == State.DONE.value
    return and_(WISHED, recordings.c.wish == JOINED, done)


def joined(connection: Connection) -> dict[int, str]:
    """The recordings that are to be drafted again, in order, each with its record as it is kept; of
    those whose bytes changed, the latest."""
    chosen = select(recordings.c.id, recordings.c.about).where(_wished(), ~superseded())
    return {row.id: row.about for row in connection.execute(chosen.order_by(recordings.c.id))}


def grant(connection: Connection, drafted: Mapping[int, str]) -> None:
    """These have been drafted again by these records. One that is known by another record by now
    has still to be."""
    mine = and_(
        _wished(), recordings.c.id == bindparam("of"), recordings.c.about == bindparam("by")
    )
    rows = [{"of": number, "by": about} for number, about in drafted.items()]
    if rows:
        connection.execute(update(recordings).where(mine).values(wish=""), rows)
