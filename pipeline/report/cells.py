"""Cells of exported tables: nothing that a call, a file or a template says becomes a formula.

A spreadsheet takes a cell that begins with one of = + - @ (full-width ones too, in some) for a
formula, and a cell may begin where a quote, a line's end or a separator stands in the midst of a
text. There an apostrophe goes before it, in workbooks as in CSV, which is what a workbook may be
saved as next.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

Cell = str | float | int | None
"""Numbers stay numbers: none of them is ever a formula."""
BEGINS = re.compile(
    "(^[ \\u00a0\\u3000]*|[\"'`,;|\\t\\r\\n][ \\u00a0\\u3000]*)(?=[=+\\-@＝＋－＠﹦﹢﹣﹫])"
)
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold; the rest of the control characters go with it."""
LEADING = ("\t", "\r", "\n", "\x00")
SAFE = "'"
MAX_CHARACTERS = 32_000
"""A cell of a workbook holds 32,767."""


def harmless(text: str) -> str:
    """The text as a spreadsheet may hold it: it shows as it is, and nothing in it is worked out."""
    shown = UNSEEN.sub("�", text)[:MAX_CHARACTERS]
    shown = BEGINS.sub(rf"\g<1>{SAFE}", shown)
    return SAFE + shown if text.startswith(LEADING) else shown


def cell(value: Cell) -> str | float | int | None:
    """A value as it is written: text made harmless, nothing as nothing."""
    return harmless(value) if isinstance(value, str) else value


class CsvTable:
    """A table as CSV (RFC 4180) with the mark by which Excel knows that it is UTF-8."""

    def __init__(self, file: TextIO, heads: Sequence[str]):
        self._writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
        self.add(heads)

    def add(self, row: Iterable[Cell]) -> None:
        """Write a row."""
        self._writer.writerow([cell(value) for value in row])
