"""An agent's own cards: what they are told, in what order, and that nobody else's is among it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.scoring.review import Mark, Marking, Span, View
from pipeline.settings import Reviewing
from pipeline.storage import Audit
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser
from tests.desk.people import PEOPLE

Door = Callable[[str], Browser]


def reject(item: str, hit: int | None) -> Mark:
    return Mark(kind=Marking.HIT, by="", item=item, hit=hit, says=View.REJECTED, reason="context")


def told(home: Path, name: str, *marks: Mark, day: int = 0, release: bool = True) -> int:
    """A call of the agent 8001, confirmed with these marks."""
    started = f"{date.today() - timedelta(days=day)}T09:00:00"
    call = replace(BAD, about=replace(BAD.about, started=started))
    card = keep(home, call, name, sound="none")
    lead = PEOPLE["lead"]
    with Reviews(home) as reviews:
        version = 0
        if marks:
            version = reviewing.mark(reviews, lead, card, 0, marks).version
        version = reviewing.confirm(reviews, lead, card, version, Reviewing()).version
        if release:
            reviewing.release(reviews, lead, card, version)
    return card


@pytest.fixture
def card(home: Path) -> int:
    comment = Mark(
        kind=Marking.COMMENT, by="", text="语气很好，先问候会更好", span=Span(start=3, end=4)
    )
    return told(home, "first", reject("taboo", 0), comment)


def test_what_waits_is_opened_with_praise_problems_and_words_of_the_inspector(
    browser: Door, card: int
) -> None:
    page = browser("own-agent").get("/my").text
    assert "<b>1</b> 张等您确认已阅" in page
    problems = page.split("要改进的")[1]
    assert "✗ 开头是否问候" in problems and "−5" in problems
    assert "语气很好，先问候会更好" in page
    assert f'href="/cards/{card}#t=' in page


def test_what_a_person_heard_and_the_machine_not_stands_like_the_rest(
    browser: Door, home: Path
) -> None:
    said = Mark(
        kind=Marking.MISSED,
        by="",
        item="promise",
        span=Span(start=10.4, end=12, turn=2, first=0, last=4),
    )
    card = told(home, "missed", said)
    page = browser("own-agent").get(f"/my/{card}").text
    promise = page.split("✗ 是否随意承诺")[1].split("</li>")[0]
    assert "<q>这个我不</q>" in promise and f"/cards/{card}#t=10.4" in promise
    assert "lead" not in page.split("<main")[1]


def test_what_was_done_well_is_said(browser: Door, home: Path) -> None:
    card = keep(home, GOOD, "good", sound="none")
    with Reviews(home) as reviews:
        saved = reviewing.confirm(reviews, PEOPLE["lead"], card, 0, Reviewing())
        reviewing.release(reviews, PEOPLE["lead"], card, saved.version)
    page = browser("other-agent").get("/my").text
    assert "✓ 开头是否问候" in page.split("没有问题的项目")[1]


def test_what_people_rejected_must_not_be_held_against_the_agent(browser: Door, card: int) -> None:
    page = browser("own-agent").get(f"/my/{card}").text
    forbidden = page.split("✗ 是否说了禁语")[1].split("</li>")[0]
    assert "<q>不清楚" not in forbidden and "<q>不是我们部门" in forbidden


def test_reading_is_acknowledged_once_and_on_record(browser: Door, home: Path, card: int) -> None:
    agent = browser("own-agent")
    version = re.search(r'name="version" value="(\d+)"', agent.get("/my").text)
    assert version
    answer = agent.submit(f"/my/{card}", version=version[1])
    assert answer.headers["location"] == "/my?said=1"
    page = agent.get("/my?said=1").text
    assert "已记录：您已阅" in page and "都已阅" in page
    actions = [line.act.action for line in Audit(home).latest(10)]
    assert actions.count("acknowledged") == 1 and "viewed" in actions
    assert agent.submit(f"/my/{card}", version=version[1]).status_code in (303, 422)


def test_the_oldest_that_waits_comes_first(browser: Door, home: Path, card: int) -> None:
    older = told(home, "older", day=3)
    page = browser("own-agent").get("/my").text
    assert f'id="own-{older}"' in page and f'id="own-{card}"' not in page
    assert page.index(f'href="/my/{card}"') < page.index(f'href="/my/{older}"')


def test_what_is_not_released_or_not_theirs_must_not_show(browser: Door, home: Path) -> None:
    hidden = told(home, "kept-back", release=False)
    other = keep(home, GOOD, "other", sound="none")
    page = browser("own-agent").get("/my").text
    assert "还没有发布给您的评分单" in page and "kept-back" not in page and "other" not in page
    for card in (hidden, other, 999):
        assert browser("own-agent").get(f"/my/{card}").status_code == 404
        assert browser("own-agent").submit(f"/my/{card}", version="1").status_code == 404
    assert browser("inspector").get("/my").status_code == 403


def test_the_trend_has_the_number_of_cards_of_each_month(
    browser: Door, home: Path, card: int
) -> None:
    told(home, "second", day=40)
    page = browser("own-agent").get("/my").text
    months = re.findall(
        r'<th scope="row">(\d{4}-\d\d)</th><td><b>([\d.]+)%</b>.*?<td class="num">(\d+)', page
    )
    assert len(months) == 2 and all(n == "1" for _, _, n in months)
    assert page.count('r="5"/>') == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 20])
def test_pages_that_are_none_are_refused(browser: Door, number: str) -> None:
    assert browser("own-agent").get(f"/my?number={number}").status_code == 422
