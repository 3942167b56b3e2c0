"""What the call page sends becomes marks; what somebody else did first is told, not overwritten."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.scoring.review import Standing
from pipeline.storage import Audit
from pipeline.storage.reviews import Reviews
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser
from tests.report.made import HOSTILE
from tests.talk import talk

JSON = {"accept": "application/json"}
UPHELD = {"kind": "hit", "item": "promise", "hit": 0, "says": "upheld"}
REJECTED = {**UPHELD, "says": "rejected", "reason": "context"}
SECRET = "这句话不进操作记录"


@pytest.fixture
def card(home: Path) -> int:
    return keep(home, BAD, "bad", sound="none")


@pytest.fixture
def inspector(browser: Callable[..., Browser], card: int) -> Browser:
    return browser("inspector")


def send(who: Browser, card: int, path: str, **body: Any) -> Any:
    headers = {**JSON, "x-csrf-token": who.token()}
    return who.post(f"/cards/{card}/{path}", json=body, headers=headers)


def mark(who: Browser, card: int, version: int, *marks: dict[str, Any]) -> Any:
    return send(who, card, "marks", version=version, marks=list(marks))


def data_of(page: str) -> Any:
    """What the page's script is given."""
    found = re.search(r'id="call-data">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def standing(home: Path, card: int) -> Standing:
    with Reviews(home) as reviews:
        review = reviews.read(card)
        assert review
        return review.standing


def test_a_mark_is_saved_and_the_score_follows(inspector: Browser, card: int) -> None:
    before = mark(inspector, card, 0, UPHELD).json()
    after = mark(inspector, card, 1, REJECTED).json()
    assert (before["version"], after["version"]) == (1, 2)
    assert after["items"]["promise"]["verdict"] == "pass"
    assert after["total"] > before["total"]
    (answer,) = after["answers"]
    assert (answer["says"], answer["reason"], answer["by"]) == ("rejected", "context", "inspector")
    assert after["mine"]["number"] == 2


def test_who_comes_second_is_told_what_was_done_and_overwrites_nothing(
    inspector: Browser, browser: Callable[..., Browser], card: int
) -> None:
    mark(browser("lead"), card, 0, REJECTED)
    answer = mark(inspector, card, 0, UPHELD)
    assert answer.status_code == 409
    told = answer.json()
    assert [(one["by"], one["says"]) for one in told["since"]] == [("lead", "rejected")]
    assert told["state"]["version"] == 1
    assert told["state"]["answers"][0]["by"] == "lead"
    assert mark(inspector, card, 1, UPHELD).json()["answers"][0]["says"] == "upheld"


def test_undo_takes_back_ones_own_and_the_confirmation_too(
    inspector: Browser, home: Path, card: int
) -> None:
    mark(inspector, card, 0, UPHELD)
    assert send(inspector, card, "undo", version=1).json()["answers"] == []
    done = send(inspector, card, "confirm", version=2).json()
    assert (done["standing"], standing(home, card)) == ("confirmed", Standing.CONFIRMED)
    assert mark(inspector, card, done["version"], UPHELD).status_code == 422
    back = send(inspector, card, "undo", version=done["version"]).json()
    assert (back["standing"], standing(home, card)) == ("draft", Standing.DRAFT)


def test_a_released_card_is_read_and_acknowledged_by_its_agent_alone(
    inspector: Browser, browser: Callable[..., Browser], card: int
) -> None:
    agent, lead = browser("own-agent"), browser("lead")
    assert agent.get(f"/cards/{card}").status_code == 404
    note = {"kind": "comment", "text": "请先问候", "span": {"start": 1, "end": 1}}
    version = mark(inspector, card, 0, REJECTED, note).json()["version"]
    version = send(inspector, card, "confirm", version=version).json()["version"]
    assert send(inspector, card, "release", version=version).status_code == 403
    version = send(lead, card, "release", version=version).json()["version"]
    page = agent.get(f"/cards/{card}").text
    assert 'data-does="acknowledge"' in page
    assert [one["text"] for one in data_of(page)["state"]["comments"]] == ["请先问候"]
    told = send(agent, card, "acknowledge", version=version).json()
    assert told["standing"] == "acknowledged"
    assert browser("other-agent").get(f"/cards/{card}").status_code == 404


def test_an_agent_must_not_see_what_the_machine_thought(
    inspector: Browser, browser: Callable[..., Browser], card: int
) -> None:
    version = mark(inspector, card, 0, REJECTED).json()["version"]
    version = send(inspector, card, "confirm", version=version).json()["version"]
    send(browser("lead"), card, "release", version=version)
    page = browser("own-agent").get(f"/cards/{card}").text
    for internal in ('class="side machine"', "data-view=", "data-answer=", "small 1"):
        assert internal not in page, internal
    data = data_of(page)
    assert (data["state"]["answers"], data["state"]["mine"]) == ([], None)
    assert "promise" not in {claim["item"] for claim in data["claims"]}
    assert {one["id"]: one["machine"] for one in data["items"]}["promise"] == "pass"
    assert "包证退费" not in re.sub(r'<ol class="turns".*?</ol>', "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    "body",
    [
        {"version": -1, "marks": [UPHELD]},
        {"version": 0, "marks": []},
        {"version": 0, "marks": [UPHELD] * 201},
        {"version": 0, "marks": [{**UPHELD, "kind": "step", "says": "released"}]},
        {"version": 0, "marks": [{**UPHELD, "kind": "undo"}]},
        {"version": 0, "marks": [{**UPHELD, "item": "no-such-item"}]},
        {"version": 0, "marks": [{**UPHELD, "hit": 99}]},
        {"version": 0, "marks": [{**UPHELD, "says": "perhaps"}]},
        {"version": 0, "marks": [{**UPHELD, "span": {"start": 1, "end": "Infinity"}}]},
        {"version": 0, "marks": [{"kind": "comment", "text": "长" * 4001}]},
        {},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    inspector: Browser, home: Path, card: int, body: dict[str, Any]
) -> None:
    assert send(inspector, card, "marks", **body).status_code == 422
    with Reviews(home) as reviews:
        review = reviews.read(card)
        assert review and review.version == 0


def test_who_marks_cannot_mark_for_another(inspector: Browser, card: int) -> None:
    told = mark(inspector, card, 0, {**UPHELD, "by": "lead", "number": 7, "at": 1}).json()
    assert [(one["by"], one["number"]) for one in told["answers"]] == [("inspector", 1)]


def test_those_who_look_at_once_see_each_other(
    inspector: Browser, browser: Callable[..., Browser], card: int
) -> None:
    assert send(inspector, card, "looking").json() == {"others": []}
    assert send(browser("lead"), card, "looking").json() == {"others": ["inspector"]}
    assert send(inspector, card, "looking").json() == {"others": ["lead"]}


def test_the_next_card_is_told_to_scripts_and_shown_to_readers(
    inspector: Browser, home: Path, card: int
) -> None:
    other = keep(home, BAD, "other", sound="none")
    assert inspector.get("/next", params={"after": card}, headers=JSON).json() == {"card": other}
    led = inspector.get("/next", params={"after": card})
    assert (led.status_code, led.headers["location"]) == (303, f"/cards/{other}")


def test_a_page_without_a_card_is_not_there(inspector: Browser) -> None:
    assert inspector.get("/cards/999999").status_code == 404
    assert send(inspector, 999999, "marks", version=0, marks=[UPHELD]).status_code == 404
    assert inspector.get("/cards/1%20or%201").status_code == 422


def test_views_and_marks_are_on_record_without_a_word(
    inspector: Browser, home: Path, card: int
) -> None:
    inspector.get(f"/cards/{card}")
    comment = {"kind": "comment", "text": SECRET, "span": {"start": 1, "end": 1}}
    mark(inspector, card, 0, {**REJECTED, "reason": SECRET}, comment)
    lines = Audit(home).latest(10)
    actions = {line.act.action for line in lines if line.act.target == str(card)}
    assert actions == {"viewed", "marked"}
    assert SECRET not in repr(lines)
    assert "不清楚" not in repr(lines)


def test_hostile_words_are_shown_as_words(browser: Callable[..., Browser], home: Path) -> None:
    ugly = replace(talk(f"坐席 1.0 {HOSTILE}", "坐席 9.0 我不知道", duration=12), about=GOOD.about)
    card = keep(home, ugly, "<img src=x onerror=alert(2)>", sound="none")
    inspector = browser("inspector")
    mark(inspector, card, 0, {"kind": "comment", "text": HOSTILE, "span": None})
    page = inspector.get(f"/cards/{card}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
