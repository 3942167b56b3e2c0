"""My queue: what is in it, in what order, for whom; filters, paging, and what may be done there."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from pipeline.scoring.review import Mark, Marking
from pipeline.settings import Reviewing, Settings
from pipeline.storage import People
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser

Door = Callable[[str], Browser]
TODAY = date.today()


@pytest.fixture
def settings() -> Settings:
    return Settings(review=Reviewing(random_share=1.0))


@pytest.fixture
def cards(home: Path) -> dict[str, int]:
    """Calls of both teams, by name."""
    started = f"{TODAY}T09:00:00"
    bad = replace(BAD, about=replace(BAD.about, started=started))
    late = replace(bad, about=replace(bad.about, started=f"{TODAY - timedelta(days=9)}T09:00:00"))
    good = replace(GOOD, about=replace(GOOD.about, started=started))
    made = (("good", good), ("bad", bad), ("late", late))
    return {name: keep(home, call, name, sound="none") for name, call in made}


def names(page: str) -> list[str]:
    """The calls of a list, in order."""
    return re.findall(r'<a class="open"[^>]*>(\w+)', page)


def confirm(home: Path, card: int, by: str = "inspector", release: bool = False) -> None:
    """As if somebody had."""
    with Reviews(home) as reviews, People(home) as people:
        person, lead = people.named(by), people.named("lead")
        assert person and lead
        review = reviews.read(card)
        assert review
        saved = reviewing.confirm(reviews, person, card, review.version, Reviewing())
        if release:
            reviewing.release(reviews, lead, card, saved.version)


def test_the_gravest_comes_first_and_the_random_ones_are_marked(
    browser: Door, cards: dict[str, int]
) -> None:
    page = browser("inspector").get("/").text
    assert names(page)[-1] == "good" and set(names(page)) == set(cards)
    assert page.count("随机抽听</span>") == 3
    assert "✗ 是否说了禁语 <b>−10</b>" in page and ">+1</span>" in page
    assert "<option>甲组</option>" in page and '<option value="8002">' in page
    assert '<option value="small">小模板</option>' in page
    assert '<option value="taboo">是否说了禁语</option>' in page
    assert "<b>3</b> 待复核" in page and 'href="/next"' in page


@pytest.mark.parametrize(
    ("login", "letters"),
    [("inspector", "JKN"), ("lead", "JKNX"), ("leader", "JKX"), ("trainer", "JK")],
)
def test_the_list_of_keys_names_what_works_for_the_reader(
    browser: Door, cards: dict[str, int], login: str, letters: str
) -> None:
    page = browser(login).get("/").text
    keys = page.partition('<dialog id="keys"')[2].partition("</dialog>")[0]
    assert "".join(re.findall(r"<kbd>([A-Z])</kbd>", keys)) == letters
    assert ("打开下一条" in keys) == ("N" in letters)


def test_a_list_shows_the_score_that_the_card_itself_and_the_api_show(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    inspector = browser("inspector")
    page = inspector.get("/").text
    assert "<b>65</b><small>/85</small>" in page and "另有 15 分由人判断" in page
    card = inspector.get(f"/cards/{cards['bad']}").text
    (data,) = re.findall(r'id="call-data">(.*?)</script>', card)
    state = json.loads(data)["state"]
    assert (state["total"], state["max"], state["waiting"]) == (65, 85, 15)
    assert state["sections"]["service"] == {"total": 15, "max": 25, "waiting": 15}
    assert names(inspector.get("/?below=80").text) == ["bad", "late"], "65 of 85 is below 80 %"


def test_what_people_have_given_must_not_wait_any_more(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    with Reviews(home) as reviews, People(home) as people:
        person = people.named("inspector")
        assert person
        right, tone = (
            Mark(kind=Marking.ITEM, by="", item=i, says="pass") for i in ("right", "tone")
        )
        reviewing.mark(reviews, person, cards["bad"], 0, [right, tone])
    page = browser("inspector").get("/?agent=8001").text
    row = page[page.index(">bad<") :]
    assert "<b>80</b><small>/100</small>" in row and "由人判断" not in row[: row.index("</tr>")]


def test_inspectors_of_a_team_must_not_see_those_of_others(
    browser: Door, cards: dict[str, int]
) -> None:
    assert set(names(browser("inspector-a").get("/").text)) == {"bad", "late"}
    assert names(browser("inspector-b").get("/").text) == ["good"]
    assert names(browser("inspector-b").get("/?team=甲组").text) == []


def test_a_confirmed_call_has_left_the_queue_and_counts_as_done(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    confirm(home, cards["bad"])
    page = browser("inspector").get("/").text
    assert "bad" not in names(page)
    assert "<b>1</b> 今天已完成" in page and "继续复核" in page
    assert names(browser("inspector").get("/?state=confirmed").text) == ["bad"]


FILTERS = {
    "agent=8002": {"good"},
    "team=甲组": {"bad", "late"},
    "template=small": {"good", "bad", "late"},
    "template=nothing": set(),
    "item=taboo": {"bad", "late"},
    f"since={TODAY}": {"good", "bad"},
    f"until={TODAY - timedelta(days=2)}": {"late"},
    "below=90": {"bad", "late"},
    "why=random": {"good", "bad", "late"},
    "mine=1": set(),
    "state=all&by=inspector": set(),
    "state=released": set(),
    "agent=%25": set(),
    "agent=8002' OR 1=1 --": set(),
}


def test_filters_show_what_they_say(browser: Door, cards: dict[str, int]) -> None:
    one = browser("inspector")
    found = {query: set(names(one.get(f"/?{query}").text)) for query in FILTERS}
    assert found == FILTERS
    assert {"bad", "late"} <= set(names(one.get("/?why=flagged").text))


NO_FILTERS = (
    "agent__user__password=x",
    "agent.password=x",
    "order_by=password",
    "state=draft&state=all",
    "state=gone",
    "why=because",
    "below=5",
    "mine=yes",
    "since=2026-13-01",
    "since=20260101",
    "since=2026-W01-1",
    "page=0",
    "page=-1",
    "page=٣",
    "page=99999999999999999999",
    "page=x",
    "agent=" + "8" * 300,
    "agent=%00",
    "team=a%0Ab",
)


@pytest.mark.parametrize("path", ["/", "/queue", "/next"])
def test_what_is_no_filter_must_not_reach_the_database(browser: Door, path: str) -> None:
    one = browser("inspector")
    for query in NO_FILTERS:
        assert one.get(f"{path}?{query}").status_code == 422, query


def test_the_list_alone_comes_with_the_address_that_shows_it(
    browser: Door, cards: dict[str, int]
) -> None:
    answer = browser("inspector").get("/queue?state=queued&why=&agent=8002")
    assert answer.headers["hx-push-url"] == "/?state=queued&agent=8002"
    assert answer.text.lstrip().startswith('<section id="list"')
    assert names(answer.text) == ["good"]


def test_next_opens_the_first_that_waits_and_then_the_one_after(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    one = browser("inspector")
    order = [cards[name] for name in names(one.get("/").text)]
    assert one.get("/next").headers["location"] == f"/cards/{order[0]}"
    assert one.get(f"/next?after={order[0]}").headers["location"] == f"/cards/{order[1]}"
    only = one.get("/next?agent=8002").headers["location"]
    assert only == f"/cards/{cards['good']}?agent=8002"
    for card in order:
        confirm(home, card)
    assert one.get("/next").headers["location"] == "/"
    assert "队列已清空" in one.get("/").text


def test_what_is_overdue_is_counted_and_marked(browser: Door, cards: dict[str, int]) -> None:
    page = browser("inspector").get("/").text
    assert re.search(r'class="late" href="([^"]+)"><b>1</b> 已逾期', page)
    link = re.search(r'class="late" href="([^"]+)"', page)
    assert link and names(browser("inspector").get(unescape(link[1])).text) == ["late"]
    assert page.count("! 逾期") == 1


def test_a_lead_gives_calls_to_somebody_for_whom_they_come_first(
    browser: Door, cards: dict[str, int]
) -> None:
    lead = browser("lead")
    chosen = re.findall(r'name="chosen" value="(\d+-\d+)"', lead.get("/?agent=8002").text)
    answer = lead.submit("/queue/assign", chosen=chosen, to="inspector", wanted="/?agent=8002")
    assert answer.headers["location"] == "/?agent=8002&told=assigned-1"
    assert "已指派 1 张" in lead.get(answer.headers["location"]).text
    mine = browser("inspector").get("/").text
    assert names(mine)[0] == "good" and "指派" in mine
    assert names(browser("inspector").get("/?mine=1").text) == ["good"]
    assert "good" not in names(browser("inspector-b").get("/").text)


def test_a_leader_lets_agents_see_what_was_confirmed_many_at_once(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    for name in ("bad", "late", "good"):
        confirm(home, cards[name])
    leader = browser("leader")
    page = leader.get("/").text
    assert set(names(page)) == {"bad", "late"}  # the first list of who only reads
    assert "复核人 " in page, "who confirmed it"
    chosen = re.findall(r'name="chosen" value="(\d+-\d+)"', page)
    answer = leader.submit("/queue/release", chosen=chosen, wanted="/")
    assert answer.headers["location"] == "/?told=released-2"
    with Reviews(home) as reviews:
        states = {name: reviews.listed(card) for name, card in cards.items()}
    assert {n: listed.state for n, listed in states.items() if listed} == {
        "bad": "released",
        "late": "released",
        "good": "confirmed",
    }


def test_release_must_not_take_what_changed_or_is_of_another_team(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    for name in ("bad", "good"):
        confirm(home, cards[name])
    leader = browser("leader")
    wrong = [f"{cards['bad']}-99", f"{cards['good']}-1", f"{cards['late']}-0"]
    assert leader.submit("/queue/release", chosen=wrong).headers["location"] == "/?told=released-0"
    for bad in (["x"], ["1"], ["1-"], ["-1-1"], ["1-1; DROP TABLE review"]):
        assert leader.submit("/queue/release", chosen=bad).status_code == 422
    assert browser("inspector").submit("/queue/assign", chosen=["1-0"]).status_code == 403


def test_whoever_has_no_list_is_led_to_what_they_have(browser: Door, cards: dict[str, int]) -> None:
    for login, goes_to in (("own-agent", "/my"), ("manager", "/overview"), ("admin", "/people")):
        assert browser(login).get("/").headers["location"] == goes_to
        assert browser(login).get("/queue").status_code == 403
    assert browser("trainer").get("/").status_code == 200


def test_who_has_no_queue_is_not_led_to_one(browser: Door, cards: dict[str, int]) -> None:
    for login in ("leader", "trainer"):
        page = browser(login).get("/?state=queued")
        assert page.status_code == 200 and 'value="confirmed" selected' in page.text, login
        assert 'value="queued"' not in page.text and ">待复核</a>" not in page.text, login
    assert '<a href="/" aria-current="page">评分单</a>' in browser("leader").get("/").text
    inspector = browser("inspector").get("/").text
    assert 'value="queued" selected' in inspector and ">待复核</a>" in inspector


def test_pages_of_a_long_list_follow_each_other(
    browser: Door, home: Path, cards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.queue_page.ROWS", 2)
    monkeypatch.setattr("pipeline.desk.filters.ROWS", 2)
    one = browser("inspector")
    first, second = one.get("/").text, one.get("/?page=2").text
    assert len(names(first)) == 2 and len(names(second)) == 1
    assert not set(names(first)) & set(names(second))
    assert "第 1 / 2 页" in first and 'href="/?state=queued&amp;page=2"' in first
    assert one.get("/?page=7").status_code == 200


def test_the_page_is_english_for_who_switched(browser: Door, cards: dict[str, int]) -> None:
    one = browser("inspector")
    one.submit("/language/en")
    page = one.get("/").text
    assert "My queue" in page and "desk-lists." not in page and "我的队列" not in page
    asked = one.get("/?state=all&agent=8002").text
    assert 'name="wanted" value="/?state=all&amp;agent=8002" data-here' in asked


def test_a_draft_says_how_much_it_may_still_lose(
    browser: Door, home: Path, cards: dict[str, int]
) -> None:
    page = browser("inspector").get("/").text
    assert page.count("最多再扣 10") == 2, "of the two with a doubt, and not of the good one"
    confirm(home, cards["bad"])
    assert "最多再扣" not in browser("inspector").get("/?state=confirmed").text
