"""The overview, what failed, and the workbook to take away."""

import io
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import pytest
from openpyxl import load_workbook

from benchmarks.many_cards import fill, settle
from pipeline.call import Reason
from pipeline.desk import exports_page
from pipeline.settings import Reviewing, Settings, Storage
from pipeline.storage import (
    Audit,
    Ledger,
    Outcome,
    Recording,
    State,
    Store,
    this_process,
)
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser

Door = Callable[[str], Browser]
TODAY = date.today()
MONTH = "since=2026-10-01&until=2026-10-30"
SUMMARY = {"ended": {"done": {"speech": 7}, "failed": {"failed": 2}}, "reasons": {}}


@pytest.fixture
def settings() -> Settings:
    return Settings(review=Reviewing(random_share=0.5))


@pytest.fixture
def full(home: Path) -> Path:
    """Sixty cards of a month, two of another, a night, two failures."""
    for call, name in ((BAD, "bad"), (GOOD, "good")):
        keep(home, call, name, sound="none")
    fill(home, Storage(), 60, apart_seconds=43_200)
    settle(home, Storage(), 0.7)
    with Store(home) as store:
        for n in range(2):
            file = f"/calls/broken-{n}.wav"
            failed = Recording(content=str(n) * 64, name=file, sources=(file,))
            store.keep_failure(failed, Outcome.FAILED, Reason("night.worker-died"))
    with Ledger(home) as ledger:
        ledger.end(ledger.begin(this_process("local"), 60), SUMMARY)
    return home


