"""Stored calls one after the other, for a change of rules: numbers first, then a few at a time."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_

from pipeline.storage.cards import cards_of
from pipeline.storage.records import Recording, State, Stored
from pipeline.storage.rows import read_recording, read_transcripts
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import ruleset as rulesets
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts

HEARD = (State.DONE.value,)
SCORED = (*HEARD, State.PURGED.value)


def numbers(
    connection: Connection, since: str, after: int, limit: int, purged: bool = False
) -> list[int]:
    """Numbers above after of recordings with a transcript, of that day (YYYY-MM-DD) or later;
    purged: also of those that had one, and whose scores were kept.

    Of a recording whose bytes changed, the latest counts."""
    chosen = _latest(SCORED if purged else HEARD, since).where(recordings.c.id > after)
    rows = connection.execute(chosen.order_by(recordings.c.id).limit(limit))
    return list(rows.scalars())


def newest(connection: Connection, since: str, limit: int) -> list[int]:
    """Numbers of the last calls of that day or later, the last day first."""
    chosen = _latest(HEARD, since).order_by(recordings.c.day.desc(), recordings.c.id.desc())
    return list(connection.execute(chosen.limit(limit)).scalars())


def _latest(states: Sequence[str], since: str) -> Select[int]:
    """Numbers of recordings in those states; of one whose bytes changed, the latest."""
    mine = recordings.c.state.in_(states) & (recordings.c.day >= since)
    return select(recordings.c.id).where(mine, ~superseded())


def superseded() -> ColumnElement[bool]:
    """Whether another recording of the same name was heard since: the bytes have changed. The state
    goes by no index: SQLite would rather read all that are done than those of a name."""
    younger = recordings.alias("younger")
    later = tuple_(younger.c.changed, younger.c.id) > tuple_(recordings.c.changed, recordings.c.id)
    done = younger.c.state.concat("") == State.DONE.value
    mine = select(younger.c.id).where(younger.c.name == recordings.c.name, done, later)
    return mine.correlate(recordings).exists()


def read_stored(connection: Connection, ids: Sequence[int]) -> list[Stored]:
    """The calls of recordings, in the order of their numbers."""
    rows = connection.execute(
        select(recordings).where(recordings.c.id.in_(ids)).order_by(recordings.c.id)
    )
    found = {row["id"]: row for row in map(dict, rows.mappings())}
    last = _last_cards(connection, ids)
    rests_on = {
        number: last[number]["transcript_id"] if number in last else _heard(connection, row)
        for number, row in found.items()
    }
    heard = read_transcripts(connection, [at for at in rests_on.values() if at is not None])
    decided = cards_of(connection, ids, decided_only=True)
    stored = []
    for number, row in found.items():
        at = rests_on[number]
        if at is None:
            continue
        recording, card = read_recording(row), last.get(number)
        stored.append(
            Stored(
                id=number,
                recording=recording,
                transcript=at,
                revision=heard[at].revision,
                call=heard[at].call(recording, card["call_id"] if card else _name_of(recording)),
                template=card["template"] if card else "",
                card=card["id"] if card else 0,
                decided=decided[number],
            )
        )
    return stored


def _last_cards(connection: Connection, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Recording -> number, transcript, template and call id of its last card."""
    last = (
        select(func.max(scorecards.c.id))
        .where(scorecards.c.recording_id.in_(ids))
        .group_by(scorecards.c.recording_id)
    )
    rows = connection.execute(
        select(
            scorecards.c.id,
            scorecards.c.recording_id,
            scorecards.c.transcript_id,
            scorecards.c.body,
            rulesets.c.template,
        )
        .join(rulesets, rulesets.c.digest == scorecards.c.ruleset)
        .where(scorecards.c.id.in_(last))
    )
    return {
        row.recording_id: {
            "id": row.id,
            "transcript_id": row.transcript_id,
            "template": row.template,
            "call_id": json.loads(row.body)["call_id"],
        }
        for row in rows
    }


def _heard(connection: Connection, row: Mapping[str, Any]) -> int | None:
    """The latest transcript of a recording without a card."""
    return connection.execute(
        select(func.max(transcripts.c.id)).where(transcripts.c.content == row["content"])
    ).scalar()


def _name_of(recording: Recording) -> str:
    """What a recording without a card is called."""
    file = recording.sources[0].replace("\\", "/").rpartition("/")[2]
    return recording.about.id or file.rpartition(".")[0] or file
