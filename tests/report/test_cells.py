"""S8: what leaves the house as a table is text, whatever a call, a file or a template says."""

import csv
import io
from itertools import product
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.refusal import Refusal
from pipeline.report.cells import CsvTable, harmless
from pipeline.report.workbook import Column, Workbook

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
STARTS = (
    "",
    " ",
    "　",
    '"',
    "'",
    '""',
    "a\n",
    "a\r\n",
    "a\t",
    "a,",
    "a;",
    'a","',
    'a;"',
    "\t",
    "\r",
    "\n",
    "\x00",
)
HOSTILE = [
    *(f'{start}{sign}HYPERLINK("http://x","y")' for start, sign in product(STARTS, SIGNS)),
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "=1+1\n=2+2",
    "http://example.com",
    "_x003D_1+1",
    "\x0b=1",
    "\ud800=1",
    "￾=1",
]
PLAIN = [
    "",
    "您好",
    "8001",
    "a-b",
    "2026-01-02 09:00",
    "1+1",
    "张三@公司",
    "多行\n文字",
    'say "hi"',
    "a, b; c",
]
PHONES = ["+8613800138000", "+86 138-0013-8000"]


def dangerous(cell: str) -> bool:
    """A spreadsheet would work something out, also one that takes quotes or line ends amiss."""
    parts = [cell]
    for mark in ('"', "'", "\n", "\r", "\t", ",", ";", "|"):
        parts = [piece for part in parts for piece in part.split(mark)]
    # What follows our own apostrophe is text.
    kept = [part for part in parts if part.strip(" 　").startswith(SIGNS)]
    return any(f"'{part.lstrip(' 　')}" not in cell for part in kept)


def read_back(text: str) -> str | None:
    """As openpyxl reads it, which leaves the mark of a text that looks like an escape."""
    made = harmless(text).replace("\r\n", "\n").replace("\r", "\n")
    return made.replace("_x003D_", "_x005F_x003D_") or None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_must_not_begin_with_a_sign_of_a_formula(text: str) -> None:
    made = harmless(text)
    assert not made.startswith((*SIGNS, "\t", "\r", "\n", "\x00")), made
    assert not dangerous(made), made


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", PHONES)
def test_a_telephone_number_stays_readable(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_csv_comes_back_cell_by_cell() -> None:
    file = io.StringIO(newline="")
    table = CsvTable(file, ["=head", "two"])
    for text in (*HOSTILE, *PLAIN):
        table.add([text, -1.5])
    read = list(csv.reader(io.StringIO(file.getvalue(), newline=""), strict=True))
    assert read[0] == ["'=head", "two"]
    assert [row[0] for row in read[1:]] == [harmless(text) for text in (*HOSTILE, *PLAIN)]
    assert {row[1] for row in read[1:]} == {"-1.5"}
    assert file.getvalue().endswith("\r\n")


def test_a_workbook_holds_no_formula_and_no_link(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with Workbook(path, "=title") as book:
        sheet = book.sheet("表", [Column("=head"), Column("数", form="0.0%")])
        for text in (*HOSTILE, *PLAIN, *PHONES):
            sheet.add([text, -0.5])
        sheet.add(["nothing", None])
    read = load_workbook(path)["表"]
    rows = list(read.iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert [row[0].value for row in rows[1:-1]] == [
        read_back(text) for text in (*HOSTILE, *PLAIN, *PHONES)
    ]
    assert (rows[1][1].value, rows[1][1].number_format) == (-0.5, "0.0%")
    assert rows[-1][1].value is None


def test_part_of_a_table_must_not_look_like_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.report.workbook.MAX_ROWS", 2)
    with Workbook(tmp_path / "out.xlsx", "t") as book:
        sheet = book.sheet("s", [Column("h")])
        sheet.add(["1"])
        sheet.add(["2"])
        with pytest.raises(Refusal, match=r"export\.too-many"):
            sheet.add(["3"])


def test_no_cell_is_longer_than_a_workbook_holds(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with Workbook(path, "t") as book:
        book.sheet("s", [Column("h")]).add(["长" * 40_000])
    value = load_workbook(path)["s"]["A2"].value
    assert value and len(value) <= 32_767
