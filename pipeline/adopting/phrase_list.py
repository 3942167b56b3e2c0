"""A list of phrases kept as a table: which column is what, and the phrases in it.

A header names the columns; without one, a table of one column is phrases alone. One cell may hold
several, on lines of their own or parted by ； | or /.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.adopting.adopted import Adopted, Misfits, Wording, Words, clean
from pipeline.adopting.checking import sound_wordings
from pipeline.adopting.tables import MOST_OF_A_BOOK, read_table
from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.rows import Row
from pipeline.text.workbooks import is_workbook, read_workbook

HEADERS = {
    "phrase": "词语 词 短语 语句 句子 关键词 关键字 敏感词 禁语 禁用语 服务禁语 忌语 用语 话术 "
    "内容 phrase word keyword term text",
    "match": "匹配 匹配方式 匹配类型 match type",
    "unless": "例外 例外词 排除 排除词 不算 unless unless_within exclude except",
    "group": "类别 分类 类型 分组 category class group",
    "note": "备注 说明 注释 note remark comment",
}
COLUMNS = {name: role for role, names in HEADERS.items() for name in names.split()}
MATCHES = {
    "text": "text 文本 包含 模糊",
    "word": "word 整词 词 精确",
    "sound": "sound 读音 拼音 同音 谐音",
    "regex": "regex regexp 正则 正则表达式",
}
WAYS = {name: way for way, names in MATCHES.items() for name in names.split()}
HEADER_ROWS = 5
"""Above a header there may be a title, a date, a blank."""
PARTS = re.compile(r"[;；|｜\n\r]+|(?<=[^\x00-\x7f])[/／](?=[^\x00-\x7f])")
LISTED = re.compile(r"[;；|｜、,，\n\r]+")
PLACEHOLDER = re.compile(
    r"\*(?!\{\d)|…|\.{3}|[xX×＊]{2,}|某某|(?<!\*)\{[^}]*\}|[（(【<＜\[][^）)】>＞\]]*[）)】>＞\]]"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the person who imports says of the file. column: its header, or its number from 1."""

    column: str = ""
    sheet: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Index of the column in each role; first: index of the first row below the header."""

    roles: dict[str, int]
    first: int
    names: tuple[str, ...] = ()


def read_phrases(path: Path, name: str, told: Told) -> Adopted:
    """The lexicon in a table. Refusal where nobody can tell which column holds the phrases."""
    if is_workbook(path):
        rows = read_workbook(path, MOST_OF_A_BOOK, told.sheet)
    else:
        rows = read_table(path)
    if not rows:
        raise Refusal("adopting.nothing", str(path))
    columns = _columns(rows, told, path)
    match = told.match or Kind.WORD.value
    reading = _Reading(columns, match)
    _name_unused(reading.misfits, rows, columns)
    wordings = [wording for row in rows[columns.first :] for wording in reading.row(row)]
    sound = sound_wordings(wordings, match, reading.misfits)
    words = Words(name, clean(path.stem), match, sound)
    return Adopted((words,) if sound else (), misfits=reading.misfits.in_order())


def _columns(rows: Sequence[Row], told: Told, path: Path) -> _Columns:
    for index, row in enumerate(rows[:HEADER_ROWS]):
        names = tuple(map(clean, row.cells))
        roles = {COLUMNS[n.lower()]: at for at, n in enumerate(names) if n.lower() in COLUMNS}
        if told.column in names and told.column and not told.column.isdigit():
            return _Columns(_with_phrases(roles, names.index(told.column)), index + 1, names)
        if "phrase" in roles and not told.column:
            return _Columns(roles, index + 1, names)
        if roles and told.column.isdigit():
            return _Columns(_with_phrases(roles, int(told.column) - 1), index + 1, names)
    width = max(len(row.cells) for row in rows)
    if told.column.isdigit() and 0 < int(told.column) <= width:
        return _Columns({"phrase": int(told.column) - 1}, 0)
    filled = {at for row in rows for at, cell in enumerate(row.cells) if cell.strip()}
    if not told.column and len(filled) == 1:
        return _Columns({"phrase": filled.pop()}, 0)
    found = "、".join(filter(None, map(clean, rows[0].cells)))
    raise Refusal("adopting.which-column", str(path), rows[0].line, found=found, allowed=width)


def _with_phrases(roles: dict[str, int], at: int) -> dict[str, int]:
    return {role: other for role, other in roles.items() if other != at} | {"phrase": at}


def _name_unused(misfits: Misfits, rows: Sequence[Row], columns: _Columns) -> None:
    """Columns that hold something and are not taken, and rows above the header."""
    for row in rows[: max(0, columns.first - 1)]:
        misfits.lost(row.line, " ".join(filter(None, map(clean, row.cells))), "above-header")
    below = rows[columns.first :]
    width = max((len(row.cells) for row in below), default=0)
    for at in sorted(set(range(width)) - set(columns.roles.values())):
        filled = next((r for r in below if at < len(r.cells) and r.cells[at].strip()), None)
        if filled is not None:
            name = columns.names[at] if at < len(columns.names) else ""
            misfits.lost(filled.line, name or str(at + 1), "column")


@dataclass(slots=True)
class _Reading:
    """The rows below the header; of a merged or blank group, the one above holds on."""

    columns: _Columns
    match: str
    group: str = ""
    misfits: Misfits = field(default_factory=Misfits)

    def row(self, row: Row) -> Iterator[Wording]:
        self.group = clean(self.cell(row, "group")) or self.group
        match = self.way(row)
        cell = self.cell(row, "phrase")
        pieces = [cell] if match == Kind.REGEX.value else PARTS.split(cell)
        unless = tuple(filter(None, map(clean, LISTED.split(self.cell(row, "unless")))))
        plain = Wording("", row.line, match, unless, self.group, clean(self.cell(row, "note")))
        for text in filter(None, map(clean, pieces)):
            if match != Kind.REGEX.value and PLACEHOLDER.search(text):
                self.misfits.near(row.line, text, "placeholder", allowed="*{10}")
            yield replace(plain, text=text)
        if not clean(cell) and (rest := self.beside(row)):
            self.misfits.lost(row.line, rest, "no-phrase")

    def beside(self, row: Row) -> str:
        """What a row without a phrase says, but for its group, which is a heading then."""
        group = self.columns.roles.get("group")
        cells = (clean(cell) for at, cell in enumerate(row.cells) if at != group)
        return " ".join(filter(None, cells))

    def way(self, row: Row) -> str:
        said = clean(self.cell(row, "match")).lower()
        if said and said not in WAYS:
            self.misfits.near(row.line, said, "match", allowed=self.match)
        return WAYS.get(said, self.match)

    def cell(self, row: Row, role: str) -> str:
        at = self.columns.roles.get(role, len(row.cells))
        return row.cells[at] if at < len(row.cells) else ""
