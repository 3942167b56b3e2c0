"""The call page in a real browser: it sounds, every key does what it says, nothing gets lost."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Medium
from pipeline.scoring.review import Mark, Marking, Standing
from pipeline.settings import Reviewing
from pipeline.storage import Audit, People, Person
from pipeline.storage.review_records import Review
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.calls import BAD, keep
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
SETTLES_MS = 25
AHEAD = "performance.getEntriesByType('resource').some((one) => one.name.includes('part=body'))"
"""The next card is here before it is asked for."""
HEAR = """() => {
    const line = document.getElementById("said");
    window.told = [];
    const hear = () => line.textContent && window.told.push(line.textContent);
    new MutationObserver(hear).observe(line, {childList: true});
}"""
"""What the page says goes by itself, on a crowded machine before it is read: it is kept."""
MARKING = (*"axu1mcegz", "Shift+S", "Control+Enter")
"""The keys of who may mark a card."""
FOR_ALL = {"play", "back", "forward", "previous", "following", "slower", "faster", "search", "keys"}
FOR_INSPECTORS = {
    *("uphold", "reject", "doubt", "missed", "comment", "excellent", "edit", "swap"),
    *("undo", "submit", "next", "digits", "escape"),
}
ONLY_LOOKS = "您只能查看这张评分单"
names = (f"call-{number}" for number in count(1))


class Desk:
    """A served home, and what its database says."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        self.address = address

    def card(self, call: Any = BAD, sound: str = "none") -> int:
        return keep(self.home, call, next(names), sound)

    def review(self, card: int) -> Review:
        with Reviews(self.home) as reviews:
            found = reviews.read(card)
            assert found
            return found

    def person(self, login: str) -> Person:
        with People(self.home) as people:
            found = people.named(login)
            assert found
            return found

    def mark(self, login: str, card: int, *marks: Mark) -> None:
        with Reviews(self.home) as reviews:
            version = self.review(card).version
            reviewing.mark(reviews, self.person(login), card, version, marks)

    def confirm(self, login: str, card: int, released: bool = False) -> None:
        settings = Reviewing(release_at_once=released)
        with Reviews(self.home) as reviews:
            version = self.review(card).version
            reviewing.confirm(reviews, self.person(login), card, version, settings)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk")
    let_everybody_in(home)
    with served(home) as address:
        yield Desk(home, address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def inspector(chromium: Any, desk: Desk) -> Iterator[Any]:
    """The browser of somebody who reviews, logged in once."""
    with_cookies = logged_in(chromium, desk, "inspector")
    yield with_cookies
    with_cookies.close()


def logged_in(chromium: Any, desk: Desk, login: str) -> Any:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{desk.address}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("form[action='/login'] button")
    page.close()
    return context


@pytest.fixture
def opened(inspector: Any, desk: Desk) -> Iterator[Callable[[int], Any]]:
    """A page of a card, whose keys work. What it complains of fails the test."""
    pages: list[Any] = []

    def page_of(card: int) -> Any:
        page = inspector.new_page()
        page.said = []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda one: complaint(one.text) and page.said.append(one.text))
        page.goto(f"{desk.address}/cards/{card}")
        until(page, "document.querySelector('#call[data-ready]')")
        pages.append(page)
        return page

    yield page_of
    for page in pages:
        assert page.said == []
        page.close()


def complaint(said: str) -> bool:
    """Not what the network answered, which tests bring about themselves."""
    return not said.startswith("Failed to load resource")


def until(page: Any, holds: str) -> None:
    """Waits for it. Playwright waits by evaluating strings, which the page's policy forbids."""
    for _ in range(400):
        if page.evaluate(f"Boolean({holds})"):
            return
        page.wait_for_timeout(SETTLES_MS)
    raise AssertionError(f"not within 10 s: {holds}; {page.inner_text('#saved')}")


def saved(page: Any) -> None:
    until(page, "document.querySelector('#saved.saved')")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def told(page: Any, keys: Iterable[str]) -> set[str]:
    """What the page says to each of these keys."""
    page.evaluate(HEAR)
    said = set()
    for key in keys:
        press(page, key)
        until(page, "window.told.length")
        said |= set(page.evaluate("window.told.splice(0)"))
    return said


def listed(page: Any) -> set[str]:
    """The commands that the list of keys names."""
    press(page, "?")
    rows = page.locator("#keys-list [data-command]")
    found = {row.get_attribute("data-command") for row in rows.all()}
    press(page, "Escape")
    return found


