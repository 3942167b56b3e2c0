"""A lead's work with rules, in a browser: a phrase is tried on stored calls, taken and published;
the record shows it. With ZHIYIN_SCREENSHOTS=FOLDER the pages are kept as pictures."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.storage import Audit
from pipeline.workflow.rules import read_working_copy
from tests.desk import calls
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.desk,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
SHOWN = os.environ.get("ZHIYIN_SCREENSHOTS", "")
WIDTHS = (1440, 390)
PATIENCE_MS = 240_000
PHRASE = "喂什么事"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lead")
    let_everybody_in(made)
    rulesets = {one.template.name: one for one in read_working_copy(made).rulesets}
    for name, call in (("一号来电", calls.BAD), ("二号来电", calls.GOOD)):
        calls.keep(made, call, name, sound="none", ruleset=rulesets["telecom-inbound"])
    return made


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as found:
        yield found


@pytest.fixture(scope="module")
def context(address: str) -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
        page = made.new_page()
        page.goto(f"{address}/login")
        page.fill("[name=login]", "lead")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("form[action='/login'] button")
        page.close()
        yield made
        browser.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """What it complains of fails the test."""
    made, said = context.new_page(), []
    made.set_default_timeout(PATIENCE_MS)
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("console", lambda one: one.type == "error" and said.append(one.text))
    yield made
    made.close()
    assert [one for one in said if "status of 422" not in one] == []


def keep(page: Any, name: str) -> None:
    """Nothing is wider than a telephone; pictures where somebody wants them."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if SHOWN:
            page.screenshot(path=f"{SHOWN}/rules-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def in_both_languages(page: Any, name: str) -> None:
    keep(page, f"{name}-zh")
    with page.expect_navigation():
        page.click("form[action='/language/en'] button")
    keep(page, f"{name}-en")
    with page.expect_navigation():
        page.click("form[action='/language/zh'] button")


def test_rules_are_read_and_searched(page: Any, address: str) -> None:
    page.goto(f"{address}/rules")
    in_both_languages(page, "index")
    page.fill("input[name=q]", "我不知道")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keep(page, "search")
    with page.expect_navigation():
        page.click(".found li li a")
    assert page.locator("li:target").count() == 1
    for name, path in (
        ("lexicon", "lexicons/forbidden"),
        ("template", "templates/telecom-inbound"),
        ("item", "templates/telecom-inbound/greeting?card=1"),
    ):
        page.goto(f"{address}/rules/{path}")
        in_both_languages(page, name)


def test_a_phrase_is_tried_taken_and_published(page: Any, address: str, home: Path) -> None:
    page.goto(f"{address}/rules/try")
    page.fill("input[name=phrase]", PHRASE)
    page.select_option("select[name=lexicon]", "forbidden")
    page.select_option("select[name=match]", "text")
    page.select_option("select[name=days]", "0")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("#result")
    assert page.inner_text(".spotted .words") == "喂什么事"
    assert page.get_attribute(".spotted a", "href") == "/cards/1?at=1.0"
    in_both_languages(page, "tried")
    with page.expect_navigation():
        page.click(".accept button")
    assert PHRASE in (home / "lexicons/forbidden.yaml").read_text("utf-8")
    page.goto(f"{address}/rules/publish")
    page.select_option("select[name=days]", "0")
    with page.expect_navigation():
        page.click("form[action='/rules/publish/look'] button")
    page.fill("input[name=note]", "接听用语")
    in_both_languages(page, "publish")
    page.fill("input[name=note]", "接听用语")
    with page.expect_navigation():
        page.click(".accept button")
    page.wait_for_url("**/rules/history/1?fresh=true")
    in_both_languages(page, "published")
    page.goto(f"{address}/rules/history")
    keep(page, "history")


def test_the_record_shows_it_and_is_looked_over(page: Any, address: str, home: Path) -> None:
    page.goto(f"{address}/record")
    in_both_languages(page, "record")
    with page.expect_navigation():
        page.click("form[action='/record/verify'] button")
    assert page.locator(".remark.well").count() == 1
    actions = [line.act.action for line in Audit(home).latest(50)]
    assert [actions.count(one) for one in ("phrase-tried", "phrase-added", "rules-published")] == [
        1,
        1,
        1,
    ]
