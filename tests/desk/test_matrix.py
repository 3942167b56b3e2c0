"""S2: every route, asked by everybody: who may is answered, others are not, on record."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.call import Interval
from pipeline.desk.app import create_app
from pipeline.desk.cookies import SESSION, VISIT, csrf_token
from pipeline.settings import Audio, Reviewing, Settings
from pipeline.storage import Act, Audit, People, Store
from pipeline.storage.case_records import Notes, Quality
from pipeline.storage.cases import Cases
from pipeline.storage.reviews import Reviews
from pipeline.workflow import cases, playlists
from pipeline.workflow.people import hashed
from pipeline.workflow.reviewing import confirm, release
from tests.desk import calls
from tests.desk.conftest import ADDRESS
from tests.desk.matrix import ANYBODY, ROWS, Row
from tests.desk.people import PEOPLE, let_everybody_in
from tests.desk.routes import routes

JSON = {"accept": "application/json"}


@dataclass(frozen=True)
class Desk:
    """A desk with two cards, and what each person's browser shows."""

    app: FastAPI
    home: Path
    cards: Mapping[str, int]
    tokens: Mapping[str, str]
    portal: BlockingPortal
    """Where all are answered: it takes longer to open one than to answer."""

    def ask(self, row: Row, login: str) -> int:
        """The status that somebody gets."""
        token = self.tokens[login]
        cookies = {SESSION if login else VISIT: token}
        key = csrf_token(self.app.state.place.key, token)
        headers = {**JSON, **row.headers, "x-csrf-token": key}
        client = TestClient(self.app, base_url=ADDRESS, headers=headers, cookies=cookies)
        client.portal = self.portal
        sent = {"json": row.body} if row.body is not None else {"data": row.form or None}
        method = row.asks.split(" ")[0]
        path = row.path.format(**self.cards)
        more = {} if method in ("GET", "HEAD") else sent
        return client.request(method, path, follow_redirects=False, **more).status_code  # type: ignore[arg-type]

    def enter(self, login: str) -> str:
        """A session of somebody's."""
        people = self.app.state.place.open(People)
        person = people.named(login)
        people.open_session(hashed(f"of-{login}"), person, Act(login, "logged-in", login))
        return f"of-{login}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("matrix")
    let_everybody_in(home)
    cards = {name: calls.keep(home, calls.BAD, name) for name in ("card", "draft")}
    with Reviews(home) as reviews:
        lead = PEOPLE["lead"]
        saved = confirm(reviews, lead, cards["card"], 0, Reviewing())
        release(reviews, lead, cards["card"], saved.version)
        cards["recording"] = reviews.listed(cards["card"]).recording_id  # type: ignore[union-attr]
    with Cases(home) as library, Store(home) as store:
        held = cases.Held(cases=library, store=store, home=home, audio=Audio())
        notes = Notes(title="例", quality=Quality.BAD)
        cards["case"] = cases.make(held, lead, cards["recording"], Interval(1, 12), notes)
        cards["playlist"] = playlists.begin_playlist(library, lead, "单")
        playlists.put_in(library, lead, cards["playlist"], cards["case"])
    app = create_app(home, Settings())
    with start_blocking_portal() as portal:
        made = Desk(app, home, cards, {"": "nobody's visit"}, portal)
        entered = {login: made.enter(login) for login in PEOPLE}
        yield replace(made, tokens={**made.tokens, **entered})
    app.state.place.close()


def test_every_route_is_in_the_table_and_every_row_is_a_route(desk: Desk) -> None:
    there = {f"{method} {path}" for method, path in routes(desk.app)}
    assert there == {row.asks for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.asks} {row.path}")
def test_who_may_is_answered_and_nobody_else(desk: Desk, row: Row) -> None:
    allowed = row.answers if isinstance(row.answers, tuple) else (row.answers,)
    wrong = {}
    for login in sorted(ANYBODY, key=lambda one: one in row.who):
        expected = allowed if login in row.who else (_refusal(row, login),)
        if login and row.asks == "POST /logout":
            continue  # it would end the session that the other rows ask with; test_login has it
        if (got := desk.ask(row, login)) not in expected:
            wrong[login or "nobody"] = (got, expected)
    assert not wrong


def _refusal(row: Row, login: str) -> int:
    if not login:
        return 401
    return 404 if login in row.hidden else row.others


def test_who_is_refused_is_on_record(desk: Desk) -> None:
    row = next(row for row in ROWS if row.asks == "GET /people")
    before = Audit(desk.home).latest(1)[0].number
    assert desk.ask(row, "manager") == 403
    act = Audit(desk.home).latest(1)[0]
    assert (act.number, act.act.by, act.act.action) == (before + 1, "manager", "refused")
    assert act.act.target == "/people"


def test_who_asks_for_what_is_hidden_is_on_record(desk: Desk) -> None:
    row = next(row for row in ROWS if row.asks == "GET /cards/{card}")
    assert desk.ask(row, "inspector-b") == 404
    act = Audit(desk.home).latest(1)[0].act
    assert (act.by, act.action) == ("inspector-b", "refused")


@pytest.mark.parametrize(
    "path", ["/cards/0", "/cards/999999", "/cards/-1", "/cards/99999999999999999999999"]
)
def test_cards_that_are_not_there_are_answered_like_those_of_others(desk: Desk, path: str) -> None:
    row = Row(asks="GET /cards/{card}", path=path, who=frozenset())
    assert desk.ask(row, "inspector-b") in (404, 422)


@pytest.mark.parametrize("path", ["/cards/a", "/cards/1;1", "/cards/%2e%2e", "/cards/1%00"])
def test_what_is_no_number_is_no_card(desk: Desk, path: str) -> None:
    row = Row(asks="GET /cards/{card}", path=path, who=frozenset())
    assert desk.ask(row, "lead") in (404, 422)


@pytest.mark.parametrize(
    "filters",
    ["agent__user__password=x", "agent=8002&team=%E4%B9%99%E7%BB%84", "team='%20OR%201=1"],
)
def test_no_filter_opens_what_is_not_theirs(desk: Desk, filters: str) -> None:
    row = Row(asks="GET /cards/{card}", path=f"/cards/{{card}}?{filters}", who=frozenset())
    assert desk.ask(row, "inspector-b") == 404


@pytest.mark.parametrize("odd", [str(10**23), str(2**31), "-1", "1e3", "%00"])
def test_odd_numbers_in_addresses_break_nothing(desk: Desk, odd: str) -> None:
    """Larger than a database has them, and what is a number to some and not to others."""
    numbered = {row.asks: row for row in ROWS if "{" in row.asks and row.who - {""}}
    broken = []
    for asks, row in numbered.items():
        path = re.sub(r"\{\w+\}", odd, asks.split(" ")[1])
        if desk.ask(replace(row, path=path), min(row.who - {""})) >= 500:
            broken.append(asks)
    assert not broken
