"""Corrections by people, as rows, on a connection that is in a transaction: only ever appended.

Two kinds: who is the agent ("swap"), and what was said ("words").
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from pipeline.storage.corrections import Correction
from pipeline.storage.database import now
from pipeline.storage.tables import revision as revisions
from pipeline.storage.tables import transcript as transcripts

SWAP, WORDS = "swap", "words"


@dataclass(frozen=True, slots=True)
class Revised:
    """What people corrected in a transcript. number: of the last revision; swapped: what was
    decided of the speakers, if anything."""

    number: int = 0
    swapped: bool | None = None
    corrections: tuple[Correction, ...] = ()


def revisions_of(
    connection: Connection, ids: Sequence[int], until: int | None = None
) -> dict[int, Revised]:
    """Of each transcript; until: only the first so many."""
    found = dict.fromkeys(ids, Revised())
    chosen = select(revisions).where(revisions.c.transcript_id.in_(ids))
    if until is not None:
        chosen = chosen.where(revisions.c.number <= until)
    for row in connection.execute(chosen.order_by(revisions.c.number)):
        before, body = found[row.transcript_id], json.loads(row.body)
        swapped, corrections = before.swapped, before.corrections
        if row.kind == SWAP:
            swapped = bool(body["swapped"])
        elif row.kind == WORDS:
            corrections = (*corrections, Correction(**body, number=row.number))
        found[row.transcript_id] = Revised(row.number, swapped, corrections)
    return found


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
    """The next revision, by its number."""
    _add(connection, transcript_id, number, SWAP, {"swapped": swapped})


def add_words(connection: Connection, transcript_id: int, one: Correction) -> None:
    """The next revision, which has its number."""
    body = {"turn": one.turn, "first": one.first, "last": one.last}
    _add(connection, transcript_id, one.number, WORDS, {**body, "was": one.was, "text": one.text})


def _add(
    connection: Connection, transcript_id: int, number: int, kind: str, body: dict[str, object]
) -> None:
    row = {"transcript_id": transcript_id, "number": number, "kind": kind, "added": now()}
    text = json.dumps(body, ensure_ascii=False)
    connection.execute(insert(revisions).values(**row, body=text))
