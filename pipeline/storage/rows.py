"""Rows read and written on a connection that is in a transaction; store.py opens them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Connection, delete, false, insert, or_, select, update

from pipeline.call import Call, CallRecord, Reason, Turn
from pipeline.storage.cards import cards_of
from pipeline.storage.database import insert_row, now
from pipeline.storage.numbers import insert_new
from pipeline.storage.packing import pack_head, pack_turn, unpack_head, unpack_turn
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Outcome, Recording, Result, State, Transcript
from pipeline.storage.review_rows import refresh
from pipeline.storage.revisions import revisions_of
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.tables import turn as turns
from pipeline.storage.taking import RETRANSCRIBE

IN_NO_HANDS: Mapping[str, Any] = {
    "worker": None,
    "lease_until": None,
    "alone": False,
    "wish": "",
    "not_before": 0,
}
"""What the ledger has on a recording that nobody works on and nobody waits for."""


def as_before(reason: Reason, at: int) -> dict[str, Any]:
    """What becomes of a recording that was done and could not be heard again: it is done as before,
    its cards count, and the wish stays open with the reason why."""
    stays = {"state": State.DONE.value, "wish": RETRANSCRIBE, "reason": to_json(reason)}
    return {**IN_NO_HANDS, **stays, "attempts": recordings.c.attempts + 1, "changed": at}


def transcript_id_of(connection: Connection, content: str, fingerprint: str) -> int | None:
    return connection.execute(
        select(transcripts.c.id).where(
            transcripts.c.content == content, transcripts.c.fingerprint == fingerprint
        )
    ).scalar()


def put_transcript(connection: Connection, content: str, fingerprint: str, heard: Call) -> int:
    """Store what was recognised and give its row. One that is there keeps its row, on which cards
    and corrections rest (of every recording with this content); its words are replaced."""
    head = {"content": content, "fingerprint": fingerprint, "added": now(), **pack_head(heard)}
    kept = transcript_id_of(connection, content, fingerprint)
    if kept is None:
        kept = insert_row(connection, transcripts, head)
    else:
        connection.execute(update(transcripts).where(transcripts.c.id == kept).values(**head))
        connection.execute(delete(turns).where(turns.c.transcript_id == kept))
    rows = [
        {"transcript_id": kept, "number": number, **pack_turn(turn)}
        for number, turn in enumerate(heard.turns)
    ]
    if rows:
        connection.execute(insert(turns), rows)
    return kept


def read_transcript(
    connection: Connection, transcript_id: int, revision: int | None = None
) -> Transcript:
    """As corrected, or as it was after so many revisions."""
    return read_transcripts(connection, [transcript_id], revision)[transcript_id]


def read_transcripts(
    connection: Connection, ids: Sequence[int], revision: int | None = None
) -> dict[int, Transcript]:
    heads = connection.execute(select(transcripts).where(transcripts.c.id.in_(ids))).mappings()
    rows = connection.execute(
        select(turns)
        .where(turns.c.transcript_id.in_(ids))
        .order_by(turns.c.transcript_id, turns.c.number)
    )
    said: dict[int, list[Turn]] = {one: [] for one in ids}
    for row in map(dict, rows.mappings()):
        said[row["transcript_id"]].append(unpack_turn(row))
    revised = revisions_of(connection, ids, revision)
    return {
        head["id"]: Transcript(
            unpack_head(head, said[head["id"]]),
            swapped=revised[head["id"]].swapped,
            revision=revised[head["id"]].number,
            corrections=revised[head["id"]].corrections,
        )
        for head in map(dict, heads)
    }


def put_recording(
    connection: Connection,
    recording: Recording,
    state: State,
    outcome: Outcome,
    reason: Reason | None,
) -> int:
    row = {
        "sources": json.dumps(recording.sources, ensure_ascii=False),
        "about": to_json(recording.about),
        "state": state.value,
        "outcome": outcome.value,
        "reason": to_json(reason) if reason else None,
        "changed": now(),
        **IN_NO_HANDS,
    }
    if day := day_of(recording.about):
        row["day"] = day
    same = (recordings.c.content == recording.content) & (recordings.c.name == recording.name)
    old = connection.execute(select(recordings.c.id, recordings.c.attempts).where(same)).first()
    if old is not None:
        attempts = old.attempts + 1
        connection.execute(
            update(recordings).where(recordings.c.id == old.id).values(**row, attempts=attempts)
        )
        refresh(connection, old.id, row.get("day", ""), recording.about)
        return int(old.id)
    names = {"content": recording.content, "name": recording.name}
    first = {"attempts": 1, "added": row["changed"], "day": date.today().isoformat()}
    return insert_new(connection, recordings, {**names, **first, **row})


def put_failure(
    connection: Connection, recording: Recording, outcome: Outcome, reason: Reason
) -> None:
    """The recording failed, unless these bytes were done before: then that stands."""
    same = (recordings.c.content == recording.content) & (recordings.c.name == recording.name)
    done = (recordings.c.state == State.DONE.value) | (recordings.c.wish != "")
    stands = update(recordings).where(same, done).values(**as_before(reason, now()))
    if not connection.execute(stands).rowcount:
        put_recording(connection, recording, State.FAILED, outcome, reason)


def day_of(about: CallRecord) -> str | None:
    """YYYY-MM-DD of the call by its record; None where that does not say."""
    try:
        return date.fromisoformat((about.started or "")[:10]).isoformat()
    except ValueError:
        return None


def named(connection: Connection, name: str) -> list[Mapping[str, Any]]:
    """Recordings by the call record's id, by path, and by a file's name or its stem; the latest
    first."""
    like = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    file, _, part = like.rpartition("#")
    near = select(recordings).where(
        or_(
            recordings.c.name.in_((name, str(Path(name).resolve()))),
            recordings.c.sources.like(f"%{like}%", escape="\\"),
            recordings.c.sources.like(f"%{file}%", escape="\\") if part and file else false(),
        )
    )
    newest = near.order_by(recordings.c.changed.desc(), recordings.c.id.desc())
    rows = [dict(row) for row in connection.execute(newest).mappings()]
    return [row for row in rows if _is_called(row, name)]


def _is_called(row: Mapping[str, Any], name: str) -> bool:
    files = [PurePath(source) for source in json.loads(row["sources"])]
    known = {row["name"], *(str(file) for file in files)}
    known |= {called for file in files for called in (file.name, file.stem)}
    part = row["name"].rpartition("#")[2]  # a chat of a file is shown as log.csv#its-name
    known |= {f"{called}#{part}" for file in files for called in (file, file.name)}
    return name in known or str(Path(name).resolve()) in known


def read_recording(row: Mapping[str, Any]) -> Recording:
    return Recording(
        content=row["content"],
        name=row["name"],
        sources=tuple(json.loads(row["sources"])),
        about=from_json(CallRecord, row["about"]),
    )


def read_result(connection: Connection, row: Mapping[str, Any]) -> Result:
    recording = read_recording(row)
    kept = cards_of(connection, [row["id"]])[row["id"]]
    call = None
    if kept:
        transcript = read_transcript(connection, kept[0].transcript)
        call = transcript.call(recording, kept[0].card.call_id)
    return Result(
        recording=recording,
        state=State(row["state"]),
        outcome=Outcome(row["outcome"]),
        call=call,
        kept=kept,
        reason=from_json(Reason, row["reason"]) if row["reason"] else None,
        changed=row["changed"],
    )
