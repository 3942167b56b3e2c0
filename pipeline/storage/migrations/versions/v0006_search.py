"""An index of what was said, filled with the calls that are there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from pipeline.call import Call, CallRecord, Interval, Medium, Speaker, Turn, Word
from pipeline.storage.corrections import Correction, corrected
from pipeline.storage.records import exchanged
from pipeline.storage.search_index import make_index
from pipeline.storage.search_rows import Spoken, last_day, longest_silence, put_words

revision = "0006"
down_revision = "0005"

AT_ONCE = 200
"""Transcripts that are read together."""


def upgrade() -> None:
    """A table, the index, and a row for every transcript that is there."""
    op.create_table(
        "spoken",
        sa.Column("transcript_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("silence", sa.Integer),
        sa.Column("held", sa.LargeBinary),
        sa.PrimaryKeyConstraint("transcript_id", name="pk_spoken"),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name="fk_spoken_transcript_id",
            ondelete="CASCADE",
        ),
    )
    connection = op.get_bind()
    make_index(connection)
    _fill(connection)


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))


def _fill(connection: sa.Connection) -> None:
    transcript = _table("transcript", "id", "content", "medium", "duration", "speech")
    after = 0
    while True:
        chosen = sa.select(transcript).where(transcript.c.id > after).order_by(transcript.c.id)
        found = connection.execute(chosen.limit(AT_ONCE)).all()
        if not found:
            return
        after = found[-1].id
        _fill_these(connection, found)


def _fill_these(connection: sa.Connection, found: Sequence[sa.Row[Any]]) -> None:
    ids = [row.id for row in found]
    said: dict[int, list[Turn]] = {number: [] for number in ids}
    turn = _table("turn", "transcript_id", "number", "speaker", "text")
    for row in _of(connection, turn, ids):
        words = tuple(map(Word, row.text))
        said[row.transcript_id].append(Turn(Speaker(row.speaker), 0.0, 0.0, words))
    put_right: dict[int, list[sa.Row[Any]]] = {number: [] for number in ids}
    for row in _of(connection, _table("revision", "transcript_id", "number", "kind", "body"), ids):
        put_right[row.transcript_id].append(row)
    about = _about(connection, found)
    for row in found:
        view = _as_it_stands(said[row.id], put_right[row.id])
        known = about.get(row.content, [])
        put_words(
            connection,
            Spoken(
                row.id,
                last_day(day for day, _ in known),
                max((one.number for one in put_right[row.id]), default=0),
                _silence(row, known[-1][1] if known else None),
                [(turn.speaker, turn.text) for turn in view.turns],
            ),
        )


def _of(connection: sa.Connection, table: sa.TableClause, ids: Sequence[int]) -> Any:
    mine = sa.select(table).where(table.c.transcript_id.in_(ids))
    return connection.execute(mine.order_by(table.c.transcript_id, table.c.number))


def _about(
    connection: sa.Connection, found: Sequence[sa.Row[Any]]
) -> Mapping[str, list[tuple[str, float | None]]]:
    """Content -> day of each of its recordings, and when it was answered."""
    recording = _table("recording", "id", "content", "day", "about")
    mine = recording.c.content.in_([row.content for row in found])
    about: dict[str, list[tuple[str, float | None]]] = {}
    for row in connection.execute(sa.select(recording).where(mine).order_by(recording.c.id)):
        answered = json.loads(row.about).get("answered")
        about.setdefault(row.content, []).append((row.day, answered))
    return about


def _as_it_stands(turns: Sequence[Turn], put_right: Sequence[sa.Row[Any]]) -> Call:
    """With what people corrected of words and speakers."""
    bodies = [(row.kind, json.loads(row.body)) for row in put_right]
    words = [Correction(**body) for kind, body in bodies if kind == "words"]
    swaps = [body["swapped"] for kind, body in bodies if kind == "swap"]
    call = corrected(Call(id="", duration=0.0, turns=tuple(turns)), words)
    return exchanged(call) if swaps and swaps[-1] else call


def _silence(row: sa.Row[Any], answered: float | None) -> int | None:
    speech = None
    if row.speech is not None:
        speech = {Speaker(who): _spans(flat) for who, flat in json.loads(row.speech).items()}
    return longest_silence(
        Call(
            id="",
            duration=row.duration / 1000,
            turns=(),
            medium=Medium(row.medium),
            speech=speech,
            about=CallRecord(answered=answered),
        )
    )


def _spans(flat: Sequence[int]) -> tuple[Interval, ...]:
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return tuple(Interval(start / 1000, end / 1000) for start, end in pairs)
