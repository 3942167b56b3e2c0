"""The API: what its owner may, with the desk's own workflow behind it, and problems in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.desk.api import entering
from pipeline.settings import Desk, Settings
from pipeline.storage import Audit, People
from pipeline.storage.tokens import Tokens
from pipeline.workflow.people import switch
from pipeline.workflow.tokens import revoke_token
from tests.desk.people import PEOPLE
from tests.desk.programs import Served, served

SCHEMA = Path(__file__).parents[2] / "docs/json-schema/score-1.json"
READERS = frozenset({"inspector-a", "inspector", "leader", "lead", "trainer", "own-agent"})
OTHERS = frozenset({"inspector-b", "other-agent"})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = served(tmp_path_factory.mktemp("api"))
    yield made
    made.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """For what changes it."""
    made = served(tmp_path)
    yield made
    made.close()


def test_a_token_tells_whose_it_is(desk: Served) -> None:
    said = desk.program("leader").get("/me").json()
    assert (said["login"], said["role"], said["teams"]) == ("leader", "leader", ["甲组"])
    assert "release" in said["may"] and "publish" not in said["may"]


@pytest.mark.parametrize("shown", ["", "Bearer x", "Bearer zhiyin_x", "Basic eDp5", "Bearer"])
def test_without_a_token_that_holds_nothing_is_told(shown: str, desk: Served) -> None:
    answer = desk.program().get("/cards", headers={"authorization": shown} if shown else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "请先登录"


def test_a_session_of_a_browser_must_not_open_it(desk: Served) -> None:
    program = desk.program()
    program.cookies.set("__Host-zhiyin", desk.tokens["lead"])
    assert program.get("/cards").status_code == 401


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_a_card_is_there_for_whom_it_is_at_the_desk(login: str, desk: Served) -> None:
    program = desk.program(login)
    status = program.get(f"/cards/{desk.cards['card']}").status_code
    listed = program.get("/cards")
    if login in READERS:
        assert status == 200
        assert desk.cards["card"] in [one["id"] for one in listed.json()["items"]]
    elif login in OTHERS:
        assert status == 404
        assert desk.cards["card"] not in [one["id"] for one in listed.json()["items"]]
    else:
        assert (status, listed.status_code) == (403, 403)


@pytest.mark.parametrize("login", ["own-agent", "other-agent"])
def test_agents_must_not_see_drafts_nor_what_the_machine_thought(login: str, desk: Served) -> None:
    program = desk.program(login)
    assert program.get(f"/cards/{desk.cards['draft']}").status_code == 404
    assert program.get("/calls").json()["items"] == [] or login == "own-agent"
    if login == "own-agent":
        card = program.get(f"/cards/{desk.cards['card']}").json()
        assert card["now"]["answers"] == [] and card["draft"]["at_stake"] == 0
        assert program.get(f"/cards/{desk.cards['card']}/marks").status_code == 403


def test_a_call_comes_as_score_json_has_it(desk: Served) -> None:
    program = desk.program("lead")
    (first, *_) = program.get("/calls").json()["items"]
    call = program.get(f"/calls/{first['id']}").json()
    schema: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    wrong = {"$ref": "#/$defs/call", "$defs": schema["$defs"]}
    assert [e.message for e in Draft202012Validator(wrong).iter_errors(call)] == []
    assert call["scorecards"] and call["turns"]
    assert program.get("/calls/999999").status_code == 404


def test_opening_a_card_or_a_call_is_one_line_of_the_record(desk: Served) -> None:
    program = desk.program("trainer")
    number = program.get("/calls").json()["items"][0]["id"]
    for path in (f"/cards/{desk.cards['card']}", f"/calls/{number}"):
        before = Audit(desk.home).latest(1)[0].number
        assert program.get(path).status_code == 200
        (line,) = (one for one in Audit(desk.home).latest(5) if one.number > before)
        assert (line.act.by, line.act.action) == ("trainer", "viewed")


def test_lists_go_on_where_their_cursor_says(desk: Served) -> None:
    program = desk.program("lead")
    for path in ("/cards", "/calls"):
        seen, cursor = [], ""
        while cursor is not None:
            page = program.get(path, params={"limit": 1, "cursor": cursor}).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == 3
    other = program.get("/cards", params={"limit": 1}).json()["next"]
    wrong = program.get("/calls", params={"cursor": other})
    assert (wrong.status_code, wrong.json()["key"]) == (422, "desk-api.cursor")


def test_filters_are_a_closed_list_of_plain_values(desk: Served) -> None:
    program = desk.program("lead")

    def found(**asked: Any) -> list[int]:
        return sorted(one["id"] for one in program.get("/cards", params=asked).json()["items"])

    cards = desk.cards
    assert found(team="乙组") == [cards["other"]]
    assert found(state="released") == [cards["card"]]
    assert found(agent="8001", state="draft") == [cards["draft"]]
    assert found(since="2026-11-21") == []
    assert program.get("/cards", params={"state": "gone"}).status_code == 422
    assert program.get("/cards", params={"below": "nan"}).status_code == 422
    narrow = desk.program("inspector-b")
    ids = [one["id"] for one in narrow.get("/cards", params={"team": "甲组"}).json()["items"]]
    assert ids == []


def test_a_card_is_marked_confirmed_released_and_read(fresh: Served) -> None:
    card, inspector = fresh.cards["draft"], fresh.program("inspector-a")
    assert inspector.get("/queue/next").json()["card"] == card
    opened = inspector.get(f"/cards/{card}").json()
    item = next(i["id"] for i in opened["draft"]["items"] if i["evidence"])
    marks = [{"kind": "hit", "item": item, "hit": 0, "says": "rejected", "reason": "quoted"}]
    now = inspector.post(f"/cards/{card}/marks", json={"version": 0, "marks": marks}).json()
    assert (now["version"], now["standing"]) == (1, "draft")
    now = inspector.post(f"/cards/{card}/confirm", json={"version": 1}).json()
    assert now["standing"] == "confirmed"
    assert inspector.post(f"/cards/{card}/release", json=now).status_code == 403
    lead, agent = fresh.program("leader"), fresh.program("own-agent")
    now = lead.post(f"/cards/{card}/release", json={"version": now["version"]}).json()
    done = agent.post(f"/cards/{card}/acknowledge", json={"version": now["version"]})
    assert done.json()["standing"] == "acknowledged"
    listed = fresh.program("lead").get(f"/cards/{card}/marks").json()["items"]
    assert [one["kind"] for one in listed] == ["hit", "step", "step", "step"]


def test_the_second_to_save_gets_the_difference_and_overwrites_nothing(fresh: Served) -> None:
    card = fresh.cards["draft"]
    comment = {"version": 0, "marks": [{"kind": "comment", "text": "先到"}]}
    assert fresh.program("inspector").post(f"/cards/{card}/marks", json=comment).status_code == 200
    late = fresh.program("lead").post(f"/cards/{card}/marks", json=comment)
    said = late.json()
    assert late.status_code == 409 and said["status"] == 409
    assert late.headers["content-type"] == "application/problem+json"
    assert [one["text"] for one in said["since"]] == ["先到"]
    assert said["state"]["version"] == 1
    (only,) = fresh.program("lead").get(f"/cards/{card}/marks").json()["items"]
    assert only["by"] == "inspector"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"version": -1},
        {"version": "x"},
        {"version": 0, "marks": []},
        {"version": 0, "marks": [{"kind": "hit", "item": "nothing", "says": "upheld"}]},
        {"version": 0, "marks": [{"kind": "comment", "text": "x" * 10_000}]},
    ],
)
def test_what_makes_no_sense_is_refused(sent: dict[str, Any], desk: Served) -> None:
    answer = desk.program("lead").post(f"/cards/{desk.cards['draft']}/marks", json=sent)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_figures_nights_failures_rules_and_the_workbook_are_there(desk: Served) -> None:
    lead = desk.program("lead")
    assert lead.get("/figures", params={"since": "2026-11-01"}).json()["confirmed"] == 1
    assert lead.get("/figures?since=2026-12-01&until=2026-11-01").status_code == 422
    assert lead.get("/nights").json()["recordings"]["done"]
    assert lead.get("/failures").json() == {"items": [], "total": 0}
    assert lead.post("/failures/retry", json={"recording": None}).json() == {"waiting": 0}
    assert lead.get("/rules/versions").json() == {"items": []}
    assert lead.get("/rules/versions/1").status_code == 404
    rules = lead.get("/rules").json()
    telecom = next(one for one in rules["templates"] if one["name"] == "telecom-inbound")
    forbidden = next(one for one in telecom["items"] if one["id"] == "forbidden")
    assert "forbidden" in forbidden["lexicons"] and any("不许" in r for r in forbidden["rule"])
    taken = lead.get("/export", params={"since": "2026-11-01"})
    assert taken.content[:2] == b"PK" and "xlsx" in taken.headers["content-disposition"]
    assert desk.program("manager").get("/figures").status_code == 200
    assert desk.program("inspector").get("/figures").status_code == 403


def test_a_program_may_not_ask_too_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(entering.time, "monotonic", lambda: now[0])
    made = served(tmp_path, Settings(desk=Desk(requests_per_minute=3)))
    lead = made.program("lead")
    assert [lead.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert 1 <= int(lead.get("/me").headers["retry-after"]) <= 61
    assert made.program("trainer").get("/me").status_code == 200, "another token"
    now[0] += 61
    assert lead.get("/me").status_code == 200
    made.close()


def test_a_revoked_token_or_a_shut_out_owner_opens_nothing(fresh: Served) -> None:
    with People(fresh.home) as people, Tokens(fresh.home) as tokens:
        revoke_token(tokens, people, "lead", "test", "test")
        switch(people, "trainer", disabled=True, by="test")
    assert fresh.program("lead").get("/me").status_code == 401
    assert fresh.program("trainer").get("/me").status_code == 401


def test_the_document_says_all_of_it_and_loads_nothing(desk: Served) -> None:
    said = desk.program().get("/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    assert {"/calls/{call}", "/cards/{card}/confirm", "/failures/retry"} <= set(said["paths"])
    assert said["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for name, methods in said["paths"].items():
        for method, one in methods.items():
            assert one["description"], (name, method)
            assert "HTTPValidationError" not in json.dumps(one)
    assert desk.program().get("/docs").status_code == 404
