"""Rows of a table as text, CSV and its like, each with its line."""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from pipeline.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row as text, and the line on which it begins (of a workbook: its row)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many rows a table may have, and how many characters a cell."""

    rows: int
    characters: int


def rows_of(
    text: str, file: str, delimiter: str, limits: Limits, strict: bool = True
) -> Iterator[Row]:
    """The rows, blank ones left out. strict: quotes that are not paired are refused.

    Refusal, with the line, where that or a limit stops the reading.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line, number = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                number += 1
                if number > limits.rows:
                    raise Refusal("file.too-many-rows", file, line, allowed=limits.rows)
                if max(map(len, cells)) > limits.characters:
                    raise Refusal("file.long-cell", file, line, allowed=limits.characters)
                yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refusal("file.no-table", file, reader.line_num, found=str(error)) from None


def folded(heading: str) -> str:
    """Case, width, blanks and signs between make no difference: "Chat ID", chat_id."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(character for character in text if character.isalnum())
