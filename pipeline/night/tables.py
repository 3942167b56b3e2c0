"""Tables of call records: CSV, workbooks and JSON lines, each row about one recording.

What cannot be understood is said with its line; it costs its own row and nothing else.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.call import CallRecord, Reason
from pipeline.night import buckets
from pipeline.night.addresses import local
from pipeline.night.asking import Transient
from pipeline.night.cells import Unfit, value_of
from pipeline.night.columns import FILE, MORE, columns_of
from pipeline.night.places import folders
from pipeline.night.seen import Say, Seen
from pipeline.night.temporary import temporary_file
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night
from pipeline.speech.call_record import NUMBER, brief, record_of
from pipeline.text.names import shown
from pipeline.text.opening import json_of, storable, text_of
from pipeline.text.private import MASK
from pipeline.text.rows import Limits, Row, rows_of
from pipeline.text.workbooks import BookLimits, is_workbook, read_workbook

ENDINGS = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson")
"""Of a folder, files with these are tables of call records; one that is named may have any."""
LINES = (".jsonl", ".ndjson", ".json")
DELIMITERS = ",\t;|"
MAX_BYTES = 100_000_000
MOST = Limits(rows=1_000_000, characters=10_000)
MOST_OF_A_BOOK = BookLimits(
    bytes=50_000_000, unpacked=300_000_000, cells=Limits(rows=300_000, characters=10_000)
)
MOST_SAID = 20
"""So many wrong rows of a file are named one by one."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row: its record, and the file that it says it is about ("" where only the id tells)."""

    record: CallRecord
    about: str


def told_in(
    places: Sequence[str], night: Night, told: Mapping[str, str], since: str, say: Say
) -> Iterator[Told]:
    """The rows of all files in these places. told: heading -> field, of the settings.

    since: YYYY-MM-DD; a file that was last written before says nothing of that day and later."""
    for place in places:
        own = place.rstrip("/").rpartition("/")[2]
        for files in folders(place, night, _fits, say):
            for file in files:
                if (file.name == own or _fits(file.name)) and file.day >= since:
                    yield from _in_file(file, night, told, say)


def _fits(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def _in_file(file: Seen, night: Night, told: Mapping[str, str], say: Say) -> Iterator[Told]:
    """Those of one file; what is wrong with it, or with rows of it, is said."""
    path, wrong = local(file.address), 0
    here = nullcontext(path) if path else temporary_file(PurePosixPath(file.name).suffix)
    try:
        with here as place:
            if path is None:
                buckets.bring(file, place, night)
            for row in _rows(place, shown(file.address), told):
                if isinstance(row, Told):
                    yield row
                    continue
                wrong += 1
                if wrong <= MOST_SAID:
                    say(row)
    except Refusal as refusal:
        say(refusal)
    except Transient as transient:
        say(transient.refusal)
    if wrong > MOST_SAID:
        more = Reason("night.more-rows", {"count": wrong - MOST_SAID})
        say(Advice(more, shown(file.address)))


def _rows(path: Path, file: str, told: Mapping[str, str]) -> Iterator[Told | Refusal]:
    """Each row, or what is wrong with it. Refusal where no more can be read."""
    if path.suffix.lower() in LINES:
        yield from _objects(text_of(path, MAX_BYTES), file, told)
        return
    if is_workbook(path):
        rows = iter(read_workbook(path, MOST_OF_A_BOOK))
    else:
        text = text_of(path, MAX_BYTES)
        first = text.lstrip().partition("\n")[0]
        rows = rows_of(text, file, max(DELIMITERS, key=first.count), MOST)
    head = next(rows, Row(1, ()))
    columns = columns_of(head.cells, told, file)
    for row in rows:
        cells = {at: row.cells[at] for at in columns if at < len(row.cells)}
        yield _told({at: head.cells[at] for at in columns}, cells, columns, (file, row.line))


def _objects(text: str, file: str, told: Mapping[str, str]) -> Iterator[Told | Refusal]:
    """JSON, an object to a line, or one list of them: their keys are the headings."""
    whole = json_of(text, file) if text.lstrip().startswith("[") else None
    lines = enumerate(text.splitlines(), 1) if whole is None else ((None, one) for one in whole)
    for line, one in lines:
        if line is not None and not one.strip():
            continue
        try:
            found = json.loads(storable(one)) if line is not None else one
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield Refusal("night.row-no-object", file, line)
            continue
        headings = list(found)
        columns = columns_of(headings, told, file)
        cells = {at: _text(found[headings[at]]) for at in columns}
        yield _told({at: headings[at] for at in columns}, cells, columns, (file, line))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _told(
    headings: Mapping[int, str],
    cells: Mapping[int, str],
    columns: Mapping[int, str],
    place: tuple[str, int | None],
) -> Told | Refusal:
    """The row, or which cell of it is wrong and what may stand there."""
    values: dict[str, Any] = {}
    about = ""
    for at, cell in cells.items():
        field, text = columns[at], cell.strip()
        if field == FILE:
            about = text
        elif field.startswith(MORE):
            values[field.removeprefix(MORE)] = text or None
        else:
            try:
                values[field] = value_of(field, text)
            except Unfit as unfit:
                if field == "satisfaction":  # 非常满意: kept as it is said
                    values[headings[at]] = text
                    continue
                found = MASK if field == NUMBER else brief(text)
                return _wrong(headings[at], found, unfit.allowed, place)
    if not (about or values.get("id")):
        names = "、".join(headings[at] for at, one in columns.items() if one in (FILE, "id"))
        return _wrong(names, "", "", place)
    return Told(record_of(values, place[0]), about)


def _wrong(what: str, found: str, allowed: str, place: tuple[str, int | None]) -> Refusal:
    if not allowed:
        return Refusal("night.row-about-nothing", *place, what=brief(what))
    return Refusal("night.row-value", *place, what=brief(what), found=found, allowed=allowed)