def at(page: Any) -> float:
    return float(page.evaluate("document.getElementById('audio').currentTime"))


def focused(page: Any) -> str:
    return str(page.evaluate("document.querySelector('.item.active')?.dataset.item"))


def view(page: Any, item: str, hit: int = 0) -> str:
    claims = page.locator(f"#item-{item} .claim")
    return str(claims.nth(hit).get_attribute("data-says"))


def answers(desk: Desk, card: int) -> list[tuple[str, int | None, str, str]]:
    marks = desk.review(card).marks
    return [(m.item, m.hit, m.says, m.reason) for m in marks if m.kind == Marking.HIT]


def looks(desk: Desk, after: int, action: str) -> list[str]:
    """Which cards the record says that of, since that line."""
    lines = [line for line in Audit(desk.home).latest(20) if line.number > after]
    return [line.act.target for line in reversed(lines) if line.act.action == action]


@pytest.mark.parametrize("sound", ["wav", pytest.param("mp3", marks=pytest.mark.desk)])
def test_it_opens_two_seconds_before_the_first_doubt_and_sounds(
    opened: Callable[[int], Any], desk: Desk, sound: str
) -> None:
    page = opened(desk.card(BAD, sound))
    until(page, "document.getElementById('audio')?.currentTime > 19.4")
    assert focused(page) == "promise"
    assert page.evaluate("document.getElementById('audio').paused") is False
    assert at(page) < 24
    press(page, "Space")
    page.evaluate("document.getElementById('audio').currentTime = 12")
    press(page, "ArrowLeft")
    until(page, "Math.abs(document.getElementById('audio').currentTime - 9) < 0.2")
    press(page, "ArrowRight", "ArrowRight")
    until(page, "Math.abs(document.getElementById('audio').currentTime - 15) < 0.2")
    until(page, "document.querySelector('[data-turn=\"4\"].now')")
    press(page, "j")
    until(page, "Math.abs(document.getElementById('audio').currentTime - 14) < 0.6")
    press(page, "Space", "]", "]")
    assert page.evaluate("document.getElementById('audio').playbackRate") == 1.5
    box = page.locator("#wave .lanes").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    until(page, "Math.abs(document.getElementById('audio').currentTime - 12) < 0.3")
    page.reload()
    until(page, "document.getElementById('audio')?.playbackRate === 1.5")
    press(page, "[", "[")


