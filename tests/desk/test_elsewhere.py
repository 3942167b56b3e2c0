"""Coming in by what others say: an OpenID Connect provider that listens, and a proxy's header."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pipeline.desk.app import create_app
from pipeline.desk.cookies import PENDING, SESSION
from pipeline.refusal import Refusal
from pipeline.settings import Desk, Settings
from pipeline.storage import Audit, People
from pipeline.workflow.people import renew, switch
from tests.desk.conftest import ADDRESS, READER, Browser
from tests.desk.provider import CLIENT, SECRET, Provider, provider

Enter = Callable[..., tuple[Browser, httpx.Response]]


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def away(there: Provider) -> Iterator[Provider]:
    there.login, there.spoils = "lead", ""
    there.asked.clear()
    yield there
    there.spoils = ""


def desk_of(one: Provider) -> Desk:
    reach = (f"127.0.0.1:{one.port}",)
    return Desk(oidc_issuer=one.issuer, oidc_client=CLIENT, oidc_secret=SECRET, reach=reach)


@contextmanager
def at(home: Path, desk: Desk, client: str = "127.0.0.1") -> Iterator[Browser]:
    app = create_app(home, replace(Settings(), desk=desk))
    told = {"headers": READER, "follow_redirects": False, "client": (client, 50000)}
    yield Browser(app, base_url=ADDRESS, **told)  # type: ignore[arg-type]
    app.state.place.close()


def come_back(one: Browser, away: Provider, **instead: str) -> httpx.Response:
    """To the provider, and back with what it says."""
    gone = one.get("/login/oidc?wanted=/people")
    assert gone.status_code == 303
    state, code = away.authorize(gone.headers["location"])
    return one.get("/login/oidc/back", params={"state": state, "code": code} | instead)


def test_who_is_in_the_list_comes_in_by_the_provider(home: Path, away: Provider) -> None:
    with at(home, desk_of(away)) as one:
        assert "/login/oidc" in one.get("/login").text
        back = come_back(one, away)
        assert (back.status_code, back.headers["location"]) == (303, "/people")
        assert one.get("/people").status_code == 403  # in, and a lead
        act = Audit(home).latest(2)[1].act
        assert (act.by, act.action, act.details["way"]) == ("lead", "logged-in", "oidc")
        assert PENDING not in one.cookies


@pytest.mark.parametrize("who", ["stranger", "disabled"])
def test_who_is_not_in_the_list_or_shut_out_must_not_come_in(
    home: Path, away: Provider, who: str
) -> None:
    if who == "disabled":
        with People(home) as people:
            switch(people, "lead", True, "admin")
    else:
        away.login = "stranger"
    with at(home, desk_of(away)) as one:
        back = come_back(one, away)
        assert back.status_code == 401 and SESSION not in one.cookies
        assert 'role="alert"' in back.text


@pytest.mark.parametrize(
    "spoilt",
    [
        *("audience", "token-issuer", "late", "nonce", "no-nonce", "signature", "unsigned"),
        *("symmetric", "nobody", "elsewhere"),
    ],
)
def test_a_word_that_does_not_fit_in_every_respect_lets_nobody_in(
    home: Path, away: Provider, spoilt: str
) -> None:
    away.spoils = spoilt
    with at(home, desk_of(away)) as one:
        back = come_back(one, away)
        assert back.status_code == 401 and SESSION not in one.cookies


@pytest.mark.parametrize("spoilt", ["issuer", "redirect"])
def test_a_provider_that_is_another_or_sends_us_on_is_not_asked_further(
    home: Path, away: Provider, spoilt: str
) -> None:
    away.spoils = spoilt
    with at(home, desk_of(away)) as one:
        assert one.get("/login/oidc").status_code == 401
        assert len(away.asked) == 1


@pytest.mark.parametrize("instead", [{"state": "x"}, {"code": "x"}, {"code": ""}, {"error": "no"}])
def test_a_return_that_nobody_set_out_for_is_refused(
    home: Path, away: Provider, instead: dict[str, str]
) -> None:
    with at(home, desk_of(away)) as one:
        assert come_back(one, away, **instead).status_code == 401
        assert SESSION not in one.cookies


def test_another_browsers_return_is_refused(home: Path, away: Provider) -> None:
    with at(home, desk_of(away)) as one, at(home, desk_of(away)) as victim:
        state, code = away.authorize(one.get("/login/oidc").headers["location"])
        back = victim.get("/login/oidc/back", params={"state": state, "code": code})
        assert back.status_code == 401 and SESSION not in victim.cookies
        victim.cookies.set(PENDING, "e30.forged", domain="127.0.0.1", path="/")
        back = victim.get("/login/oidc/back", params={"state": state, "code": code})
        assert back.status_code == 401


def test_a_return_works_once(home: Path, away: Provider) -> None:
    with at(home, desk_of(away)) as one:
        gone = one.get("/login/oidc")
        state, code = away.authorize(gone.headers["location"])
        kept = one.cookies[PENDING]
        assert one.get("/login/oidc/back", params={"state": state, "code": code}).status_code == 303
        one.submit("/logout")
        one.cookies.set(PENDING, kept, domain="127.0.0.1", path="/")
        again = one.get("/login/oidc/back", params={"state": state, "code": code})
        assert again.status_code == 401


def test_an_unused_one_time_password_is_worth_nothing_once_its_owner_came_in_so(
    home: Path, away: Provider
) -> None:
    with People(home) as people:
        password = renew(people, "lead", "admin")
    with at(home, desk_of(away)) as one:
        assert come_back(one, away).headers["location"] == "/people"
        assert "password-dropped" in [line.act.action for line in Audit(home).latest(3)]
        one.submit("/logout")
        assert one.submit("/login", login="lead", password=password).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"oidc_client": ""}, "desk.oidc-client"),
        ({"reach": ()}, "desk.not-reached"),
        ({"oidc_issuer": "http://login.example.com"}, "desk.not-reached"),
    ],
)
def test_settings_that_do_not_fit_are_refused_at_the_start(
    home: Path, away: Provider, wrong: dict[str, object], key: str
) -> None:
    with pytest.raises(Refusal) as refused:
        create_app(home, replace(Settings(), desk=replace(desk_of(away), **wrong)))  # type: ignore[arg-type]
    assert refused.value.reason.key == key


PROXY = Desk(proxies=("10.1.0.0/24",), proxy_header="X-Remote-User")
SAYS = {"x-remote-user": "Lead"}


def test_a_listed_proxy_says_who_it_is(home: Path) -> None:
    with at(home, PROXY, client="10.1.0.7") as one:
        sent = one.get("/people", headers=SAYS)
        assert sent.headers["location"] == "/login?wanted=%2Fpeople"
        entered = one.get(sent.headers["location"], headers=SAYS)
        assert (entered.status_code, entered.headers["location"]) == (303, "/people")
        assert one.get("/people", headers=SAYS).status_code == 403
        assert Audit(home).latest(2)[1].act.details["way"] == "proxy"


@pytest.mark.parametrize("client", ["10.2.0.7", "127.0.0.1", "testclient", "::1"])
def test_nobody_else_is_believed(home: Path, client: str) -> None:
    with at(home, PROXY, client=client) as one:
        assert one.get("/people", headers=SAYS).status_code == 401
        assert one.get("/login", headers=SAYS).status_code == 200


def test_without_the_setting_the_header_says_nothing(home: Path) -> None:
    with at(home, Desk(proxies=("10.1.0.7",)), client="10.1.0.7") as one:
        assert one.get("/login", headers=SAYS).status_code == 200


@pytest.mark.parametrize("who", ["stranger", ""])
def test_a_proxy_lets_in_nobody_who_is_not_in_the_list(home: Path, who: str) -> None:
    with at(home, PROXY, client="10.1.0.7") as one:
        answer = one.get("/login", headers={"x-remote-user": who})
        assert answer.status_code == (401 if who else 200) and SESSION not in one.cookies


def test_what_a_proxy_lets_through_beside_its_own_word_is_not_believed(home: Path) -> None:
    with at(home, PROXY, client="10.1.0.7") as one:
        twice = httpx.Headers([("x-remote-user", "admin"), ("x-remote-user", "lead")])
        assert one.get("/login", headers=twice).status_code in (200, 401)
        assert SESSION not in one.cookies


def test_a_session_ends_where_the_proxy_names_somebody_else(home: Path) -> None:
    with at(home, PROXY, client="10.1.0.7") as one:
        one.get("/login", headers=SAYS)
        assert one.get("/password", headers=SAYS).status_code == 200
        changed = one.get("/password", headers={"x-remote-user": "admin"})
        assert changed.headers["location"].startswith("/login")


def test_only_listed_proxies_say_where_somebody_comes_from(home: Path) -> None:
    told = {"x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.1.0.8", "x-forwarded-proto": "https"}
    desk = replace(PROXY, hosts=("desk.example.com",))
    for client, expected in (("10.1.0.7", "203.0.113.9"), ("10.2.0.7", "10.2.0.7")):
        app = create_app(home, replace(Settings(), desk=desk))
        one = Browser(
            app,
            base_url="http://desk.example.com",
            headers={**READER, **told},
            client=(client, 1),
            follow_redirects=False,
        )
        page = one.get("/login")
        assert ("strict-transport-security" in page.headers) == (client == "10.1.0.7")
        from pipeline.desk.cookies import VISIT, csrf_token

        cookie = page.headers["set-cookie"].split("=", 1)[1].split(";")[0]
        form = {"login": "lead", "password": "x", "csrf": csrf_token(app.state.place.key, cookie)}
        answer = one.post("/login", data=form, headers={"cookie": f"{VISIT}={cookie}"})
        assert answer.status_code == 401
        from sqlalchemy import text

        from pipeline.storage.database import open_database

        engine = open_database(home)
        with engine.connect() as connection:
            latest = "SELECT address FROM refused_login ORDER BY at DESC LIMIT 1"
            assert connection.execute(text(latest)).scalar() == expected
        engine.dispose()
        app.state.place.close()
