"""The page that searches calls: the box, what is found, what is kept, and nothing that is not
theirs."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.call import Medium
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser

Door = Callable[[str], Browser]
PARTIAL = {"hx-request": "true"}


@pytest.fixture
def cards(home: Path) -> dict[str, int]:
    """A call of each team, by name."""
    made = (("bad", BAD), ("good", GOOD))
    return {name: keep(home, call, name, sound="none") for name, call in made}


def found(page: str) -> list[tuple[str, str]]:
    """Where each place leads, and the words that are marked."""
    hits = page.split('<li class="hit"')[1:]
    return [
        (
            unescape(re.findall(r'class="open quiet" href="([^"]*)"', hit)[0]),
            "".join(re.findall(r"<mark>(.*?)</mark>", hit)),
        )
        for hit in hits
    ]


def test_what_was_said_is_found_with_its_moment(browser: Door, cards: dict[str, int]) -> None:
    page = browser("trainer").get("/search?q=坐席:不清楚").text
    ((href, marked),) = found(page)
    assert re.fullmatch(rf"/cards/{cards['bad']}\?at=1[01]\.\d+", href)
    assert marked == "不清楚" and "找到 1 处" in page


HEARD = "文字里用星号遮住的号码"


def test_a_place_in_a_chat_has_no_sound_to_play(browser: Door, home: Path) -> None:
    chat = keep(home, replace(BAD, medium=Medium.CHAT, speech=None), "chat", sound="none")
    trainer = browser("trainer")
    page = trainer.get("/search?q=坐席:不清楚").text
    assert [href.partition("?")[0] for href, _ in found(page)] == [f"/cards/{chat}"]
    assert 'class="play"' not in page and '<span class="moment">' in page
    assert HEARD not in trainer.get(f"/cards/{chat}").text


def test_a_place_in_a_call_must_not_lose_its_own(browser: Door, home: Path) -> None:
    card = keep(home, BAD, "bad", sound="wav")
    page = browser("trainer").get("/search?q=坐席:不清楚").text
    assert 'class="play"' in page and '<span class="moment">' not in page
    assert HEARD in browser("trainer").get(f"/cards/{card}").text


def test_people_find_what_they_see_and_no_more(browser: Door, cards: dict[str, int]) -> None:
    wanted = {"lead": 3, "inspector-a": 1, "inspector-b": 2, "own-agent": 0}
    for login, count in wanted.items():
        assert len(found(browser(login).get("/search?q=话费 或 套餐").text)) == count, login


def test_the_list_comes_alone_and_keeps_its_address(browser: Door, cards: dict[str, int]) -> None:
    asked = "/search/hits?q=不清楚&team=&agent=8001&points_to=100"
    answer = browser("lead").get(asked, headers=PARTIAL)
    assert "<html" not in answer.text and len(found(answer.text)) == 1
    pushed = answer.headers["hx-push-url"]
    assert pushed == f"/search?q={quote('不清楚')}&agent=8001&points_to=100"
    assert found(browser("lead").get(pushed).text) == found(answer.text)


def test_a_query_that_is_none_is_told_in_words(browser: Door, cards: dict[str, int]) -> None:
    page = browser("lead").get("/search?q=退款 和")
    assert page.status_code == 200 and "后面还要有一个词" in page.text
    assert "“”" not in page.text
    assert "&lt;b&gt;" in browser("lead").get("/search?q=<b> 和 (").text


@pytest.mark.parametrize(
    "wrong",
    [
        "x=1",
        "q=a&q=b",
        "query=a",
        "since=soon",
        "state=old",
        "silence=nan",
        "points_to=-1",
        "team=%00",
    ],
)
def test_what_is_no_filter_is_refused(browser: Door, home: Path, wrong: str) -> None:
    assert browser("lead").get(f"/search?{wrong}").status_code == 422


def test_a_search_is_kept_shared_asked_again_and_removed(
    browser: Door, cards: dict[str, int]
) -> None:
    trainer, lead = browser("trainer"), browser("lead")
    wanted = "/search?q=不清楚&agent=8001"
    kept = trainer.submit("/search/saved", name="不懂的", shared="1", wanted=wanted)
    assert kept.status_code == 303 and kept.headers["location"].endswith("told=kept")
    page = lead.get("/search").text
    (number,) = re.findall(r'href="/search/saved/(\d+)"', page)
    assert "不懂的" in page and "trainer 共享" in page
    again = lead.get(f"/search/saved/{number}")
    assert again.headers["location"] == f"/search?q={quote('不清楚')}&agent=8001"
    assert browser("own-agent").get(f"/search/saved/{number}").status_code == 404
    assert browser("inspector").submit(f"/search/saved/{number}/remove").status_code == 403
    assert lead.submit(f"/search/saved/{number}/remove").status_code == 303
    assert "不懂的" not in trainer.get("/search").text


def test_a_search_without_a_name_or_words_is_not_kept(browser: Door, home: Path) -> None:
    trainer = browser("trainer")
    for name, wanted in (("", "/search?q=x"), ("x", "/search"), ("x", "/search?y=1"), ("x", "//[")):
        assert trainer.submit("/search/saved", name=name, wanted=wanted).status_code == 422
    assert "/search/saved/" not in trainer.get("/search").text.replace('"/search/saved"', "")
