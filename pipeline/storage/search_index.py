"""The index of what was said, of either database: turns by their keys (search_keys.py), each with
its tokens (text/tokens.py). What is asked of it and put into it are values, never statements.
"""

import json
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from pipeline.storage.search_keys import CALL_BITS, SPEAKERS, TRANSCRIPTS, floor
from pipeline.text.query import Said
from pipeline.text.tokens import tokens, wanted

INDEX = "spoken_index"
SQLITE = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(tokens, content='', columnsize=0, detail=none,"
    " tokenize=\"ascii tokenchars '%+=$'\")",
)
"""Without the texts themselves: those are in the table of turns."""
POSTGRES = (
    f"CREATE TABLE {INDEX} (key bigint PRIMARY KEY, tokens tsvector NOT NULL)",
    # Out of the rows, so that many of them fit on a page.
    f"ALTER TABLE {INDEX} ALTER tokens SET STORAGE EXTERNAL, SET (toast_tuple_target = 128)",
    f"CREATE INDEX ix_{INDEX} ON {INDEX} USING gin (tokens)",
)


class Indexed(NamedTuple):
    """A turn as it is indexed: its key, the normal form of its text, and how that sounds."""

    key: int
    form: str
    syllables: Sequence[str]


class Stretch(NamedTuple):
    """Keys from at least one on and before another. only: of these transcripts; None: of all."""

    start: int
    end: int
    only: frozenset[int] | None = None


def make_index(connection: Connection) -> None:
    """An empty one."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.exec_driver_sql(statement)


def put(connection: Connection, turns: Sequence[Indexed]) -> bytes | None:
    """Put turns into the index; what take() needs to take them out again."""
    if connection.dialect.name != "sqlite":
        rows = [{"key": turn.key, "tokens": _tokens(turn)} for turn in turns]
        put = f"INSERT INTO {INDEX} (key, tokens) VALUES (:key, array_to_tsvector(:tokens))"  # noqa: S608
        if rows:
            connection.execute(text(put), rows)
        return None
    values = [(turn.key, " ".join(_tokens(turn))) for turn in turns]
    if values:
        put = f"INSERT INTO {INDEX} (rowid, tokens) VALUES (?, ?)"  # noqa: S608
        connection.exec_driver_sql(put, values)
    held = [(turn.key, turn.form, " ".join(turn.syllables)) for turn in turns]
    return zlib.compress(json.dumps(held, ensure_ascii=False).encode())


def take(connection: Connection, day: int, transcript: int, held: bytes | None) -> None:
    """Take the turns of a transcript out of the index."""
    start = floor(day, transcript)
    if held is None:
        gone = text(f"DELETE FROM {INDEX} WHERE key >= :start AND key < :end")  # noqa: S608
        connection.execute(gone, {"start": start, "end": start + (1 << CALL_BITS)})
        return
    known = json.loads(zlib.decompress(held))
    turns = [Indexed(key, form, said.split(" ")) for key, form, said in known]
    gone_values = [(turn.key, " ".join(_tokens(turn))) for turn in turns]
    if gone_values:
        delete = f"INSERT INTO {INDEX} ({INDEX}, rowid, tokens) VALUES ('delete', ?, ?)"  # noqa: S608
        connection.exec_driver_sql(delete, gone_values)


def clear(connection: Connection) -> None:
    """What was taken out is gone from SQLite's file too; PostgreSQL's VACUUM sees to it there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')")  # noqa: S608


def _tokens(turn: Indexed) -> list[str]:
    return tokens(turn.form, turn.syllables)


def newest(
    connection: Connection, phrases: Sequence[Said], within: Stretch, limit: int | None = None
) -> list[int]:
    """The keys of turns in which any of the phrases may be said, the highest first."""
    dialect = connection.dialect.name
    values: dict[str, Any] = {
        "query": _QUERY[dialect](phrases),
        "start": within.start,
        "end": within.end,
        "speaker": _speaker(phrases),
        "limit": limit if limit is not None else 1 << 62,
    }
    asked = _ASKED[dialect]
    if within.only is not None:
        asked = _ASKED_AMONG[dialect]
        values |= {"only": _ONLY[dialect](within.only), "most": max(within.only, default=0)}
    return [row[0] for row in connection.execute(text(asked), values).all()]


def _bits(transcripts: frozenset[int]) -> bytes:
    """A bit for each: looked up at once, where PostgreSQL would go through a list for every key."""
    made = bytearray(max(transcripts, default=0) // 8 + 1)
    for one in transcripts:
        made[one // 8] |= 1 << one % 8
    return bytes(made)


def _speaker(phrases: Sequence[Said]) -> int:
    """By whom all of them have to be said; -1: by different people, or by anybody."""
    speakers = {phrase.speaker for phrase in phrases}
    one = speakers.pop() if len(speakers) == 1 else None
    return -1 if one is None else SPEAKERS.index(one)


BOUNDS = "{key} >= :start AND {key} < :end AND (:speaker < 0 OR ({key} & 3) = :speaker)"
TRANSCRIPT = f"({{key}} >> {CALL_BITS} & {TRANSCRIPTS - 1})"


def _on_sqlite(among: str = "") -> str:
    where = (BOUNDS + among).format(key="rowid")
    return (
        f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :query"  # noqa: S608
        f" AND {where} ORDER BY rowid DESC LIMIT :limit"
    )


def _on_postgres(among: str = "") -> str:
    """By the index of tokens, always: going through the keys is a guess of the planner's."""
    where = (BOUNDS + among).format(key="key")
    return (
        f"WITH found AS MATERIALIZED (SELECT key FROM {INDEX} WHERE"  # noqa: S608
        " tokens @@ CAST(:query AS tsquery))"
        f" SELECT key FROM found WHERE {where} ORDER BY key DESC LIMIT :limit"
    )


_ASKED = {"sqlite": _on_sqlite(), "postgresql": _on_postgres()}
_ASKED_AMONG = {
    "sqlite": _on_sqlite(f" AND {TRANSCRIPT} IN (SELECT value FROM json_each(:only))"),  # noqa: S608
    "postgresql": _on_postgres(
        f" AND CASE WHEN {TRANSCRIPT} > :most THEN false ELSE"
        f" get_bit(CAST(:only AS bytea), CAST({TRANSCRIPT} AS integer)) = 1 END"
    ),
}
_ONLY = {"sqlite": lambda only: json.dumps(list(only)), "postgresql": _bits}
_QUERY = {
    "sqlite": lambda phrases: _joined(phrases, '"{}"', " AND ", " OR "),
    "postgresql": lambda phrases: _joined(phrases, "'{}'", " & ", " | "),
}
"""Tokens hold neither quotes nor backslashes: those are not of any normal form."""


def _joined(phrases: Sequence[Said], quoted: str, every: str, any_of: str) -> str:
    readings = dict.fromkeys(reading for phrase in phrases for reading in wanted(phrase))
    return any_of.join(
        "(" + every.join(quoted.format(token) for token in reading) + ")" for reading in readings
    )
