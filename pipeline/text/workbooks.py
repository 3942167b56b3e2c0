"""Rows of an Excel workbook. openpyxl enters here alone.

A workbook is a zip of XML files: it is measured before anything is unpacked, and one with a
document type, which is where entities would be declared, is refused. Formulas are not worked out
but read as the text that they are; of merged cells the first has the value.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.refusal import Refusal
from pipeline.text.rows import Limits, Row

XML = (".xml", ".rels", ".vml")
MAX_MEMBERS = 500
MAX_COLUMNS = 50
SHEET_ROWS = 1_048_576
"""Rows that a sheet can have: none lies behind, whatever a file says."""
DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLimits:
    """Bytes of the file; bytes of XML in it, unpacked (20,000 rows of five cells have 5 million;
    pictures are not unpacked); rows and characters of a cell."""

    bytes: int
    unpacked: int
    cells: Limits


def is_workbook(path: Path) -> bool:
    """Whether a file is a zip, whatever it is called."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def read_workbook(path: Path, most: BookLimits, sheet: str = "") -> tuple[Row, ...]:
    """The rows of a sheet (the first, if none is named), blank ones left out."""
    _measure(path, most)
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise Refusal("file.no-defusedxml", str(path))
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            rows = tuple(islice(_rows(_sheet(book, sheet, path), most.cells), most.cells.rows + 1))
        finally:
            book.close()
    except Refusal:
        raise
    except Exception as error:  # openpyxl raises whatever the damaged part happens to break
        raise Refusal("file.no-workbook", str(path), found=type(error).__name__) from error
    if len(rows) > most.cells.rows:
        raise Refusal("file.too-many-rows", str(path), allowed=most.cells.rows)
    return rows


def _measure(path: Path, most: BookLimits) -> None:
    if path.stat().st_size > most.bytes:
        raise Refusal("file.too-large", str(path), allowed=most.bytes / 1_000_000)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            read = [member for member in members if member.filename.lower().endswith(XML)]
            unpacked = sum(member.file_size for member in read)
            if len(members) > MAX_MEMBERS or unpacked > most.unpacked:
                raise Refusal("file.bomb", str(path), found=unpacked, allowed=most.unpacked)
            for member in read:
                _without_document_type(archive, member, path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Refusal("file.no-workbook", str(path), found=type(error).__name__) from error


def _without_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """A declaration stands before the first element: the beginning is enough."""
    with archive.open(member) as file:
        head = file.read(65_536)
    if DOCUMENT_TYPE.search(head) or head.startswith(UTF_16):
        raise Refusal("file.entities", str(path), found=member.filename)


def _sheet(book: Any, name: str, path: Path) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if not names or (name and name not in names):
        raise Refusal("file.no-sheet", str(path), found=name, allowed="、".join(names))
    return book[name] if name else book.worksheets[0]


def _rows(sheet: Any, most: Limits) -> Iterator[Row]:
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=SHEET_ROWS, values_only=True)
    for line, values in enumerate(rows, 1):
        if values.count(None) == len(values):  # a million of them, where the last row is far out
            continue
        cells = tuple(_text(value)[: most.characters].strip() for value in values)
        if any(cells):
            yield Row(line, cells)


def _text(value: object) -> str:
    """A cell as a person sees it: 110 and not 110.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    formula = getattr(value, "text", None)  # of an array formula
    return str(formula or value)
