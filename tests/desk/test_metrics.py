"""What watches the desk is told counts and times; nobody else, and no names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.refusal import Refusal
from pipeline.storage.card_sums import CardSums
from tests.desk.conftest import ADDRESS
from tests.desk.people import PEOPLE
from tests.desk.programs import Served, served

HERE = ("127.0.0.1", 40_000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = served(tmp_path_factory.mktemp("metrics"))
    yield made
    made.close()


def asked(desk: Served, client: tuple[str, int] = HERE, **headers: str) -> tuple[int, str]:
    answer = TestClient(desk.app, base_url=ADDRESS, client=client, headers=headers).get("/metrics")
    return answer.status_code, answer.text


def test_it_counts_cards_requests_and_what_waits(desk: Served) -> None:
    lead = desk.program("lead")
    lead.get(f"/cards/{desk.cards['draft']}")
    lead.get("/cards/999999")
    status, said = asked(desk)
    assert status == 200
    assert 'zhiyin_cards{state="draft"} 2.0' in said
    assert 'zhiyin_cards{state="released"} 1.0' in said
    waiting = lead.get("/queue").json()["total"]
    assert waiting and f"zhiyin_queue_cards {waiting}.0" in said
    age = next(line for line in said.splitlines() if line.startswith("zhiyin_queue_oldest"))
    assert float(age.split()[1]) > 86_400
    assert 'zhiyin_recordings{outcome="speech",state="done"} 3.0' in said
    route = 'method="GET",route="/api/v1/cards/{card}"'
    assert f'zhiyin_desk_requests_total{{{route},status="200"}} 1.0' in said
    assert f'zhiyin_desk_requests_total{{{route},status="404"}} 1.0' in said
    assert 'zhiyin_desk_request_seconds_bucket{le="0.2",route="/api/v1/cards/{card}"}' in said


def test_what_is_no_route_is_counted_as_one(desk: Served) -> None:
    browser = TestClient(desk.app, base_url=ADDRESS)
    for path in ("/a", "/b", "/cards/1/nothing/at/all", "/static/nothing.js"):
        browser.get(path)
    _, said = asked(desk)
    routes = {line.partition('route="')[2].partition('"')[0] for line in said.splitlines()}
    assert not {"/a", "/b", "/cards/1/nothing/at/all"} & routes
    assert "?" in routes


def test_it_holds_no_names(desk: Served) -> None:
    _, said = asked(desk)
    for name in (*PEOPLE, "甲组", "8001", str(desk.home)):
        assert f'"{name}"' not in said


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("10.0.0.9", 1), {}),
        (("127.0.0.1", 1), {"x-forwarded-for": "127.0.0.1"}),
        (("127.0.0.1", 1), {"via": "1.1 proxy"}),
        (("testclient", 1), {}),
        (("10.0.0.9", 1), {"authorization": "Bearer zhiyin_x"}),
    ],
)
def test_from_elsewhere_it_must_not_be_read(
    client: tuple[str, int], headers: dict[str, str], desk: Served
) -> None:
    assert asked(desk, client, **headers)[0] == 401


def test_from_elsewhere_a_token_opens_it_to_who_may_see_the_desks_health(desk: Served) -> None:
    def of(login: str) -> int:
        return asked(desk, ("10.0.0.9", 1), authorization=f"Bearer {desk.tokens[login]}")[0]

    assert {login for login in PEOPLE if of(login) == 200} == {"lead", "admin"}


def test_it_is_told_though_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Refusal("storage.locked")

    made = served(tmp_path)
    monkeypatch.setattr(CardSums, "read", away)
    status, said = asked(made)
    assert (status, "zhiyin_desk_requests" in said, "zhiyin_cards" in said) == (200, True, False)
    made.close()
