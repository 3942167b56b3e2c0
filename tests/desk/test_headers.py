"""S15: what every answer says to browsers; which names and clients are believed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk.app import create_app
from pipeline.desk.security import HEADERS, HSTS
from pipeline.settings import Desk, Settings
from tests.desk.conftest import ADDRESS, Browser

PATHS = ("/login", "/people", "/nosuch", "/static/desk.css", "/healthz", "/static/nosuch.js")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_carries_every_header(
    browser: Callable[..., Browser], path: str, accept: str
) -> None:
    headers = browser().get(path, headers={"accept": accept}).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert ("no-store" in headers["cache-control"]) == (not path.startswith("/static/"))
    assert "server" not in headers and "x-powered-by" not in headers


def test_a_refused_body_carries_them_too(browser: Callable[..., Browser]) -> None:
    answer = browser().post("/login", content=b"x", headers={"content-length": str(1 << 30)})
    assert answer.status_code == 413
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_the_policy_lets_no_inline_script_and_no_other_host(
    browser: Callable[..., Browser],
) -> None:
    policy = browser().get("/login").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy


@pytest.mark.parametrize("page", ["/login", "/password", "/people", "/nosuch"])
def test_no_page_holds_inline_scripts_styles_or_other_hosts(
    browser: Callable[..., Browser], page: str
) -> None:
    text = browser("admin").get(page).text.lower()
    assert "<style" not in text and " style=" not in text
    assert " onclick" not in text and " onload" not in text and "javascript:" not in text
    assert all("src=" in tag.split(">")[0] for tag in text.split("<script")[1:])
    assert 'src="http' not in text and 'href="http' not in text and '="//' not in text


def test_over_https_browsers_are_told_to_stay_with_it(home: Path) -> None:
    app = create_app(home, replace(Settings(), desk=Desk(hosts=("desk.example.com",))))
    told = Browser(app, base_url="https://desk.example.com").get("/login").headers
    assert told["strict-transport-security"] == HSTS
    plain = Browser(app, base_url="http://desk.example.com").get("/login").headers
    assert "strict-transport-security" not in plain


def test_on_this_machine_itself_they_must_not_be_as_other_ports_are_somebody_elses(
    browser: Callable[..., Browser],
) -> None:
    assert "strict-transport-security" not in browser().get("/login").headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_name_that_is_not_ours_is_refused(browser: Callable[..., Browser], host: str) -> None:
    answer = browser().get("/login", headers={"host": host})
    assert answer.status_code == 400 and "csrf" not in answer.text.split("<body")[0][:0]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8420", "127.0.0.1:1", "[::1]:8420"])
def test_names_of_this_machine_are_ours(browser: Callable[..., Browser], host: str) -> None:
    assert browser().get("/login", headers={"host": host}).status_code == 200


def test_a_listed_name_is_ours(home: Path) -> None:
    app = create_app(home, replace(Settings(), desk=Desk(hosts=("desk.example.com",))))
    assert Browser(app, base_url="https://desk.example.com").get("/login").status_code == 200
    assert Browser(app, base_url=ADDRESS).get("/login").status_code == 200
    assert Browser(app, base_url="https://example.com").get("/login").status_code == 400


def test_static_files_last_where_their_address_changes_with_them(
    browser: Callable[..., Browser],
) -> None:
    one = browser()
    assert "immutable" in one.get("/static/desk.css?v=1").headers["cache-control"]
    assert one.get("/static/desk.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/look/%2e%2e/pages.py",
        "/static//etc/passwd",
    ],
)
def test_nothing_beside_the_static_files_is_served(
    browser: Callable[..., Browser], path: str
) -> None:
    assert browser().get(path).status_code == 404