def data(page: str) -> dict[str, list[dict[str, object]]]:
    """What the charts are drawn of."""
    found = re.search(r'<script type="application/json" id="overview-data">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


def test_every_figure_has_its_number_or_its_interval(browser: Door, full: Path) -> None:
    page = browser("lead").get(f"/overview?{MONTH}").text
    assert re.search(r"95% 区间 [\d.]+–[\d.]+<br>抽中 \d+，已确认 \d+", page)
    rows = re.findall(r'<td class="num" data-name="n">(\d+)/(\d+)</td>', page)
    assert rows and all(int(n) <= int(drawn) for n, drawn in rows)
    assert re.search(r"共 \d+ 张已确认评分单", page)
    right = re.findall(r"<td class=\"num\">(\d+)/(\d+)</td>", page)
    assert right and "Wilson" in page


def test_the_charts_show_what_the_tables_say(browser: Door, full: Path) -> None:
    page = browser("manager").get(f"/overview?{MONTH}").text
    drawn = data(page)
    assert {"1组", "2组"} <= {one["name"] for one in drawn["teams"]}
    for one in drawn["teams"]:
        if isinstance(one["mean"], float):
            assert f"<b>{100 * one['mean']:.1f}%</b>" in page
    assert [one["cards"] for one in drawn["charged"]] == sorted(
        (one["cards"] for one in drawn["charged"]), key=lambda n: -int(str(n))
    )
    assert drawn["charged"][-1]["cumulative"] == 1.0 or len(drawn["charged"]) == 12
    assert len(drawn["days"]) == 30
    totals = re.findall(r'<th scope="row">(\w+)</th><td class="num"><b>(\d+)</b>', page)
    work = {str(one["name"]): sum(one["counts"]) for one in drawn["work"]}  # type: ignore[call-overload]
    assert {who: int(n) for who, n in totals} == work


def test_the_last_night_is_told_with_its_sum_and_what_failed(browser: Door, full: Path) -> None:
    page = browser("lead").get("/overview").text
    assert re.search(r"合计</th><td class=\"num\">9</td><td class=\"num\">64</td>", page)
    assert "2 × " in page and 'href="/failures"' in page
    calm = browser("manager").get("/overview").text
    assert 'href="/failures"' not in calm and "2 × " in calm


def test_a_period_restricts_what_is_counted(browser: Door, full: Path) -> None:
    lead = browser("lead")
    week = data(lead.get("/overview?since=2026-10-05&until=2026-10-11").text)
    assert len(week["days"]) == 7
    team = data(lead.get(f"/overview?{MONTH}&team=1组").text)
    assert [one["name"] for one in team["teams"]] == ["1组"]
    empty = lead.get("/overview?since=2020-01-01&until=2020-01-31")
    assert empty.status_code == 200 and "这段时间没有已确认的评分单" in empty.text


@pytest.mark.parametrize(
    "query",
    ["since=x", "since=2026-02-01&until=2026-01-01", "agent__password=x", "team=" + "x" * 300],
)
def test_a_period_that_is_none_is_refused(browser: Door, query: str) -> None:
    assert browser("lead").get(f"/overview?{query}").status_code == 422


def test_an_empty_home_has_an_overview_too(browser: Door) -> None:
    page = browser("lead").get("/overview")
    assert page.status_code == 200 and "还没有跑过夜间批次" in page.text
    english = browser("lead")
    english.submit("/language/en")
    assert "desk-lists." not in english.get("/overview").text


def test_what_failed_is_tried_again_one_by_one_or_all_on_record(browser: Door, full: Path) -> None:
    lead = browser("lead")
    page = lead.get("/failures").text
    assert page.count("broken-") >= 2 and "处理它的进程意外中止" in page
    number = re.search(r'name="number" value="(\d+)"', page)
    assert number
    assert lead.submit("/failures", number=number[1]).headers["location"] == "/failures?again=1"
    with Ledger(full) as ledger:
        assert ledger.sums().of(State.FAILED) == 1
    assert "1 条录音等待重新处理" in lead.get("/failures?again=1").text
    assert lead.submit("/failures").headers["location"] == "/failures?again=1"
    assert "没有失败的录音" in lead.get("/failures").text
    lines = [line.act for line in Audit(full).latest(5) if line.act.action == "retried"]
    assert [(act.by, act.target) for act in lines] == [
        ("lead", ""),
        ("lead", f"recording {number[1]}"),
    ]


def test_a_number_of_what_did_not_fail_must_change_nothing(browser: Door, full: Path) -> None:
    lead = browser("lead")
    assert lead.submit("/failures", number="1").headers["location"] == "/failures?again=0"
    assert lead.submit("/failures", number="x").status_code == 422
    with Ledger(full) as ledger:
        assert ledger.sums().of(State.FAILED) == 2


def test_the_workbook_is_for_who_may_and_on_record(browser: Door, full: Path) -> None:
    answer = browser("manager").get("/export.xlsx?since=2026-10-01")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="zhiyin-{TODAY}.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["通话", "评分项", "坐席", "处理失败"]
    assert book["通话"].max_row == 63
    act = Audit(full).latest(1)[0].act
    assert (act.by, act.action, act.details["cards"]) == ("manager", "exported", 62)
    assert browser("lead").get("/export.xlsx?night=1").status_code == 200
    month = TODAY.isoformat()[:7]
    assert browser("lead").get(f"/export.xlsx?month={month}&team=1组").status_code == 200


@pytest.mark.parametrize(
    "query", ["month=x", "month=2026-13", "night=1&month=2026-01", "path=/etc/passwd", "since=1"]
)
def test_an_export_of_nothing_known_is_refused(browser: Door, query: str) -> None:
    assert browser("lead").get(f"/export.xlsx?{query}").status_code == 422


def test_who_comes_while_two_exports_are_being_made_is_told_to_wait(
    browser: Door, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_on, write, begun = Event(), exports_page.write_workbook, Semaphore(0)

    def slowly(*given: Any) -> None:
        begun.release()
        assert went_on.wait(30)
        write(*given)

    monkeypatch.setattr(exports_page, "write_workbook", slowly)
    first, second, third = browser("lead"), browser("manager"), browser("manager")
    with ThreadPoolExecutor(2) as pool:
        taking = [pool.submit(one.get, "/export.xlsx") for one in (first, second)]
        assert begun.acquire(timeout=30) and begun.acquire(timeout=30)
        before = Audit(full).latest(1)[0].number
        told = third.get("/export.xlsx")
        assert told.status_code == 503 and "正在生成的导出已有 2 份" in told.text
        assert Audit(full).latest(1)[0].number == before, "nothing left the house"
        went_on.set()
        assert [one.result().status_code for one in taking] == [200, 200]
    assert third.get("/export.xlsx").status_code == 200


def test_an_export_that_fails_keeps_no_place(
    browser: Door, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = browser("lead")
    with monkeypatch.context() as patched:
        patched.setattr(exports_page, "write_workbook", lambda *_: 1 / 0)
        assert [lead.get("/export.xlsx").status_code for _ in range(3)] == [500] * 3
    assert lead.get("/export.xlsx").status_code == 200
