"""Turns read for a search, as people last corrected them, on a connection."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Select, select

from pipeline.call import Speaker
from pipeline.storage.given import given, giving
from pipeline.storage.packing import UNKNOWN_TIME
from pipeline.storage.rows import read_transcripts
from pipeline.storage.search_keys import TURN_BITS, TURNS
from pipeline.storage.search_tables import spoken
from pipeline.storage.tables import turn
from pipeline.text.finding import Line, line_of

SPEAKERS = {speaker.value: speaker for speaker in Speaker}
ROOM_KB = 16_384
TURN = (
    turn.c.transcript_id,
    turn.c.number,
    turn.c.speaker,
    turn.c.text,
    turn.c.start,
    turn.c.lengths,
    turn.c.times,
)


def make_room(connection: Connection) -> None:
    """SQLite keeps 2 MB of a file in mind: too little for turns from all over a large one."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOM_KB}")


def read_lines(connection: Connection, turns: Mapping[int, Sequence[int]]) -> dict[int, list[Line]]:
    """Of each transcript, these of its turns, in order."""
    by_people = _by_people(connection, turns)
    found: dict[int, list[Line]] = {transcript: [] for transcript in turns}
    these = (
        transcript << TURN_BITS | number
        for transcript in sorted(turns.keys() - by_people)
        for number in turns[transcript]
    )
    asked = _turns(connection.dialect.name)
    for row in connection.execute(asked, giving(connection, these)).all():
        found[row[0]].append(_line(row))
    for lines in found.values():
        lines.sort(key=lambda line: line.turn)
    if not by_people:
        return found
    for transcript, said in read_transcripts(connection, list(by_people)).items():
        view = said.view.turns
        found[transcript] = [line_of(number, view[number]) for number in sorted(turns[transcript])]
    return found


@cache
def _turns(dialect: str) -> Select[Any]:
    """Each given as its transcript and its number."""
    these = given(dialect)
    of_each = (turn.c.transcript_id == these.c.value.op(">>")(TURN_BITS)) & (
        turn.c.number == these.c.value.op("&")(TURNS - 1)
    )
    return select(*TURN).select_from(these.join(turn, of_each))


def _by_people(connection: Connection, transcripts: Iterable[int]) -> frozenset[int]:
    """Those that people corrected."""
    asked = _corrected(connection.dialect.name)
    return frozenset(connection.execute(asked, giving(connection, transcripts)).scalars())


@cache
def _corrected(dialect: str) -> Select[Any]:
    these = given(dialect)
    asked = these.join(spoken, spoken.c.transcript_id == these.c.value)
    return select(spoken.c.transcript_id).select_from(asked).where(spoken.c.revision > 0)


def _line(row: Any) -> Line:
    return Line(row[1], SPEAKERS[row[2]], row[3], lambda place: _moment(row, place))


def _moment(row: Any, place: int) -> int:
    """As finding.moment() tells it, without unpacking the rest."""
    count = len(row.lengths) // 2
    ends = accumulate(struct.unpack(f"<{count}H", row.lengths))
    number = next((i for i, end in enumerate(ends) if end > place), None)
    if number is None:
        return int(row.start)
    start = struct.unpack_from("<i", row.times, 8 * number)[0]
    return int(row.start if start == UNKNOWN_TIME else start)
