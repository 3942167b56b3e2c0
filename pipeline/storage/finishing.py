"""The end of a claim: a recording is done, a copy, or failed, on a connection in a transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, select, update

from pipeline.call import Reason
from pipeline.storage.claims import ended, held
from pipeline.storage.database import now
from pipeline.storage.entries import alone_with_bytes, put_entry
from pipeline.storage.records import Entry, Outcome, Recording, State
from pipeline.storage.rows import IN_NO_HANDS, as_before, put_recording
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.taking import Claim


def finish(
    connection: Connection, claim: Claim, content: str, entries: Sequence[Entry]
) -> tuple[State, Outcome]:
    """Keep what came of a claim. An entry of its own name is the recording itself; otherwise it is
    a log, and the entries are its chats. A copy of what is done under another name is skipped,
    unless it has an id of its own. Gives how it ended, also where it did so before and nobody heard
    the answer. Raises Lost, and nothing is written."""
    alone_with_bytes(connection, (content, *(entry.recording.content for entry in entries)))
    if before := ended(connection, claim):
        return before
    row = held(connection, claim)
    itself = next((e for e in entries if e.recording.name == claim.found.name), None)
    content = itself.recording.content if itself else content
    if _is_copy(connection, claim, content):
        _end(connection, claim, row, content, (State.SKIPPED, Outcome.DUPLICATE, None))
        return State.SKIPPED, Outcome.DUPLICATE
    for entry in entries:
        if entry is itself:
            _settle(connection, claim, row, content)
        put_entry(connection, entry)
    if itself:
        _stamp(connection, claim, content)
        return State.DONE, itself.outcome
    _end(connection, claim, row, content, (State.DONE, Outcome.LOG, None))
    return State.DONE, Outcome.LOG


def fail(
    connection: Connection, claim: Claim, content: str, outcome: Outcome, reason: Reason
) -> None:
    """The recording failed for good; one that was to be heard again is done as before. content is
    "" where it could not be read. Raises Lost."""
    alone_with_bytes(connection, [content])
    row = held(connection, claim)
    content = content or row["content"]
    if row["wish"] and content == row["content"]:
        values = as_before(reason, now())
        connection.execute(update(recordings).where(recordings.c.id == claim.id).values(**values))
        return
    _end(connection, claim, row, content, (State.FAILED, outcome, reason))


def copied(connection: Connection, content: str, name: str) -> str | None:
    """The name of another recording that is done and holds these bytes."""
    other = (recordings.c.content == content) & (recordings.c.name != name)
    done = recordings.c.state == State.DONE.value
    first = select(recordings.c.name).where(other, done).order_by(recordings.c.id).limit(1)
    return connection.execute(first).scalar() if content else None


def _is_copy(connection: Connection, claim: Claim, content: str) -> bool:
    if claim.wish or claim.found.about.id or _has_cards(connection, claim.id):
        return False
    return copied(connection, content, claim.found.name) is not None


def _end(
    connection: Connection,
    claim: Claim,
    row: Mapping[str, Any],
    content: str,
    how: tuple[State, Outcome, Reason | None],
) -> None:
    """The recording ends without cards of its own."""
    _settle(connection, claim, row, content)
    found = claim.found
    recording = Recording(
        content=content, name=found.name, sources=found.sources, about=found.about
    )
    put_recording(connection, recording, *how)
    _stamp(connection, claim, content)


def _settle(connection: Connection, claim: Claim, row: Mapping[str, Any], content: str) -> None:
    """Make the claim's row the one of these bytes: a recording is its content and its name.

    Where cards rest on the row and it was of other bytes, it stays with them, done, and is not
    of this night."""
    if row["content"] == content:
        return
    mine = recordings.c.id == claim.id
    if _has_cards(connection, claim.id):
        stays = {**IN_NO_HANDS, "state": State.DONE.value, "night": None}
        connection.execute(update(recordings).where(mine).values(**stays))
        return
    same = (recordings.c.content == content) & (recordings.c.name == claim.found.name)
    if connection.execute(select(recordings.c.id).where(same)).first() is None:
        connection.execute(update(recordings).where(mine).values(content=content))
    else:
        connection.execute(delete(recordings).where(mine))


def _stamp(connection: Connection, claim: Claim, content: str) -> None:
    """What its files looked like, and when they were heard, belongs to the row of these bytes,
    whichever that was."""
    same = (recordings.c.content == content) & (recordings.c.name == claim.found.name)
    connection.execute(
        update(recordings).where(same).values(stamp=claim.found.stamp, night=claim.night)
    )


def _has_cards(connection: Connection, recording: int) -> bool:
    cards = exists().where(scorecards.c.recording_id == recording)
    return bool(connection.execute(select(cards)).scalar())
