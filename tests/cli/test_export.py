"""zhiyin export: tables of the results, as people and programs take them away."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.call import CallRecord, Reason
from pipeline.storage import Audit, Ledger, Outcome, Recording, Store, this_process
from tests.cli.conftest import Run
from tests.workflow.test_reporting import BAD, GOOD, keep, rules, ruleset

__all__ = ["rules"]  # a fixture
HOSTILE = '=HYPERLINK("http://x")'


def of(agent: str, day: str, team: str = "一组") -> CallRecord:
    more = {"customer_number": "*******8000", "queue": "+8613800138000"}
    return CallRecord(id=f"id-{agent}", agent=agent, team=team, started=f"{day}T09:00:00", **more)  # type: ignore[arg-type]


@pytest.fixture
def full(home: Path, rules: Path) -> Path:
    """Two months, two teams, a name that would be a formula, a failure."""
    by, marks = ruleset(rules), ruleset(rules, "marks")
    keep(home, by, "a", BAD, of("8001", "2026-02-01"))
    keep(home, marks, "b", GOOD, of(HOSTILE, "2026-02-28", "二组"))
    keep(home, marks, "c", GOOD, of("8002", "2026-03-01"))
    with Store(home) as store:
        failed = Recording(
            content="f" * 64, name="/calls/broken.wav", sources=("/calls/broken.wav",)
        )
        store.keep_failure(failed, Outcome.FAILED, Reason("audio.no-audio"))
    return home


def table(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by their heads."""
    heads, *rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_a_workbook_has_calls_items_agents_and_failures(full: Path, run: Run) -> None:
    path = full / "out.xlsx"
    ran = run("export", "--xlsx", str(path))
    assert (ran.code, ran.out.strip()) == (0, str(path))
    assert "3 张评分单" in ran.talk
    assert path.stat().st_mode & 0o777 == 0o600
    calls = table(path, "通话")
    assert [row["录音文件"] for row in calls] == ["a.wav", "b.wav", "c.wav"]
    first, second, _ = calls
    assert (first["工号"], first["状态"], first["扣分项"]) == ("8001", "草稿", "禁语；问候")
    assert first["客户号码（已掩码）"] == "*******8000" and first["队列"] == "'+8613800138000"
    assert (second["工号"], second["得分"], second["得分率"]) == (f"'{HOSTILE}", 9, 1)
    assert {row["评分项"] for row in table(path, "评分项")} == {"禁语", "问候"}
    assert [row["录音"] for row in table(path, "处理失败")] == ["/calls/broken.wav"]
    # The agents' figures are of what people confirmed: nothing yet.
    assert all(row["全部已确认"] == 0 for row in table(path, "坐席"))


def test_no_word_of_a_call_and_no_formula_leaves_the_house(full: Path, run: Run) -> None:
    path, folder = full / "out.xlsx", full / "csv"
    run("export", "--xlsx", str(path), "--csv", str(folder))
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    everything = "".join(str(cell.value) for cell in cells)
    everything += "".join(file.read_text("utf-8-sig") for file in folder.iterdir())
    assert "我不知道" not in everything and "您好" not in everything


def test_csv_is_the_same_in_files(full: Path, run: Run) -> None:
    folder = full / "csv"
    ran = run("export", "--csv", str(folder), "--lang", "en")
    assert ran.code == 0
    assert sorted(f.name for f in folder.iterdir()) == [
        *("agents.csv", "calls.csv", "failures.csv", "items.csv"),
    ]
    assert (folder / "calls.csv").read_bytes().startswith(b"\xef\xbb\xbfcard,call id,file,")
    text = (folder / "calls.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    assert [(row["file"], row["agent"]) for row in rows] == [
        ("a.wav", "8001"),
        ("b.wav", f"'{HOSTILE}"),
        ("c.wav", "8002"),
    ]


def test_days_months_and_teams_restrict_it(full: Path, run: Run) -> None:
    wanted = {
        ("--month", "2026-02"): ["a.wav", "b.wav"],
        ("--since", "2026-02-28"): ["b.wav", "c.wav"],
        ("--until", "2026-02-28"): ["a.wav", "b.wav"],
        ("--team", "二组"): ["b.wav"],
        ("--month", "2026-02", "--team", "一组"): ["a.wav"],
        ("--month", "2020-01"): [],
    }
    path = full / "out.xlsx"
    for words, files in wanted.items():
        assert run("export", "--xlsx", str(path), *words).code == 0
        assert [row["录音文件"] for row in table(path, "通话")] == files, words


def test_a_night_has_what_it_brought_to_an_end(full: Path, run: Run) -> None:
    path = full / "out.xlsx"
    assert run("export", "--xlsx", str(path), "--night").code == 1
    with Ledger(full) as ledger:
        ledger.end(ledger.begin(this_process("local"), 60), {})
    assert run("export", "--xlsx", str(path), "--night").code == 0
    assert table(path, "通话") == [] and table(path, "处理失败") == []


def test_each_export_is_on_record_without_what_was_in_it(full: Path, run: Run) -> None:
    run("export", "--xlsx", str(full / "out.xlsx"), "--month", "2026-02", "--team", "一组")
    line = Audit(full).latest(1)[0].act
    assert (line.action, dict(line.details)) == (
        "exported",
        {"month": "2026-02", "team": "一组", "cards": 1},
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--xlsx", "x.xlsx", "--month", "2026-02", "--since", "2026-02-01"),
        ("--xlsx", "x.xlsx", "--night", "--month", "2026-02"),
        ("--xlsx", "x.xlsx", "--month", "February"),
        ("--xlsx", "x.xlsx", "--since", "01.02.2026"),
    ],
)
def test_what_was_typed_wrongly_is_refused_and_writes_nothing(
    full: Path, run: Run, words: tuple[str, ...]
) -> None:
    ran = run("export", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.talk and "Traceback" not in ran.talk and not Path("x.xlsx").exists()


def test_a_folder_that_cannot_be_written_is_said(full: Path, run: Run) -> None:
    ran = run("export", "--xlsx", str(full / "zhiyin.db" / "out.xlsx"))
    assert ran.code == 1 and "Traceback" not in ran.talk
