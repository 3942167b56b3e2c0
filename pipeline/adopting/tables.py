"""Rows of a table that people keep in Excel or a text editor: CSV, TSV, one phrase to a line.

A workbook itself is read by text/workbooks.py.
"""

from pathlib import Path

from pipeline.text.opening import text_of
from pipeline.text.rows import Limits, Row, rows_of
from pipeline.text.workbooks import BookLimits

MAX_BYTES = 5_000_000
MOST = Limits(rows=20_000, characters=10_000)
"""As many rows as a lexicon takes; no list of phrases comes near."""
MOST_OF_A_BOOK = BookLimits(bytes=20_000_000, unpacked=10_000_000, cells=MOST)


def read_table(path: Path) -> tuple[Row, ...]:
    """The rows of a text file, blank ones left out. Refusal where it is too large or no text."""
    text = read_text(path)
    return tuple(rows_of(text, str(path), _delimiter(path, text), MOST, strict=False))


def read_text(path: Path) -> str:
    """The text of a file. Refusal where it is too large for a list of rules, or no text."""
    return text_of(path, MAX_BYTES)


def _delimiter(path: Path, text: str) -> str:
    """What parts the cells; a plain text file has one cell to a line unless there are tabs."""
    head = text[:10_000]
    candidates = "\t" if path.suffix.lower() in (".txt", ".tsv") else ",\t;"
    return max(candidates, key=head.count)
