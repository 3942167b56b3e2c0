"""Rows of a table that people keep in Excel or a text editor: CSV, TSV, one phrase to a line.

Excel writes CSV in GBK on Chinese machines, in UTF-8 with a byte order mark, or as UTF-16
(“Unicode text”): all are read. A workbook itself is read by workbooks.py.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.refusal import Refusal

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
"""As many as a lexicon takes; no list of phrases comes near."""
MAX_CELL = 10_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row as text, and its line (of a workbook: its row), from 1."""

    line: int
    cells: tuple[str, ...]


def read_table(path: Path) -> tuple[Row, ...]:
    """The rows of a text file, blank ones left out. Refusal where it is too large or no text."""
    text = read_text(path)
    if (width := csv.field_size_limit()) > MAX_CELL:
        csv.field_size_limit(MAX_CELL)
    try:
        rows = tuple(islice(_rows(text, _delimiter(path, text)), MAX_ROWS + 1))
    except csv.Error as error:
        raise Refusal("adopting.no-table", str(path), found=str(error)) from error
    finally:
        csv.field_size_limit(width)
    if len(rows) > MAX_ROWS:
        raise Refusal("adopting.too-many-rows", str(path), allowed=MAX_ROWS)
    return rows


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GBK. Refusal where it is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal("adopting.unreadable", str(path), found=error.strerror or "") from error
    if len(data) > MAX_BYTES:
        raise Refusal("adopting.too-large", str(path), allowed=MAX_BYTES)
    for encoding in ("utf-16",) if data.startswith(UTF_16) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal("adopting.no-text", str(path))


def _delimiter(path: Path, text: str) -> str:
    """What parts the cells; a plain text file has one cell to a line unless there are tabs."""
    head = text[:10_000]
    candidates = "\t" if path.suffix.lower() in (".txt", ".tsv") else ",\t;"
    return max(candidates, key=head.count)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))
        line = reader.line_num + 1