def test_a_right_card_takes_one_key_and_no_white_screen(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card, other = desk.card(), desk.card()
    began = Audit(desk.home).latest(1)[0].number
    page = opened(card)
    page.evaluate("window.same = true")
    until(page, AHEAD)
    (fetched,) = looks(desk, began, "fetched")
    assert looks(desk, began, "viewed") == [str(card)], "the one at hand was not seen yet"
    press(page, "Control+Enter")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card !== '{card}'")
    assert page.get_attribute("#call", "data-card") == fetched
    for _ in range(100):
        if looks(desk, began, "viewed") == [str(card), fetched]:
            break
        page.wait_for_timeout(SETTLES_MS)
    assert looks(desk, began, "viewed") == [str(card), fetched]
    assert page.evaluate("window.same")
    assert page.url != f"{desk.address}/cards/{card}"
    assert desk.review(card).standing == Standing.CONFIRMED
    assert desk.review(other).standing == Standing.DRAFT
    press(page, "z")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card === '{card}'")
    assert desk.review(card).standing == Standing.DRAFT
    assert page.evaluate("window.same")


def test_a_rejected_hit_takes_three_keys_with_its_reason(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    press(page, "x", "2", "Control+Enter")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card !== '{card}'")
    assert answers(desk, card) == [("promise", 0, "rejected", "context")]
    review = desk.review(card)
    assert review.standing == Standing.CONFIRMED
    assert review.final and review.final.total == 80


@pytest.mark.desk
def test_each_verdict_moves_on_and_the_score_follows(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    total = page.inner_text("#total")
    machine = page.inner_text(".score.machine b")
    press(page, "a")
    saved(page)
    assert float(page.inner_text("#total")) == float(total) - 10
    assert page.inner_text(".score.machine b") == machine
    assert focused(page) == "hello"
    press(page, "u", "u")
    assert focused(page) == "taboo"
    press(page, "a", "x")
    assert page.is_visible("#reasons")
    press(page, "Escape")
    assert not page.is_visible("#reasons")
    assert focused(page) == "right"
    press(page, "1", "2")
    saved(page)
    assert answers(desk, card) == [
        ("promise", 0, "upheld", ""),
        ("hello", None, "doubted", ""),
        ("farewell", None, "doubted", ""),
        ("taboo", 0, "upheld", ""),
        ("taboo", 1, "rejected", ""),
    ]
    given = [(m.item, m.says) for m in desk.review(card).marks if m.kind == Marking.ITEM]
    assert given == [("right", "pass"), ("tone", "fail")]
    assert page.inner_text("#item-taboo .side.machine .cost") == "−10"
    assert page.inner_text("#item-taboo .side.person .cost") == "−5"
    press(page, "z", "z")
    saved(page)
    assert [m for m in desk.review(card).marks if m.kind == Marking.UNDO]
    assert page.get_attribute("#item-tone [data-answer=fail]", "aria-pressed") == "false"


@pytest.mark.desk
def test_letters_are_letters_while_somebody_types_or_composes(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    for what in ("isComposing: true", "keyCode: 229"):
        page.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', "
            f"{{key: 'a', bubbles: true, {what}}}))"
        )
    press(page, "/")
    page.keyboard.type("axum")
    assert page.input_value("#search-words") == "axum"
    press(page, "Escape", "x", "0")
    page.keyboard.type("客户 agreed")
    press(page, "Enter")
    saved(page)
    assert answers(desk, card) == [("promise", 0, "rejected", "客户 agreed")]


@pytest.mark.desk
def test_what_the_machine_missed_is_marked_by_keys_alone(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    press(page, "m", "ArrowUp", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Enter")
    until(page, "document.getElementById('picking').open")
    page.keyboard.type("dht")  # 道 h 谢: no item; then by the first letters of its name
    assert page.locator("#picking-list li").count() == 0
    page.fill("#picking-words", "yqsf")
    press(page, "Enter")
    saved(page)
    (missed,) = [mark for mark in desk.review(card).marks if mark.kind == Marking.MISSED]
    assert missed.item == "tone"
    assert missed.span and (missed.span.turn, missed.span.first) == (3, 1)
    assert "你们怎么这样"[1:] in page.inner_text("#item-tone .missed")
    assert float(page.inner_text("#item-tone .side.person .cost").replace("−", "")) == 5


@pytest.mark.desk
def test_words_of_the_customer_for_an_item_of_the_agents_are_kept_with_a_warning(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    for turn, warned in ((1, True), (0, False)):
        page.evaluate(
            "(turn) => { const text = document.querySelector(`[data-turn='${turn}'] p`).firstChild;"
            " getSelection().setBaseAndExtent(text, 1, text, 3); }",
            turn,
        )
        press(page, "m")
        until(page, "document.getElementById('picking').open")
        page.click("#picking-list li:has-text('禁语')")
        saved(page)
        assert ("这一项只评坐席的话" in page.inner_text("#said")) == warned
    missed = [mark for mark in desk.review(card).marks if mark.kind == Marking.MISSED]
    assert [one.span.turn for one in missed if one.span] == [1, 0], "warned of, not refused"


@pytest.mark.desk
def test_words_selected_by_the_mouse_are_marked_too(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    page.evaluate(
        "() => { const text = document.querySelector('[data-turn=\"0\"] p').firstChild;"
        " getSelection().setBaseAndExtent(text, 1, text, 4); }"
    )
    press(page, "m")
    until(page, "document.getElementById('picking').open")
    assert "什么事" in page.inner_text("#picking-title")
    page.click("#picking-list li:has-text('语气')")
    saved(page)
    (missed,) = [mark for mark in desk.review(card).marks if mark.kind == Marking.MISSED]
    assert missed.span and (missed.span.first, missed.span.last) == (1, 4)
    assert missed.span.start == pytest.approx(1.2, abs=0.1)


@pytest.mark.desk
def test_a_second_person_is_told_and_overwrites_nothing(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    theirs = Mark(kind=Marking.HIT, by="lead", item="promise", hit=0, says="rejected")
    desk.mark("lead", card, theirs)
    press(page, "a")
    until(page, "document.getElementById('asking').open")
    assert "lead" in page.inner_text("#asking-body")
    press(page, "Escape", "Escape")
    assert answers(desk, card) == [("promise", 0, "rejected", "")]
    until(page, "document.getElementById('asking').open")
    page.click("#asking-no")
    until(page, "document.querySelector('#item-promise .claim').dataset.says === 'rejected'")
    saved(page)
    desk.mark("lead", card, theirs)
    press(page, "j", "k", "a")
    until(page, "document.getElementById('asking').open")
    page.click("#asking-yes")
    saved(page)
    assert len(answers(desk, card)) == 3


@pytest.mark.desk
def test_a_lost_connection_keeps_marks_until_it_is_back(
    opened: Callable[[int], Any], desk: Desk, inspector: Any
) -> None:
    card = desk.card()
    page = opened(card)
    inspector.set_offline(True)
    press(page, "a", "u")
    until(page, "document.querySelector('#saved.offline')")
    assert "2" in page.inner_text("#saved")
    assert view(page, "promise") == "upheld"
    assert desk.review(card).marks == ()
    inspector.set_offline(False)
    saved(page)
    assert [one[2] for one in answers(desk, card)] == ["upheld", "doubted"]


@pytest.mark.desk
def test_an_answer_that_got_lost_is_no_quarrel_with_oneself(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    page.evaluate(
        "() => { const send = window.fetch; let lost = 1; window.fetch = async (...given) => {"
        " const answer = await send(...given); if (/marks|confirm/.test(given[0]) && lost-- > 0)"
        " throw new TypeError('lost'); return answer; }; window.again = () => (lost = 1); }"
    )
    press(page, "a")
    until(page, "document.querySelector('#saved.offline')")
    saved(page)
    assert len(answers(desk, card)) == 1
    assert not page.evaluate("document.getElementById('asking').open")
    page.evaluate("window.again()")
    press(page, "Control+Enter")
    until(page, "document.getElementById('said').textContent !== ''")
    press(page, "Control+Enter")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card !== '{card}'")
    assert desk.review(card).standing == Standing.CONFIRMED


@pytest.mark.desk
def test_who_is_logged_out_keeps_their_marks_and_logs_in_elsewhere(
    chromium: Any, desk: Desk
) -> None:
    card = desk.card()
    context = logged_in(chromium, desk, "inspector-a")
    page = context.new_page()
    page.goto(f"{desk.address}/cards/{card}")
    until(page, "document.querySelector('#call[data-ready]')")
    cookies = context.cookies()
    context.clear_cookies()
    press(page, "a")
    until(page, "document.querySelector('#saved.left')")
    assert desk.review(card).marks == ()
    context.add_cookies(cookies)
    saved(page)
    assert len(answers(desk, card)) == 1
    context.close()


@pytest.mark.desk
def test_a_key_can_be_another_and_never_two_at_once(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    page = opened(desk.card())
    assert listed(page) == FOR_ALL | FOR_INSPECTORS, "inspectors make no cases"
    press(page, "?")
    assert page.inner_text("#keys-list [data-command=previous] kbd") == "J"
    change = page.locator("#keys-list [data-command=uphold] button")
    change.click()
    press(page, "x")
    assert "X" in page.inner_text("#keys-said")
    change.click()
    press(page, "5")
    assert "5" in page.inner_text("#keys-said")
    change.click()
    press(page, "q", "Escape")
    press(page, "a")
    assert focused(page) == "promise"
    press(page, "q")
    assert focused(page) != "promise"
    page.reload()
    until(page, "document.querySelector('#call[data-ready]')")
    press(page, "?")
    page.click("#keys-reset")
    press(page, "Escape", "a")
    saved(page)


@pytest.mark.desk
def test_search_and_comments(opened: Callable[[int], Any], desk: Desk) -> None:
    card = desk.card()
    page = opened(card)
    press(page, "/")
    page.keyboard.type("这")
    until(page, "document.getElementById('search-count').textContent === '1 / 3'")
    press(page, "Enter")
    assert page.inner_text("#search-count") == "2 / 3"
    press(page, "Escape", "c")
    page.keyboard.type("先道歉")
    press(page, "Enter")
    until(page, "document.getElementById('comments').textContent.includes('先道歉')")
    saved(page)
    (mark,) = desk.review(card).marks
    assert (mark.kind, mark.text) == (Marking.COMMENT, "先道歉")


@pytest.mark.desk
def test_an_agent_reads_and_acknowledges(chromium: Any, desk: Desk) -> None:
    card = desk.card(BAD, "wav")
    desk.confirm("inspector", card, released=True)
    context = logged_in(chromium, desk, "own-agent")
    page = context.new_page()
    page.goto(f"{desk.address}/cards/{card}")
    until(page, "document.querySelector('#call[data-ready]')")
    assert page.locator(".verdicts, .answers, .side.machine").count() == 0
    assert told(page, MARKING) == {ONLY_LOOKS}
    page.click("[data-does=keys]")
    assert page.is_visible("#keys")
    press(page, "Escape")
    assert listed(page) == FOR_ALL
    page.click("[data-does=acknowledge]")
    until(page, "document.getElementById('standing').textContent.includes('已阅')")
    assert desk.review(card).standing == Standing.ACKNOWLEDGED
    context.close()


@pytest.mark.desk
@pytest.mark.parametrize("login", ["leader", "trainer"])
def test_who_only_reads_is_told_so_and_stays_in_the_call(
    chromium: Any, desk: Desk, login: str
) -> None:
    card, confirmed = desk.card(), desk.card()
    desk.confirm("inspector", confirmed)
    context = logged_in(chromium, desk, login)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.removeprefix(desk.address)))
    for one in (card, confirmed):
        page.goto(f"{desk.address}/cards/{one}")
        until(page, "document.querySelector('#call[data-ready]')")
        assert told(page, MARKING) == {ONLY_LOOKS}
        assert told(page, "n") == {"您的角色没有复核队列，没有下一通可开"}
        assert page.url == f"{desk.address}/cards/{one}"
    assert not [path for path in asked if path.startswith("/next")]
    assert desk.review(card).marks == ()
    assert listed(page) == FOR_ALL | ({"case"} if login == "trainer" else set())
    assert page.is_visible("[data-does=keys]")
    context.close()


@pytest.mark.desk
def test_a_card_that_stands_is_not_marked_and_undoing_promised_to_who_can(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    own, others, released = desk.card(), desk.card(), desk.card()
    desk.mark("inspector", others, Mark(kind=Marking.COMMENT, by="inspector", text="先道歉"))
    desk.confirm("inspector", own)
    desk.confirm("lead", others)
    desk.confirm("inspector", released, released=True)
    but_undo = [key for key in MARKING if key != "z"]
    page = opened(own)
    assert told(page, but_undo) == {"评分单不是草稿，不能再改；提交后可用撤销键退回"}
    press(page, "z")
    until(page, "document.querySelector('#call.marking[data-ready]')")
    assert desk.review(own).standing == Standing.DRAFT
    page = opened(others)
    assert told(page, MARKING) == {"评分单已由别人提交，不能再改"}
    assert page.locator("[data-does=undo]").count() == 0
    page = opened(released)
    assert told(page, MARKING) == {"评分单已发布给坐席，不能再改，也不能退回"}


@pytest.mark.desk
def test_words_are_put_right_where_they_stand_and_the_call_scored_anew(
    opened: Callable[[int], Any], desk: Desk
) -> None:
    card = desk.card()
    page = opened(card)
    press(page, "a")
    saved(page)
    page.dblclick("[data-turn='0'] p", position={"x": 22, "y": 12})
    field = page.locator("input.inline")
    field.fill("您好")
    field.press("Enter")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card !== '{card}'")
    assert "您好" in page.inner_text("[data-turn='0'] p")
    assert page.get_attribute("#item-hello .side.machine i", "class") == "pass"
    assert view(page, "promise") == "upheld"
    press(page, "Shift+S")
    until(page, "document.getElementById('asking').open")
    now = page.get_attribute("#call", "data-card")
    press(page, "Enter")
    until(page, f"document.querySelector('#call[data-ready]').dataset.card !== '{now}'")
    assert page.locator("[data-turn='0'].customer").count() == 1


@pytest.mark.desk
def test_a_browser_that_keeps_pages_silent_plays_with_the_first_key(
    chromium: Any, desk: Desk
) -> None:
    card = desk.card(BAD, "wav")
    context = logged_in(chromium, desk, "lead")
    page = context.new_page()
    page.add_init_script(
        "const play = Audio.prototype.play; let held = true;"
        "Audio.prototype.play = function () { return held"
        " ? Promise.reject(new DOMException('held back', 'NotAllowedError')) : play.call(this); };"
        "addEventListener('keydown', () => (held = false), {capture: true});"
    )
    page.goto(f"{desk.address}/cards/{card}")
    until(page, "document.getElementById('hint').hidden === false")
    press(page, "u")
    until(page, "!document.getElementById('audio').paused")
    until(page, "document.getElementById('hint').hidden")
    context.close()


@pytest.mark.desk
def test_a_chat_is_judged_by_the_same_keys(opened: Callable[[int], Any], desk: Desk) -> None:
    card = desk.card(replace(BAD, medium=Medium.CHAT, speech=None))
    page = opened(card)
    assert page.locator("#player").count() == 0
    press(page, "k", "j", "a", "u", "x", "Escape")
    saved(page)
    assert [one[2] for one in answers(desk, card)] == ["upheld", "doubted", "rejected"]
