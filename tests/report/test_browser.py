"""In a real browser: the page plays, seeks, and lets a deduction be heard."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.report.conftest import Report

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
NOTE_SEEKS = """() => {
    const audio = document.getElementById("audio");
    window.sought = [];
    audio.addEventListener("seeking", () => window.sought.push(audio.currentTime));
}"""
"""Where the page moved to, however long a busy machine takes to look at it."""
SIZES = ((1440, 900), (390, 844))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, report: Report) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.said = []
    page.asked = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: page.said.append(f"dialog {dialog.message}"))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((report.folder / "bad.html").as_uri())
    until(page, "document.getElementById('audio').readyState >= 2")
    page.evaluate(NOTE_SEEKS)
    yield page
    page.close()


def until(page: Any, holds: str) -> None:
    """Waits for it. Playwright waits by evaluating strings, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within 10 s: {holds}")


def now(page: Any) -> float:
    return float(page.evaluate("document.getElementById('audio').currentTime"))


def sought(page: Any) -> float:
    until(page, "window.sought.length > 0")
    return float(page.evaluate("window.sought.at(-1)"))


def paused(page: Any) -> bool:
    return bool(page.evaluate("document.getElementById('audio').paused"))


def start_of(report: Report, item: str) -> float:
    found = next(one for one in report.results[2].cards[0].items if one.id == item)
    return found.evidence[0].start


def test_a_click_on_a_deduction_plays_it_from_a_second_before(page: Any, report: Report) -> None:
    page.click("#item-forbidden .hear")
    until(page, "!document.getElementById('audio').paused")
    assert sought(page) == pytest.approx(start_of(report, "forbidden") - 1, abs=0.2)
    before = now(page)
    until(page, f"document.getElementById('audio').currentTime > {before + 0.3}")
    assert page.evaluate("document.querySelector('#item-forbidden').classList.contains('active')")
    assert page.evaluate("document.querySelectorAll('mark.active').length") >= 1


def test_the_space_bar_plays_and_pauses_also_after_a_click(page: Any) -> None:
    page.keyboard.press("Space")
    until(page, "!document.getElementById('audio').paused")
    page.click("#item-forbidden .hear")
    page.keyboard.press("Space")
    assert paused(page)


def test_arrows_move_by_three_seconds(page: Any) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert now(page) == pytest.approx(6, abs=0.1)
    page.keyboard.press("ArrowLeft")
    assert now(page) == pytest.approx(3, abs=0.1)


def test_k_and_j_go_from_evidence_to_evidence(page: Any) -> None:
    seen = []
    for key in ("k", "k", "j"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.querySelector('.card .hear.active').dataset.hit"))
    assert seen[0] == seen[2] != seen[1]
    assert not paused(page)


def test_a_click_into_the_wave_moves_there(page: Any) -> None:
    box = page.locator("#wave .lanes").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert now(page) == pytest.approx(12, abs=0.3)


def test_a_turn_can_be_heard_by_its_time(page: Any) -> None:
    page.click("[data-turn='2'] .stamp")
    assert sought(page) == pytest.approx(10.4, abs=0.2)
    until(page, "document.querySelector(\"[data-turn='2']\").classList.contains('now')")


def test_a_marked_word_is_heard_by_a_click(page: Any, report: Report) -> None:
    page.click("mark.fail")
    assert not paused(page)


def test_the_page_asks_nobody_for_anything_and_breaks_no_rule(page: Any) -> None:
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.said == []


def test_hostile_words_do_nothing(browser: Any, report: Report) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for name in ("b-7-7.html", "index.html"):
        page.goto((report.folder / name).as_uri())
        page.wait_for_timeout(100)
    page.close()
    assert said == []


def test_the_index_leads_to_the_item_that_was_charged(browser: Any, report: Report) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((report.folder / "index.html").as_uri())
    page.click("a.chip.fail >> nth=0")
    page.wait_for_selector(".item.active")
    page.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
@pytest.mark.parametrize("name", ["bad.html", "b-7-7.html", "index.html"])
def test_nothing_sticks_out_at_the_side(
    name: str, size: tuple[int, int], browser: Any, report: Report
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto((report.folder / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.close()


def test_every_button_can_be_reached_and_named_by_keyboard_and_reader(page: Any) -> None:
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, a, [role=slider]')]"
        ".filter(e => !(e.textContent.trim() || e.getAttribute('aria-label'))).length"
    )
    assert nameless == 0
    page.focus("#play")
    page.keyboard.press("Enter")
    until(page, "!document.getElementById('audio').paused")
