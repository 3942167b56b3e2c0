"""A lead's day: gives work out, lets cards go, tries a phrase on the past and publishes it, has a
failure tried again, takes results away, and looks into the record."""

import io
from typing import Any

import openpyxl
import pytest

from pipeline.storage import Audit
from tests.desk.chromium import Sitter
from tests.desk.days.centre import BROKEN, OWN, Centre, zhiyin
from tests.desk.days.conftest import Sit

pytestmark = pytest.mark.desk
PHRASE = "我想查一下"
"""Said by customers in some of the sample calls."""


@pytest.fixture
def lead(sit: Sit, centre: Centre) -> Any:
    with sit() as one:
        one.log_in("lead", centre.passwords["lead"], own=OWN)
        yield one


def states(centre: Centre) -> dict[int, str]:
    found = centre.database.rows("SELECT scorecard_id, state FROM review WHERE state != 'draft'")
    return {int(card): str(state) for card, state in found}


def test_work_is_given_out_and_cards_are_let_go(lead: Sitter, centre: Centre) -> None:
    page = lead.page
    first, second = (int(box.get_attribute("value").split("-")[0]) for box in boxes(lead)[:2])
    boxes(lead)[0].check()
    page.select_option("[name=to]", "inspector1")
    page.click("[formaction='/queue/assign']")
    page.wait_for_url("**told=assigned-1")
    given = centre.database.rows("SELECT scorecard_id, assigned FROM review WHERE assigned != ''")
    assert given == [(first, "inspector1")]
    lead.go(f"/cards/{second}")
    lead.until("document.querySelector('#call')?.dataset.ready")
    lead.press("Control+Enter")
    lead.until(f"document.querySelector('#call').dataset.card !== '{second}'")
    lead.go("/?state=confirmed")
    boxes(lead)[0].check()
    page.click("[formaction='/queue/release']")
    page.wait_for_url("**told=released-1")
    assert states(centre) == {second: "released"}


def boxes(lead: Sitter) -> Any:
    lead.page.wait_for_selector("[name=chosen]")
    return lead.page.locator("[name=chosen]").all()


def test_a_phrase_is_tried_on_the_past_and_published(lead: Sitter, centre: Centre) -> None:
    page = lead.page
    zhiyin(centre.home, "init", str(centre.home))
    lead.go("/rules/try?lexicon=forbidden")
    page.fill("[name=phrase]", PHRASE)
    page.select_option("[name=speaker]", "")
    page.select_option("[name=days]", "0")
    page.click("form.trial button.primary")
    page.wait_for_selector("#result")
    assert page.locator(".spotted mark").count() >= 1
    page.click("[action$='/accept'] button")
    page.wait_for_url("**/rules/lexicons/forbidden")
    assert PHRASE in page.locator("main").inner_text()
    lead.go("/rules/publish")
    page.select_option("[name=days]", "0")
    page.click("[action='/rules/publish/look'] button")
    page.fill("[name=note]", "加一句")
    page.click(".accept button.primary")
    page.wait_for_url("**/rules/history/1**")
    assert "加一句" in page.locator("main").inner_text()
    published = centre.database.rows('SELECT version, "by" FROM publication')
    assert [tuple(row) for row in published] == [(1, "lead")]


def test_what_failed_by_night_is_tried_again(lead: Sitter, centre: Centre) -> None:
    page = lead.page
    lead.go("/failures")
    assert BROKEN in page.locator("main").inner_text()
    page.locator("tbody form button").first.click()
    page.wait_for_url("**/failures?again=1")
    assert BROKEN not in page.locator("main").inner_text()
    assert centre.database.rows("SELECT count(*) FROM recording WHERE state = 'found'") == [(1,)]


def test_results_are_taken_away_and_everything_is_on_record(lead: Sitter, centre: Centre) -> None:
    page = lead.page
    lead.go("/overview")
    page.locator("details.export summary").click()
    with page.expect_download() as taken:
        page.click("a[href='/export.xlsx?night=1']")
    book = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    names = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert any("20260306-20018" in name for name in names)
    lead.go("/record")
    assert "lead" in page.locator("main").inner_text()
    actions = [line.act.action for line in Audit(centre.home).latest(20)]
    assert actions[0] == "exported" and "logged-in" in actions
    assert Audit(centre.home).verify().whole
