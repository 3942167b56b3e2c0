"""Workbooks for tests, written in the test, sound and hostile."""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, rows: Iterable[Iterable[object]], merged: Iterable[str] = ()) -> Path:
    """An Excel workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for span in merged:
        sheet.merge_cells(span)
    book.save(path)
    return path


def tampered(path: Path, parts: Mapping[str, bytes]) -> Path:
    """A workbook with some of its parts replaced or added."""
    plain = workbook(path.with_suffix(".plain"), [["词语"], ["不能"]])
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return path
