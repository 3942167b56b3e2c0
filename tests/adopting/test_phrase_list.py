"""Lists of phrases become lexicons: CSV and XLSX, with and without headers, whatever encoding."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hostile_files import ENTITIES, SHEET, sheet, tampered, workbook
from pipeline.adopting import phrase_list
from pipeline.adopting.adopted import Adopted
from pipeline.adopting.phrase_list import Told, read_phrases
from pipeline.adopting.tables import MOST_OF_A_BOOK
from pipeline.refusal import Refusal
from pipeline.text.rows import Limits
from pipeline.text.workbooks import read_workbook


def read(path: Path, **told: str) -> Adopted:
    return read_phrases(path, "mine", Told(**told))


def csv(folder: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def texts(adopted: Adopted) -> list[str]:
    return [wording.text for words in adopted.lexicons for wording in words.wordings]


def misfits(adopted: Adopted) -> list[tuple[int, str, str]]:
    return [(m.line, m.found, m.reason.key.partition(".")[2]) for m in adopted.misfits]


TABLE = "词语,匹配方式,例外,类别,备注\n不能,整词,能不能、不能不,限制,少说\n不行(的|啊)*$,正则,,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_table_is_read_in_every_encoding_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    (words,) = read(csv(tmp_path, TABLE, encoding)).lexicons
    assert [(w.text, w.match, w.unless_within, w.group, w.note) for w in words.wordings] == [
        ("不能", "word", ("能不能", "不能不"), "限制", "少说"),
        ("不行(的|啊)*$", "regex", (), "限制", ""),
    ]
    assert read(csv(tmp_path, TABLE, encoding)).misfits == ()


@pytest.mark.parametrize("parting", [",", "\t", ";"])
def test_cells_may_be_parted_in_three_ways(tmp_path: Path, parting: str) -> None:
    table = "编号,关键词\n1,不知道\n".replace(",", parting)
    assert texts(read(csv(tmp_path, table))) == ["不知道"]


def test_a_column_without_header_is_phrases_alone(tmp_path: Path) -> None:
    assert texts(read(csv(tmp_path, "不知道\n\n不清楚\n", name="a.txt"))) == ["不知道", "不清楚"]
    assert texts(read(workbook(tmp_path / "a.xlsx", [[None, "不知道"], [None, "不清楚"]]))) == [
        "不知道",
        "不清楚",
    ]


def test_commas_in_a_plain_text_file_part_nothing(tmp_path: Path) -> None:
    assert texts(read(csv(tmp_path, "您好,请问\n好的,再见\n", name="a.txt"))) == [
        "您好,请问",
        "好的,再见",
    ]


def test_the_column_can_be_told_by_name_or_number(tmp_path: Path) -> None:
    path = csv(tmp_path, "序号,原话\n1,不知道\n2,不清楚\n")
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.reason.key == "adopting.which-column"
    assert refused.value.reason.values["found"] == "序号、原话"
    assert texts(read(path, column="原话")) == ["不知道", "不清楚"]
    assert texts(read(csv(tmp_path, "1,不知道\n2,不清楚\n"), column="2")) == ["不知道", "不清楚"]
    with pytest.raises(Refusal):
        read(path, column="没有这一列")


def test_a_cell_may_hold_several_phrases(tmp_path: Path) -> None:
    rows = [["词语"], ["不知道\n不清楚；不了解|不会/不懂"], ["24/7"]]
    found = texts(read(workbook(tmp_path / "a.xlsx", rows)))
    assert found == ["不知道", "不清楚", "不了解", "不会", "不懂", "24/7"]


def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path) -> None:
    table = (
        "服务禁语清单,,,\n"
        "类别,词语,分值,匹配\n"
        "甲,不能,5,整词\n"
        "甲,不 能！,5,\n"
        "甲,。。,5,\n"
        "甲,,5,\n"
        "甲,不(?=能),,正则\n"
        "乙,您好XX为您服务,,差不多\n"
    )
    adopted = read(csv(tmp_path, table))
    assert texts(adopted) == ["不能", "您好XX为您服务"]
    assert misfits(adopted) == [
        (1, "服务禁语清单", "above-header"),
        (3, "分值", "column"),
        (4, "不 能！", "said-before"),
        (5, "。。", "empty"),
        (6, "5", "no-phrase"),
        (7, "不(?=能)", "bad-regex"),
        (8, "差不多", "match"),
        (8, "您好XX为您服务", "placeholder"),
    ]
    assert [m.kept for m in adopted.misfits] == [False] * 6 + [True] * 2


def test_a_merged_group_holds_for_the_rows_below(tmp_path: Path) -> None:
    rows = [["类别", "词语"], ["禁语", "不行"], [None, "不能"], ["忌语", "不懂"]]
    (words,) = read(workbook(tmp_path / "a.xlsx", rows, merged=["A2:A3"])).lexicons
    assert [wording.group for wording in words.wordings] == ["禁语", "禁语", "忌语"]


def test_formulas_are_text_and_numbers_are_as_people_see_them(tmp_path: Path) -> None:
    rows = [["词语"], ['=HYPERLINK("http://a","不能")'], [110.0], [12315]]
    found = texts(read(workbook(tmp_path / "a.xlsx", rows)))
    assert found == ['=HYPERLINK("http://a","不能")', "110", "12315"]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["词语"], ["不能"]])
    assert texts(read(path, sheet="Sheet")) == ["不能"]
    with pytest.raises(Refusal) as refused:
        read(path, sheet="Tabelle1")
    assert refused.value.reason.values["allowed"] == "Sheet"


HOSTILE = {
    "a bomb": ({"xl/media/a.xml": b" " * 60_000_000}, "file.bomb"),
    "entities": (sheet(b"<row><c><v>&x;</v></c></row>", ENTITIES), "file.entities"),
    "entities in UTF-16": ({SHEET: "<!DOCTYPE a>".encode("utf-16")}, "file.entities"),
    "entities far below": (
        sheet(b"", b"<?xml version='1.0'?><!--" + b" " * 70_000 + b"-->" + ENTITIES[21:]),
        "file.no-workbook",
    ),
    "a thousand members": ({f"a{n}.xml": b"<a/>" for n in range(600)}, "file.bomb"),
    "broken XML": (sheet(b"<row><c>"), "file.no-workbook"),
    "3,000 rows": (
        sheet(b'<row><c t="str"><v>\xe4\xb8\x8d</v></c></row>' * 3_000),
        "file.too-many-rows",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = replace(MOST_OF_A_BOOK, cells=Limits(rows=2_000, characters=10_000))
    monkeypatch.setattr(phrase_list, "MOST_OF_A_BOOK", fewer)
    parts, key = HOSTILE[name]
    path = tampered(tmp_path / "a.xlsx", parts)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.reason.key == key


def test_a_row_far_out_costs_nothing(tmp_path: Path) -> None:
    row = b'<row r="%d"><c r="A%d" t="str"><v>\xe4\xb8\x8d</v></c></row>'
    rows = row % (1, 1) + row % (1_000_000_000_000, 1_000_000_000_000)
    began = time.process_time()
    assert len(read_workbook(tampered(tmp_path / "a.xlsx", sheet(rows)), MOST_OF_A_BOOK)) == 1
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"PK\x03\x04" + b"x" * 100, "file.no-workbook"),
        (b"\xff\x00\x81\xff\xff", "file.no-text"),
        ("不能\0".encode(), "file.no-text"),
        ("不能\n".encode() * 1_000_000, "file.too-large"),
        ("不能\n".encode() * 110_000, "file.too-many-rows"),
        (b'"' + b"x" * 20_000 + b'",a', "file.long-cell"),
        (b"", "file.empty"),
    ],
    ids=["no zip", "noise", "a NUL", "too large", "too many rows", "an endless cell", "nothing"],
)
def test_a_hostile_table_is_refused(tmp_path: Path, data: bytes, key: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.reason.key == key
