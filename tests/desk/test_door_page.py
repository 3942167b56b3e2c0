"""Coming in, in a real browser: cookies, the policy, keys alone, narrow and wide."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk.cookies import SESSION
from pipeline.storage import People
from pipeline.workflow.people import renew
from tests.desk.people import PASSWORD
from tests.desk.served import served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.desk,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
OWN = "another-horse-7"
SHOWN = os.environ.get("ZHIYIN_SCREENSHOTS", "")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


@pytest.fixture
def page(chromium: Any, desk: str) -> Iterator[Any]:
    """A page that must not complain of anything."""
    context = chromium.new_context(base_url=desk, locale="zh-CN")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda one: told.append(one.url) if not one.url.startswith(desk) else None)
    yield page
    context.close()
    assert [one for one in told if "the server responded with a status of 40" not in one] == []


def test_an_administrators_first_day_by_keys_alone(page: Any, home: Path) -> None:
    with People(home) as people:
        password = renew(people, "admin", "test")
    page.goto("/people")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/password")
    for field in (password, OWN, OWN):
        page.keyboard.type(field)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    cookie = next(one for one in page.context.cookies() if one["name"] == SESSION)
    assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""
    _seen(page, "people")


def test_the_language_is_switched_and_logging_out_leaves_nothing(page: Any) -> None:
    _log_in(page, "admin")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".me summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert not [one for one in page.context.cookies() if one["name"] == SESSION]
    page.go_back()
    assert page.locator("input[name=password]").is_visible()


def test_the_page_fits_a_telephone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/login", "/nosuch"):
        page.goto(path)
        _fits(page)
    _seen(page, "error-narrow")
    _log_in(page, "admin")
    page.goto("/people")
    _fits(page)
    _seen(page, "people-narrow")


def test_what_an_error_says_can_be_read_in_the_dark(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/login")
    _seen(page, "login-dark")
    ink, paper = (
        page.evaluate(f"getComputedStyle(document.body).{name}")
        for name in ("color", "backgroundColor")
    )
    assert _light(ink) > 180 > 60 > _light(paper)


def _log_in(page: Any, login: str) -> None:
    page.goto("/login?wanted=/people")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".me summary").wait_for()


def _fits(page: Any) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], "it scrolls sideways"


def _light(colour: str) -> float:
    parts = [float(one) for one in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    return sum(parts) / 3


def _seen(page: Any, name: str) -> None:
    """A picture to look at, where somebody asks for it."""
    if SHOWN:
        page.screenshot(path=f"{SHOWN}/door-{name}.png", full_page=True)
