"""S4: nobody else's page may change anything; cookies are this host's alone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.desk.app import create_app
from pipeline.desk.forgery import OWN_TOKENS, SAFE
from pipeline.settings import Settings
from pipeline.storage import People
from tests.desk.conftest import ADDRESS, Browser
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.routes import routes


def changing(tmp: Path) -> Iterator[tuple[str, str]]:
    """Every way to change something with a cookie."""
    for method, path in routes(create_app(tmp, Settings())):
        if method not in SAFE and not path.startswith(OWN_TOKENS):
            yield method, re.sub(r"\{\w+(:\w+)?\}", "1", path)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("forgery")
    let_everybody_in(home)
    return home


def test_every_route_that_changes_something_wants_the_token(
    desk: Path, browser: Callable[..., Browser]
) -> None:
    lead = browser("lead")
    asked = list(changing(desk))
    assert ("POST", "/logout") in asked
    for method, path in asked:
        answer = lead.request(method, path, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["key"]) == (403, "desk.no-token"), path


@pytest.mark.parametrize(
    "told",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8420"},
        {"origin": "https://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_another_site_is_refused_even_with_the_token(
    browser: Callable[..., Browser], told: dict[str, str]
) -> None:
    lead = browser("lead")
    token = lead.token()
    answer = lead.post("/logout", headers={"x-csrf-token": token, **told})
    assert answer.status_code == 403
    assert lead.get("/password").status_code == 200


@pytest.mark.parametrize("way", ["header", "form"])
def test_our_own_page_gets_through(browser: Callable[..., Browser], way: str) -> None:
    lead = browser("lead")
    token = lead.token()
    ours = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
    if way == "header":
        answer = lead.post("/logout", headers={"x-csrf-token": token, **ours})
    else:
        answer = lead.post("/logout", data={"csrf": token}, headers=ours)
    assert answer.status_code == 303


def test_a_token_in_a_form_with_files_is_found(browser: Callable[..., Browser]) -> None:
    lead = browser("lead")
    form = {"csrf": (None, lead.token()), "a": ("a.txt", b"x")}
    assert lead.post("/logout", files=form).status_code == 303


def test_the_token_of_somebody_else_is_worth_nothing(browser: Callable[..., Browser]) -> None:
    one, other = browser("lead"), browser("admin")
    assert one.post("/logout", data={"csrf": other.token()}).status_code == 403


def test_a_token_must_not_outlive_its_login(
    browser: Callable[..., Browser], log_in: Callable[[str], Browser]
) -> None:
    fresh = browser()
    before = fresh.token()
    fresh.submit("/login", login="lead", password=PASSWORD)
    assert fresh.post("/logout", data={"csrf": before}).status_code == 403


def test_nobody_can_be_logged_in_as_somebody_else_by_a_foreign_page(
    browser: Callable[..., Browser],
) -> None:
    victim = browser()
    asked = {"login": "admin", "password": PASSWORD}
    assert victim.post("/login", data=asked).status_code == 403
    assert victim.post("/login", data={**asked, "csrf": "x" * 64}).status_code == 403


def test_asking_for_a_page_changes_nothing(browser: Callable[..., Browser], home: Path) -> None:
    admin = browser("admin")
    for path in ("/logout", "/people/lead/disable", "/language/en"):
        assert admin.get(path).status_code == 405
    with People(home) as people:
        lead = people.named("lead")
        assert lead and not lead.disabled


def test_cookies_are_this_hosts_alone_and_out_of_reach_of_scripts(
    browser: Callable[..., Browser],
) -> None:
    one = browser()
    seen = one.get("/login").headers.get_list("set-cookie")
    seen += one.submit("/login", login="lead", password=PASSWORD).headers.get_list("set-cookie")
    assert len(seen) == 3
    for cookie in seen:
        assert cookie.startswith("__Host-zhiyin")
        rules = {rule.strip().lower() for rule in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= rules
        assert not any(rule.startswith("domain") for rule in rules)
