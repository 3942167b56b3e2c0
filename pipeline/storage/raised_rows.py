"""Cards with their calls as they were drafted, for learning, on a connection that is in a
transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from pipeline.scoring.review import MACHINE
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.lesson_records import Raised
from pipeline.storage.plain import from_json
from pipeline.storage.records import State, Transcript
from pipeline.storage.review_records import Final
from pipeline.storage.review_rows import read_marks
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.rows import read_recording, read_transcript, read_transcripts
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.topic_tables import call_topic

CARD = ("id", "recording_id", "transcript_id", "revision", "body")


def read_raised(
    connection: Connection, which: Sequence[ColumnElement[bool]], limit: int, newest: bool = False
) -> list[Raised]:
    """So many of these cards, of calls whose words are there; the first ones first, or the newest.
    newest: with their marks, too; otherwise only with those of cards that a rule has settled items
    of."""
    order = reviews.c.scorecard_id.desc() if newest else reviews.c.scorecard_id
    rows: Sequence[Any] = connection.execute(
        select(*(scorecards.c[name] for name in CARD), reviews.c.final, reviews.c.confirmed_at)
        .join(reviews, reviews.c.scorecard_id == scorecards.c.id)
        .join(recordings, recordings.c.id == scorecards.c.recording_id)
        .where(recordings.c.state == State.DONE.value, *which)
        .order_by(order)
        .limit(limit)
    ).all()
    said = _said(connection, rows)
    marked = {row.id for row in rows} if newest else _by_rule(connection, [row.id for row in rows])
    ids = {row.recording_id for row in rows}
    found = connection.execute(select(recordings).where(recordings.c.id.in_(ids))).mappings()
    of = {row["id"]: read_recording(row) for row in map(dict, found)}
    about = select(call_topic.c.recording_id, call_topic.c.topic)
    placed = connection.execute(about.where(call_topic.c.recording_id.in_(ids)))
    topics = {row.recording_id: str(row.topic) for row in placed}
    made = []
    for row in rows:
        card = from_json(Scorecard, row.body)
        made.append(
            Raised(
                id=row.id,
                card=card,
                call=said[row.id].call(of[row.recording_id], card.call_id),
                rulings=from_json(Final, row.final).rulings if row.final else {},
                marks=read_marks(connection, row.id) if row.id in marked else (),
                at=row.confirmed_at or 0,
                topic=topics.get(row.recording_id, ""),
            )
        )
    return made


def _by_rule(connection: Connection, cards: Sequence[int]) -> set[int]:
    """The cards that have a mark of the machine."""
    mine = marks.c.scorecard_id.in_(cards) & (marks.c.by == MACHINE)
    return set(connection.execute(select(marks.c.scorecard_id).where(mine).distinct()).scalars())


def _said(connection: Connection, rows: Sequence[Any]) -> dict[int, Transcript]:
    """Card -> the transcript as it was when the card was drafted."""
    now = read_transcripts(connection, sorted({row.transcript_id for row in rows}))
    return {
        row.id: now[row.transcript_id]
        if now[row.transcript_id].revision == row.revision
        else read_transcript(connection, row.transcript_id, row.revision)
        for row in rows
    }
