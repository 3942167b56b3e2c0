"""Rows read and written on a connection that is in a transaction; store.py opens them."""

import json
import time
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, or_, select, update

from pipeline.call import Call, CallRecord, Reason
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.packing import pack_head, pack_turn, unpack_head, unpack_turn
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Outcome, Recording, Result, State, Transcript
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import revision as revisions
from pipeline.storage.tables import ruleset as rulesets
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.tables import turn as turns

SWAP = "swap"


def now() -> int:
    return time.time_ns() // 1_000_000


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
        kept = _insert(connection, transcripts, head)
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


def _insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table).values(**row)).inserted_primary_key
    assert key is not None  # noqa: S101 - both databases give it back
    return int(key[0])


def read_transcript(connection: Connection, transcript_id: int) -> Transcript:
    head = connection.execute(select(transcripts).where(transcripts.c.id == transcript_id))
    rows = connection.execute(
        select(turns).where(turns.c.transcript_id == transcript_id).order_by(turns.c.number)
    )
    said = [unpack_turn(dict(row)) for row in rows.mappings()]
    revision, swapped = read_revision(connection, transcript_id)
    return Transcript(unpack_head(dict(head.mappings().one()), said), swapped, revision)


def read_revision(connection: Connection, transcript_id: int) -> tuple[int, bool | None]:
    """The number of the last correction, and what was decided of the speakers, if anything."""
    rows = connection.execute(
        select(revisions.c.number, revisions.c.kind, revisions.c.body)
        .where(revisions.c.transcript_id == transcript_id)
        .order_by(revisions.c.number)
    ).all()
    swaps = [bool(json.loads(row.body)["swapped"]) for row in rows if row.kind == SWAP]
    return (rows[-1].number if rows else 0), (swaps[-1] if swaps else None)


def decided_id_of(connection: Connection, content: str) -> int | None:
    """The transcript of these bytes of whose speakers a person decided last, if any did."""
    return connection.execute(
        select(transcripts.c.id)
        .join(revisions, revisions.c.transcript_id == transcripts.c.id)
        .where(transcripts.c.content == content, revisions.c.kind == SWAP)
        .order_by(revisions.c.added.desc(), transcripts.c.id.desc(), revisions.c.number.desc())
        .limit(1)
    ).scalar()


def add_swap(connection: Connection, transcript_id: int, number: int, swapped: bool) -> None:
    row = {"transcript_id": transcript_id, "number": number, "kind": SWAP, "added": now()}
    body = json.dumps({"swapped": swapped})
    connection.execute(insert(revisions).values(**row, body=body))


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
    }
    same = (recordings.c.content == recording.content) & (recordings.c.name == recording.name)
    old = connection.execute(select(recordings.c.id, recordings.c.attempts).where(same)).first()
    if old is not None:
        attempts = old.attempts + 1
        connection.execute(
            update(recordings).where(recordings.c.id == old.id).values(**row, attempts=attempts)
        )
        return int(old.id)
    names = {"content": recording.content, "name": recording.name}
    return _insert(connection, recordings, {**names, **row, "attempts": 1, "added": row["changed"]})


def add_ruleset(connection: Connection, ruleset: Ruleset) -> None:
    known = select(rulesets.c.digest).where(rulesets.c.digest == ruleset.digest)
    if connection.execute(known).first() is None:
        row = {
            "digest": ruleset.digest,
            "template": ruleset.template.name,
            "version": ruleset.template.version,
            "texts": json.dumps(dict(ruleset.files), ensure_ascii=False),
            "added": now(),
        }
        connection.execute(insert(rulesets).values(**row))


def put_card(connection: Connection, of: tuple[int, int, int], card: Scorecard) -> None:
    keys: dict[str, Any] = dict(zip(("recording_id", "transcript_id", "revision"), of, strict=True))
    keys |= {"ruleset": card.ruleset, "state": "draft"}
    connection.execute(
        delete(scorecards).where(*(scorecards.c[key] == value for key, value in keys.items()))
    )
    row = {"total": card.total, "max": card.max, "fatal": bool(card.fatal), "body": to_json(card)}
    _insert(connection, scorecards, {**keys, **row, "added": now()})


def named(connection: Connection, name: str) -> list[Mapping[str, Any]]:
    """Recordings by the call record's id, by path, and by a file's name or its stem; the latest
    first."""
    like = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    near = select(recordings).where(
        or_(
            recordings.c.name.in_((name, str(Path(name).resolve()))),
            recordings.c.sources.like(f"%{like}%", escape="\\"),
        )
    )
    newest = near.order_by(recordings.c.changed.desc(), recordings.c.id.desc())
    rows = [dict(row) for row in connection.execute(newest).mappings()]
    return [row for row in rows if _is_called(row, name)]


def _is_called(row: Mapping[str, Any], name: str) -> bool:
    files = [PurePath(source) for source in json.loads(row["sources"])]
    known = {row["name"], *(str(file) for file in files)}
    known |= {called for file in files for called in (file.name, file.stem)}
    return name in known or str(Path(name).resolve()) in known


def read_result(connection: Connection, row: Mapping[str, Any]) -> Result:
    recording = Recording(
        content=row["content"],
        name=row["name"],
        sources=tuple(json.loads(row["sources"])),
        about=from_json(CallRecord, row["about"]),
    )
    rows = connection.execute(_latest_cards(row["id"])).all()
    cards = tuple(from_json(Scorecard, card.body) for card in rows)
    call = None
    if rows:
        transcript = read_transcript(connection, rows[0].transcript_id)
        call = transcript.call(recording, cards[0].call_id)
    return Result(
        recording=recording,
        state=State(row["state"]),
        outcome=Outcome(row["outcome"]),
        call=call,
        cards=cards,
        reason=from_json(Reason, row["reason"]) if row["reason"] else None,
        changed=row["changed"],
    )


def _latest_cards(recording_id: int) -> Select[Any]:
    """The cards of the transcript revision that was scored last."""
    last = (
        select(scorecards.c.transcript_id, scorecards.c.revision)
        .where(scorecards.c.recording_id == recording_id)
        .order_by(scorecards.c.id.desc())
        .limit(1)
        .subquery()
    )
    return (
        select(scorecards.c.transcript_id, scorecards.c.body)
        .join(
            last,
            (scorecards.c.transcript_id == last.c.transcript_id)
            & (scorecards.c.revision == last.c.revision),
        )
        .where(scorecards.c.recording_id == recording_id)
        .order_by(scorecards.c.id.desc())
    )
