"""Turns read for a search, as people last corrected them, on a connection."""

import json
import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, select, text

from pipeline.call import Speaker
from pipeline.storage.packing import UNKNOWN_TIME
from pipeline.storage.rows import read_transcripts
from pipeline.storage.search_keys import TURN_BITS, TURNS
from pipeline.storage.search_tables import spoken
from pipeline.text.finding import Line, line_of

SPEAKERS = {speaker.value: speaker for speaker in Speaker}
COLUMNS = (
    "turn.transcript_id, turn.number, turn.speaker, turn.text, turn.start, turn.lengths, turn.times"
)
THESE: Mapping[str, Any] = {
    name: text(
        f"SELECT {COLUMNS} FROM {values} CROSS JOIN turn"  # noqa: S608
        f" WHERE turn.transcript_id = these.value >> {TURN_BITS}"
        f" AND turn.number = (these.value & {TURNS - 1}) ORDER BY 1, 2"
    )
    for name, values in (
        ("sqlite", "json_each(:these) AS these"),
        ("postgresql", "unnest(CAST(:these AS bigint[])) AS these(value)"),
    )
}


def read_lines(connection: Connection, turns: Mapping[int, Sequence[int]]) -> dict[int, list[Line]]:
    """Of each transcript, these of its turns, in order."""
    corrected = select(spoken.c.transcript_id).where(
        spoken.c.transcript_id.in_(turns), spoken.c.revision > 0
    )
    by_people = set(connection.execute(corrected).scalars())
    found: dict[int, list[Line]] = {transcript: [] for transcript in turns}
    these = [
        transcript << TURN_BITS | turn
        for transcript, numbers in turns.items()
        if transcript not in by_people
        for turn in numbers
    ]
    sqlite = connection.dialect.name == "sqlite"
    values = {"these": json.dumps(these) if sqlite else these}
    for row in connection.execute(THESE[connection.dialect.name], values).all():
        found[row[0]].append(_line(row))
    if not by_people:
        return found
    for transcript, said in read_transcripts(connection, list(by_people)).items():
        view = said.view.turns
        found[transcript] = [line_of(number, view[number]) for number in sorted(turns[transcript])]
    return found


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
