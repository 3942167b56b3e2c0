"""The record at the desk: the last acts, searched, looked over, taken along."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.desk import audit_page
from pipeline.storage import Act, Audit
from tests.desk.conftest import Browser

Opens = Callable[..., Browser]
NASTY = "=1+1\n2026 admin logged-in\u202e<script>alert(1)</script>"


@pytest.fixture
def lead(browser: Opens, home: Path) -> Browser:
    audit = Audit(home)
    audit.note(Act("王质检", "viewed", "7", {"recording": 3}))
    audit.note(Act("李", "exported", NASTY, {"cards": 5}))
    return browser("lead")


def rows_of(text: str) -> list[str]:
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"<[^>]+>", " ", row) for row in body.split("</tr>") if "<td" in row]


def test_the_last_acts_come_first_each_on_one_line(lead: Browser) -> None:
    page = lead.get("/record")
    rows = rows_of(page.text)
    assert "登录" in rows[0] and "导出" in rows[1] and "王质检" in rows[2]
    assert "\\n2026 admin" in rows[1] and "\\u202e" in rows[1]
    assert "<script>alert" not in page.text


def test_it_is_searched_by_who_what_which_and_when(lead: Browser) -> None:
    def found(**asked: str) -> int:
        return len(rows_of(lead.get("/record", params=asked).text))

    today = datetime.now().date().isoformat()
    assert found(by="王质检") == 1
    assert found(action="exported") == 1
    assert found(target="admin logged") == 1
    assert found(by="王质检", action="exported") == 0
    assert found(target="%") == 0, "no pattern of the database's"
    assert found(since=today, until=today, by="李") == 1
    assert found(until="2020-01-01") == 0
    assert lead.get("/record?since=gestern").status_code == 422


def test_what_is_older_is_one_page_further(lead: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "ROWS", 5)
    page = lead.get("/record")
    seen: list[str] = []
    while True:
        rows = rows_of(page.text)
        assert len(rows) <= 5
        seen += rows
        further = re.search(r'href="(/record\?before=\d+)"', page.text)
        if further is None:
            break
        page = lead.get(further[1])
    numbers = [int(row.split()[0]) for row in seen]
    assert numbers == list(range(len(numbers), 0, -1))


def test_it_is_looked_over_and_a_change_shows(lead: Browser, home: Path) -> None:
    assert "操作记录完整" in lead.submit("/record/verify").text
    from tests.databases import Database

    Database(home).rows("UPDATE audit SET target = '8' WHERE target = '7'")
    assert "不可信" in lead.submit("/record/verify").text


def test_as_csv_nothing_in_it_is_a_formula_and_the_taking_is_on_record(
    lead: Browser, home: Path
) -> None:
    before = len(Audit(home).latest(1_000))
    answer = lead.get("/record.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    head, body = rows[0], rows[1:]
    assert len(body) == before + 1
    lines = [dict(zip(head, row, strict=True)) for row in body]
    exported = next(one for one in lines if one["by"] == "李")
    assert exported["target"].startswith("'=1+1\\n2026")
    assert datetime.fromisoformat(exported["at"]).utcoffset() == datetime.now(UTC).utcoffset()
    assert lines[0]["action"] == "exported" and lines[0]["by"] == "lead"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in body for cell in row)
    one = lead.get("/record.csv", params={"by": "王质检"})
    assert len(one.text.splitlines()) == 2
