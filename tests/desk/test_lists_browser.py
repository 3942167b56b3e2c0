"""The lists in a browser: by keys, without scripts, and charts that stand beside their tables."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.many_cards import fill, settle
from pipeline.settings import Reviewing, Settings, Storage
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.desk,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
MONTH = "/overview?since=2026-10-01&until=2026-10-30"
DRAWN = "[...document.querySelectorAll('[data-chart] canvas')].filter(c => c.width > 100).length"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two calls at the head of the queue, and a month of settled ones."""
    home = tmp_path_factory.mktemp("lists")
    let_everybody_in(home)
    fill(home, Storage(), 60, apart_seconds=43_200)
    settle(home, Storage(), 1.0)
    for call, name in ((GOOD, "good"), (BAD, "bad")):
        keep(home, call, name, sound="none")
    with served(home, Settings(review=Reviewing(random_share=1.0))) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def entered(chromium: Any, desk: str, login: str, **asked: Any) -> Any:
    """A page of somebody who is in; told: what the browser complained of."""
    page = chromium.new_context(base_url=desk, locale="zh-CN", **asked).new_page()
    page.told = []
    page.on("console", lambda one: page.told.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("form[action='/login'] button")
    return page


def test_the_queue_is_worked_by_keys_alone(chromium: Any, desk: str) -> None:
    page = entered(chromium, desk, "inspector")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("#list tr.here a.open").inner_text() == "good"
    page.keyboard.press("k")
    assert page.locator("#list tr.here a.open").inner_text() == "bad"
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("8002")
    with page.expect_response(lambda one: "/queue?" in one.url):
        page.keyboard.press("Enter")
    page.wait_for_url("**/?state=queued&agent=8002")
    page.wait_for_function("document.querySelectorAll('#list a.open').length === 1")
    with page.expect_navigation():
        page.click("form[action='/language/en'] button")
    page.wait_for_url("**/?state=queued&agent=8002")
    assert page.locator("#list a.open").count() == 1
    page.locator("#list-title").click()  # away from the field, where keys are letters
    page.keyboard.press("n")
    page.wait_for_url("**/cards/*?agent=8002")
    assert page.told == []


def test_the_queue_works_without_scripts(chromium: Any, desk: str) -> None:
    page = entered(chromium, desk, "lead", java_script_enabled=False)
    page.select_option("[name=why]", "flagged")
    with page.expect_navigation():
        page.click("#filters button")
    assert page.locator("#list a.open").all_inner_texts() == ["bad"]
    page.check("#list [name=chosen]")
    page.select_option("#list [name=to]", "inspector-a")
    with page.expect_navigation():
        page.click("#list [formaction='/queue/assign']")
    assert "已指派 1 张" in page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_drawn_beside_their_tables(chromium: Any, desk: str, scheme: str) -> None:
    page = entered(chromium, desk, "manager", color_scheme=scheme)
    page.goto(MONTH)
    page.wait_for_function(f"{DRAWN} === 4")
    for name in ("teams", "charged", "precision", "work"):
        section = page.locator(f"section:has([data-chart={name}])")
        assert section.locator("table").count() >= 1
    assert page.told == []  # nor did the policy refuse anything


def test_nothing_is_wider_than_a_telephone(chromium: Any, desk: str) -> None:
    page = entered(chromium, desk, "lead", viewport={"width": 390, "height": 844})
    for path in ("/", MONTH, "/failures"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
