"""Files and patterns that do harm, or are merely wrong: what tests and the table of them share."""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that has to be refused. folder: lexicons or scorecards; place: line and column, 0
    where there is none; key: what it is refused for."""

    name: str
    folder: str
    data: bytes
    key: str
    place: tuple[int, int] = (0, 0)


def lexicon(name: str, text: str, key: str, line: int, column: int) -> Wrong:
    """A wrong lexicon, from what comes after its title."""
    return Wrong(name, "lexicons", f"title: 试\n{text}".encode(), key, (line, column))


def template(name: str, text: str, key: str, line: int, column: int) -> Wrong:
    """A wrong template, from what comes after title and version."""
    head = "title: 试\nversion: '1'\n"
    return Wrong(name, "scorecards", f"{head}{text}".encode(), key, (line, column))


SILENCE = "{find: silence, longer_than_seconds: 9}"
BAD = (
    lexicon("a broken regex", "match: regex\nphrases: [(对+]\n", "lexicon.bad-regex", 3, 11),
    lexicon("look-ahead", "match: regex\nphrases: [不(?=能)]\n", "lexicon.bad-regex", 3, 11),
    lexicon(
        "a regex of nothing",
        "match: regex\nphrases: [(.*)*$]\n",
        "lexicon.regex-matches-empty",
        3,
        11,
    ),
    lexicon(
        "a regex too large",
        "match: regex\nphrases: ['.{1,900}对.{1,900}吧']\n",
        "lexicon.regex-too-large",
        *(3, 11),
    ),
    lexicon("an empty phrase", "phrases:\n  - 不能\n  - ''\n", "lexicon.empty", 4, 5),
    lexicon("punctuation alone", "phrases:\n  - 。。\n", "lexicon.empty", 3, 5),
    lexicon("no phrases", "phrases: []\n", "lexicon.empty", 2, 10),
    lexicon("an unknown key", "phrase:\n  - 不能\n", "lexicon.unknown-key", 2, 1),
    lexicon("the same phrase twice", "phrases: [不能, 不 能]\n", "lexicon.duplicate-phrase", 2, 15),
    lexicon(
        "an unknown way to match", "match: fuzzy\nphrases: [不能]\n", "lexicon.unknown-match", 2, 8
    ),
    lexicon("a gap without an end", "phrases:\n  - 您好*{9}\n", "lexicon.bad-gap", 3, 5),
    template("an unknown key", "itemz: []\nitems: []\n", "template.unknown-key", 3, 1),
    template(
        "the same id twice",
        "items:\n  - {id: a, ask: 甲}\n  - {id: a, ask: 乙}\n",
        "template.duplicate-id",
        *(5, 0),
    ),
    template(
        "a negative score",
        "items:\n  - {id: a, ask: 甲, points: -5}\n",
        "template.too-small",
        4,
        29,
    ),
    template(
        "points in words",
        "items:\n  - {id: a, ask: 甲, points: 五}\n",
        "template.not-a-number",
        4,
        29,
    ),
    template(
        "a cap below the points",
        f"items:\n  - {{id: a, ask: 甲, points: 9, per: hit, cap: 3, forbid: {SILENCE}}}\n",
        "template.cap-below-points",
        *(4, 47),
    ),
    template(
        "an unknown detector",
        "items:\n  - {id: a, ask: 甲, points: 1, forbid: {find: silense}}\n",
        "template.unknown-detector",
        *(4, 47),
    ),
    template(
        "an unknown lexicon",
        "items:\n  - {id: a, ask: 甲, points: 1, forbid: {find: phrase, lexicon: no-such}}\n",
        "template.unknown-lexicon",
        *(4, 64),
    ),
    template(
        "a setting of the wrong kind",
        "items:\n  - {id: a, ask: 甲, forbid: {find: silence, longer_than_seconds: 长}}\n",
        "template.wrong-setting",
        *(4, 66),
    ),
    template(
        "a condition that is not there",
        "items:\n  - {id: a, ask: 甲, points: 1, forbid: {use: hold}}\n",
        "template.unknown-condition",
        *(4, 0),
    ),
    template("no items", "items: []\n", "template.empty", 3, 8),
)
"""Wrong, each in one way."""


def _laughs() -> bytes:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines).encode()


PHRASES = "title: 试\nphrases:\n  - 不能\n".encode()
HOSTILE = (
    Wrong("billion laughs", "lexicons", _laughs(), "yaml.alias", (1, 4)),
    Wrong("10,000 brackets", "lexicons", b"title: " + b"[" * 10_000, "yaml.too-deep", (1, 27)),
    Wrong(
        "a Python object",
        "lexicons",
        b"title: !!python/object/apply:os.system [id]\n",
        *("yaml.tag", (1, 8)),
    ),
    Wrong("5 MB", "lexicons", PHRASES + b"  - no\n" * 750_000, "file.too-large"),
    Wrong("duplicate keys", "lexicons", PHRASES + b"title: x\n", "yaml.duplicate-key", (4, 1)),
    Wrong(
        "merge keys", "lexicons", PHRASES + b"<<: {match: word}\n", "lexicon.unknown-key", (4, 1)
    ),
    Wrong("GBK bytes", "lexicons", PHRASES.decode().encode("gbk"), "yaml.gbk", (1, 0)),
    Wrong("NUL", "lexicons", PHRASES + b"  - a\0b\n", "yaml.binary", (4, 0)),
    Wrong(
        "1 MB of one scalar", "lexicons", b"title: " + b"x" * 999_000, "lexicon.missing-key", (1, 1)
    ),
    Wrong(
        "90,000 keys",
        "lexicons",
        b"".join(b"k%d: 1\n" % n for n in range(90_000)),
        "yaml.too-many",
        (10_000, 0),
    ),
    Wrong(
        "10,000 open quotes", "lexicons", b"title: '" + b"''" * 10_000, "yaml.syntax", (1, 20009)
    ),
)
"""Meant to do harm, or as an old editor saves them."""
HARMLESS = {
    "a byte order mark": b"\xef\xbb\xbf" + PHRASES,
    "CRLF": PHRASES.replace(b"\n", b"\r\n"),
}
"""Files that look odd and have to load."""

PATTERNS = (
    *("(对+)+吧", "(嗯|嗯嗯)*好", "(a|a)*b", "(对|对对)+$", "([对吧]+)*x", "(对?){50}吧"),
    *("(.*对){10}吧", "((对+)*)+不$", "(.*.*)*吧x", "(对.*){12}好", ".{1,90}对.{1,90}吧"),
    "(.{0,40}对){5}吧",
)
"""Regular expressions that take a backtracking engine seconds, or years."""
RUN = 200


def transcript() -> str:
    """10,000 characters as a recogniser writes them when it loops: runs of 对, of 嗯, of a."""
    return (("对" * RUN + "好的吗" + "嗯" * RUN + "a" * 100) * 20)[:10_000]


SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">'
    b'<!ENTITY y "&x;&x;">]>'
)


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


def sheet(rows: bytes, before: bytes = b"") -> dict[str, bytes]:
    """The part of a workbook that holds its cells."""
    text = before + b"<worksheet " + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    return {SHEET: text}


def workbooks(folder: Path) -> dict[str, tuple[Path, str]]:
    """Workbooks that have to be refused, and what for."""
    row = b'<row><c t="str"><v>\xe4\xb8\x8d</v></c></row>'
    made = {
        "zip bomb": ({"xl/media/a.xml": b" " * 200_000_000}, "file.bomb"),
        "XXE": (sheet(b"<row><c><v>&y;</v></c></row>", ENTITIES), "file.entities"),
        "1,000,000 rows": (sheet(row * 1_000_000), "file.bomb"),
        "200,000 rows": (sheet(row * 200_000), "file.too-many-rows"),
    }
    return {
        name: (tampered(folder / f"{number}.xlsx", parts), key)
        for number, (name, (parts, key)) in enumerate(made.items())
    }
