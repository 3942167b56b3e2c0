"""Tables as a workbook (XLSX). XlsxWriter enters here alone.

Rows are written as they come and are not kept, so that 100,000 of them take no memory. Text is only
ever text: no formula, no link, no number guessed (report/cells.py does the rest).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.refusal import Refusal
from pipeline.report.cells import Cell, cell

MAX_ROWS = 1_048_575
"""Of a sheet, below its heads."""
LINE_END = re.compile("\r\n?")
"""A cell breaks lines by a line feed alone."""
WIDTHS = {"wide": 44, "middle": 22, "narrow": 12}
PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. form: how its numbers are shown, as in 0.0%; "" as they are."""

    head: str
    width: str = "narrow"
    form: str = ""


class Sheet:
    """A table in a workbook."""

    def __init__(self, sheet: Any, columns: Sequence[Column], forms: Sequence[Any]):
        self._sheet, self._forms, self._row = sheet, forms, 0
        for number, column in enumerate(columns):
            sheet.set_column(number, number, WIDTHS[column.width])

    def add(self, row: Iterable[Cell]) -> None:
        """Write a row. Refusal where the sheet is full: part of a table must not look like all."""
        if self._row > MAX_ROWS:
            raise Refusal("export.too-many", allowed=MAX_ROWS)
        for number, value in enumerate(row):
            written, form = cell(value), self._forms[number]
            if written is None or written == "":
                continue
            if isinstance(written, str):
                self._sheet.write_string(self._row, number, LINE_END.sub("\n", written))
            else:
                self._sheet.write_number(self._row, number, written, form)
        self._row += 1


class Workbook:
    """A file with several tables. A context manager: the file is whole when it ends."""

    def __init__(self, path: Path, title: str):
        """Raises OSError where the folder cannot be written."""
        from xlsxwriter import Workbook as Book

        self._book = Book(str(path), PLAIN)
        self._book.set_properties({"title": title, "comments": "", "author": ""})
        self._head = self._book.add_format({"bold": True, "bottom": 1})

    def sheet(self, title: str, columns: Sequence[Column]) -> Sheet:
        """A further table, with its heads, which stay in sight."""
        sheet = self._book.add_worksheet(title)
        forms = [self._book.add_format({"num_format": c.form}) if c.form else None for c in columns]
        made = Sheet(sheet, columns, forms)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, None, self._head)
        made.add(column.head for column in columns)
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._book.close()
