"""Tables of call records: which row is about which recording, and what is said of wrong ones."""

import json
from collections.abc import Sequence
from pathlib import Path

import fsspec
import pytest

from benchmarks.hostile_files import workbook
from pipeline.call import CallRecord
from pipeline.night.cells import Unfit, value_of
from pipeline.night.columns import HEADINGS
from pipeline.refusal import Refusal
from pipeline.speech.call_record import TYPES
from pipeline.text.rows import folded
from tests.night.test_sources import LONG_AGO, Listed, lay, listed

CHINESE = "录音文件,工号,班组,呼叫方向,开始时间,振铃时长,客户号码,满意度,是否投诉,客户姓名"
ROW = "a.wav,8001,宽带二组,呼入,2026/11/21 9:30,00:00:12,13812345678,5,是,王小明"
RECORD = CallRecord(
    agent="8001",
    team="宽带二组",
    direction="in",
    started="2026-11-21T09:30:00",
    ring_seconds=12.0,
    customer_number="*******5678",
    satisfaction=5.0,
    complaint=True,
)


def with_table(folder: Path, text: str, *names: str, table: str = "cdr.csv") -> Listed:
    """A listing of recordings of these names with a table of this text."""
    lay(folder / "in", *(names or ("a.wav",)))
    (folder / table).write_text(text, "utf-8")
    return listed(folder / "in", records=(str(folder / table),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_read_as_excel_and_others_write_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lay(tmp_path / "in", "a.wav")
    text = f"{CHINESE}\r\n{ROW}\r\n".replace(",", delimiter)
    (tmp_path / "cdr.csv").write_bytes(text.encode(encoding))
    seen = listed(tmp_path / "in", records=(str(tmp_path / "cdr.csv"),))
    assert seen.said == []
    assert seen.only.about == RECORD


def test_a_workbook_is_read(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav")
    cells: list[object] = list(ROW.split(","))
    cells[1], cells[6], cells[7] = 8001, 13812345678, 5.0  # as Excel has them
    workbook(tmp_path / "cdr.xlsx", [CHINESE.split(","), cells])
    assert listed(tmp_path / "in", records=(str(tmp_path / "cdr.xlsx"),)).only.about == RECORD


@pytest.mark.parametrize("name", ["cdr.jsonl", "cdr.ndjson", "cdr.json"])
def test_json_lines_are_read_with_our_names_or_others(tmp_path: Path, name: str) -> None:
    rows = [
        {"file": "a.wav", "agent": 8001, "ring_seconds": 12, "complaint": True, "id": None},
        {"录音文件": "b.wav", "工号": "8002", "是否投诉": "否", "extra": {"a": 1}},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    first, second = with_table(tmp_path, text, "a.wav", "b.wav", table=name).found
    assert first.about == CallRecord(agent="8001", ring_seconds=12.0, complaint=True)
    assert second.about == CallRecord(agent="8002", complaint=False)


def test_one_list_of_objects_is_read_too(tmp_path: Path) -> None:
    seen = with_table(tmp_path, '[{"file": "a.wav", "agent": "8001"}, 7]', table="cdr.json")
    assert seen.only.about == CallRecord(agent="8001")
    assert seen.keys == ["night.row-no-object"]


def test_what_no_column_is_known_for_is_left_out_as_it_may_be_private(tmp_path: Path) -> None:
    assert "王小明" not in str(with_table(tmp_path, f"{CHINESE}\n{ROW}\n").only.about)


def test_the_settings_name_columns_of_other_headings(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav")
    (tmp_path / "cdr.csv").write_text("档案,主叫,技能\na,13812345678,宽带\n")
    columns = ("档案=file", "主叫=customer_number", "技能=more.skill")
    seen = listed(tmp_path / "in", records=(str(tmp_path / "cdr.csv"),), record_columns=columns)
    assert seen.only.about == CallRecord(customer_number="*******5678", more={"skill": "宽带"})


@pytest.mark.parametrize("said", ["工号", "=agent", "工号=", "工号=agnet", "工号=more."])
def test_a_setting_that_names_no_field_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        listed(tmp_path, record_columns=(said,))
    assert caught.value.reason.key == "night.column-setting"
    assert "agent" in str(caught.value.reason.values["allowed"])


WRONG = [
    ("呼叫方向", "上行", "in、out、呼入、呼出"),
    ("开始时间", "昨天", "2026-11-21 09:30:00、2026/11/21 9:30、20261121093000"),
    ("开始时间", "2026/13/41 9:30", "2026-11-21 09:30:00、2026/11/21 9:30、20261121093000"),
    ("振铃时长", "很久", "12、12.5、00:00:12"),
    ("是否投诉", "也许", "是、否、1、0、yes、no"),
    ("坐席声道", "左", "0、1、2…"),
]


@pytest.mark.parametrize(("heading", "found", "allowed"), WRONG)
def test_a_wrong_row_is_named_and_loses_only_itself(
    tmp_path: Path, heading: str, found: str, allowed: str
) -> None:
    text = f"录音文件,工号,{heading}\na.wav,8001,\nb.wav,8002,{found}\nc.wav,8003,\n"
    seen = with_table(tmp_path, text, "a.wav", "b.wav", "c.wav")
    assert [one.about.agent for one in seen.found] == ["8001", None, "8003"]
    wrong, missing = seen.said
    assert (wrong.file, wrong.line) == (str(tmp_path / "cdr.csv"), 3)
    assert wrong.reason.values == {"what": heading, "found": found, "allowed": allowed}
    assert missing.reason.key == "night.no-row"


def test_a_row_about_nothing_is_named(tmp_path: Path) -> None:
    seen = with_table(tmp_path, "录音文件,流水号,工号\n,,8001\na.wav,,8002\n")
    assert seen.only.about.agent == "8002"
    assert (seen.keys, seen.said[0].line) == (["night.row-about-nothing"], 2)


def test_a_customers_number_is_in_no_message(tmp_path: Path) -> None:
    text = "录音文件,振铃时长\na.wav,13812345678 号\n"
    (wrong, _) = with_table(tmp_path, text).said
    assert "2345" not in str(wrong.reason.values)


def test_of_many_wrong_rows_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    text = "录音文件,振铃时长\n" + "a.wav,很久\n" * 50
    seen = with_table(tmp_path, text)
    assert seen.keys == ["night.row-value"] * 20 + ["night.more-rows", "night.no-row"]
    assert seen.said[20].reason.values == {"count": 30}


def test_quotes_that_are_not_paired_cost_the_rest_of_their_file_alone(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav", "b.wav", "c.wav")
    (tmp_path / "1.csv").write_text('file,agent\na.wav,1\nb.wav,"2\n')
    (tmp_path / "2.csv").write_text("file,agent\nc.wav,3\n")
    seen = listed(tmp_path / "in", records=(str(tmp_path / "1.csv"), str(tmp_path / "2.csv")))
    assert [one.about.agent for one in seen.found] == ["1", None, "3"]
    assert seen.keys == ["file.no-table", "night.no-row"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("工号,班组\n8001,一组\n", "night.no-join-column"),
        ("", "file.empty"),
        ("录音文件\0", "file.no-text"),
    ],
)
def test_a_table_that_cannot_be_used_is_said(tmp_path: Path, text: str, key: str) -> None:
    assert with_table(tmp_path, text).keys == [key, "night.no-row"]


def test_a_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav")
    seen = listed(tmp_path / "in", records=(str(tmp_path / "none.csv"),))
    assert seen.keys == ["file.not-found", "night.no-row"]


@pytest.mark.parametrize(
    "about", ["A", "a.WAV", "21/a.wav", "D:\\rec\\2026\\21\\a.wav", "s3://rec/21/a.mp3", "a.v3"]
)
def test_a_recording_is_found_by_its_name_with_or_without_ending_and_folders(
    tmp_path: Path, about: str
) -> None:
    seen = with_table(tmp_path, f"file,agent\n{about},8001\n", "2026/21/a.wav")
    assert seen.only.about.agent == "8001"


@pytest.mark.parametrize("about", ["7_agent.wav", "7_caller.wav", "7.wav", "7"])
def test_a_pair_is_found_by_either_side_or_the_call(tmp_path: Path, about: str) -> None:
    seen = with_table(tmp_path, f"file,agent\n{about},8001\n", "7_agent.wav", "7_caller.wav")
    assert seen.only.about.agent == "8001"


def test_of_files_of_one_name_the_folder_decides_and_nothing_is_guessed(tmp_path: Path) -> None:
    text = "file,agent\n/rec/20/a.wav,1\n/rec/21/a.wav,2\nx/b.wav,3\ny/b.wav,4\n"
    seen = with_table(tmp_path, text, "20/a.wav", "21/a.wav", "22/b.wav")
    assert [one.about.agent for one in seen.found] == ["1", "2", None]


def test_a_recording_is_found_by_the_id_beside_it_in_its_name_or_as_its_name(
    tmp_path: Path,
) -> None:
    lay(tmp_path / "in", "a.wav", "C-2.wav", "9-C3.wav")
    lay(tmp_path / "in", "a.json", text='{"id": "C-1"}')
    (tmp_path / "cdr.csv").write_text("流水号,工号\nC-1,1\nC-2,2\nC3,3\nC3,4\n")
    records = (str(tmp_path / "cdr.csv"),)
    seen = listed(tmp_path / "in", records=records, name_patterns=("{more.line}-{id}",))
    known = {Path(one.sources[0]).name: (one.name, one.about.agent) for one in seen.found}
    assert known["a.wav"] == ("C-1", "1")
    assert known["9-C3.wav"] == ("C3", "3")


def test_an_id_from_a_table_does_not_rename_a_recording_as_it_may_come_later(
    tmp_path: Path,
) -> None:
    before = with_table(tmp_path, "file,id\n").only
    after = with_table(tmp_path, "file,id\na.wav,C-1\n").only
    assert (before.about.id, after.about.id) == (None, "C-1")
    assert before.name == after.name
    assert before.stamp == after.stamp


def test_the_record_beside_counts_before_the_row_and_that_before_the_name(tmp_path: Path) -> None:
    lay(tmp_path / "in", "1_2_3.wav")
    lay(tmp_path / "in", "1_2_3.json", text='{"agent": "beside", "complaint": false}')
    (tmp_path / "cdr.csv").write_text("file,agent,team,complaint\n1_2_3.wav,row,row,1\n")
    pattern = "{agent}_{team}_{queue}"
    records = (str(tmp_path / "cdr.csv"),)
    about = listed(tmp_path / "in", records=records, name_patterns=(pattern,)).only.about
    assert (about.agent, about.team, about.queue) == ("beside", "row", "3")
    assert about.complaint is False


def test_a_folder_gives_its_tables_and_nothing_else(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav", "b.wav")
    lay(tmp_path / "cdr", "read me.txt", "1.csv.part", text="not a table")
    lay(tmp_path / "cdr" / "11", "1.csv", text="file,agent\na.wav,1\n")
    lay(tmp_path / "cdr" / "12", "2.tsv", text="file\tagent\nb.wav\t2\n")
    seen = listed(tmp_path / "in", records=(str(tmp_path / "cdr"),))
    assert ([one.about.agent for one in seen.found], seen.said) == (["1", "2"], [])


def test_with_since_older_tables_are_not_read(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav", at=LONG_AGO + 10 * 86400)
    lay(tmp_path, "old.csv", text="file,agent\na.wav,8001\n")
    records = (str(tmp_path / "old.csv"),)
    for since, agent in {"2023-11-14": "8001", "2023-11-16": None}.items():
        seen = listed(tmp_path / "in", records=records, asked={"since": since})
        assert seen.only.about.agent == agent


def test_a_table_may_lie_in_a_bucket(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav")
    files = fsspec.filesystem("memory")
    files.pipe_file("/cdr/2026/11.csv", f"{CHINESE}\n{ROW}\n".encode("gb18030"))
    assert listed(tmp_path, records=("memory://cdr",)).only.about == RECORD
    files.store.clear()


def test_every_heading_is_written_as_it_is_looked_for() -> None:
    names = [name for several in HEADINGS.values() for name in several]
    assert [folded(name) for name in names] == names
    assert len(set(names)) == len(names)
    assert set(HEADINGS) - {"file"} == set(TYPES)
    assert all(folded(field) in several for field, several in HEADINGS.items())


GOOD: Sequence[tuple[str, str, object]] = [
    ("started", "2026-11-21 09:30:00", "2026-11-21T09:30:00"),
    ("started", "2026/1/5 9:05", "2026-01-05T09:05:00"),
    ("started", "2026年11月21日 9时30分05秒", "2026-11-21T09:30:05"),
    ("started", "2026-11-21T09:30:00.250+08:00", "2026-11-21T09:30:00+08:00"),
    ("started", "2026-11-21T01:30:00Z", "2026-11-21T01:30:00+00:00"),
    ("started", "20261121093000", "2026-11-21T09:30:00"),
    ("started", "2026-11-21", "2026-11-21T00:00:00"),
    ("ring_seconds", "12", 12.0),
    ("ring_seconds", "12.5秒", 12.5),
    ("ring_seconds", "1:05", 65.0),
    ("ring_seconds", "01:00:05", 3605.0),
    ("direction", "呼出", "out"),
    ("direction", "Inbound", "in"),
    ("hung_up_by", "客户", "customer"),
    ("hung_up_by", "系统", None),
    ("complaint", "Y", True),
    ("complaint", "无", False),
    ("complaint", "", None),
    ("test_call", "1", True),
    ("agent_channel", "1", 1),
    ("satisfaction", "5分", 5.0),
    ("agent", "  08001 ", "08001"),
    ("team", "--", None),
    ("queue", "NULL", None),
]


@pytest.mark.parametrize(("field", "text", "value"), GOOD)
def test_cells_are_read_as_people_write_them(field: str, text: str, value: object) -> None:
    assert value_of(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("started", "2026-02-30"),
        ("started", "9:30"),
        ("started", "20261121"[:6]),
        ("ring_seconds", "12 minutes"),
        ("direction", "1"),
        ("complaint", "2"),
        ("agent_channel", "-1"),
    ],
)
def test_what_is_no_such_value_is_not_guessed(field: str, text: str) -> None:
    with pytest.raises(Unfit):
        value_of(field, text)


def test_satisfaction_in_words_is_kept_as_it_is_said(tmp_path: Path) -> None:
    about = with_table(tmp_path, "录音文件,满意度\na.wav,非常满意\n").only.about
    assert (about.satisfaction, about.more) == (None, {"满意度": "非常满意"})


def test_the_page_of_sources_names_every_field_and_every_chinese_heading() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    for field, several in HEADINGS.items():
        assert f"`{field}`" in page
        for heading in several:
            assert heading.isascii() or heading in page.casefold(), heading
