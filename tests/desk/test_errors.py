"""S14: errors in words, a number for the log, and never where the code was."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from pipeline.desk.app import create_app
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.storage import People
from pipeline.unexpected import LOG
from pipeline.wording import LANGUAGES
from tests.desk.conftest import ADDRESS, READER, Browser

SECRET = "客户的号码是十三八"
JSON = {"accept": "application/json"}
TRACES = ("Traceback", 'File "', ".py", "sqlalchemy", "Error:", "site-packages", SECRET)


@pytest.fixture
def broken(home: Path) -> Iterator[FastAPI]:
    """A desk with pages that break in every way."""
    app = create_app(home, Settings())

    @app.get("/break")
    def break_it() -> None:
        raise ValueError(SECRET)

    @app.get("/away")
    def be_away() -> None:
        raise Refusal("storage.unreachable", found="x")

    @app.get("/number/{number}")
    def number(number: int) -> int:
        return number

    yield app
    app.state.place.close()


@pytest.fixture
def ask(broken: FastAPI) -> Browser:
    return Browser(broken, base_url=ADDRESS, headers=READER, raise_server_exceptions=True)


@pytest.mark.parametrize("headers", [READER, JSON])
def test_what_nobody_expected_has_a_number_that_leads_into_the_log(
    ask: Browser, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger(LOG).propagate = True
    with caplog.at_level(logging.ERROR, LOG):
        answer = ask.get("/break", headers=headers)
    assert answer.status_code == 500
    assert not any(trace in answer.text for trace in TRACES)
    number = (
        re.search(r"<code>(\w{8})</code>", answer.text)[1]  # type: ignore[index]
        if headers is READER
        else answer.json()["id"]
    )
    assert f"GET /break [{number}]" in caplog.text and "break_it" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status"),
    [("/nosuch", 404), ("/break", 500), ("/away", 503), ("/number/x", 422), ("/people", 401)],
)
def test_an_error_says_what_happened_and_what_to_do(
    ask: Browser, language: str, path: str, status: int
) -> None:
    ask.cookies.set("language", language, domain="127.0.0.1", path="/")
    page = ask.get(path)
    assert page.status_code == status and page.headers["content-type"].startswith("text/html")
    chinese = bool(re.search(r"[\u4e00-\u9fff]", page.text.split("<main")[1].split("</main>")[0]))
    assert chinese == (language == "zh")
    told = ask.get(path, headers=JSON)
    assert told.headers["content-type"] == "application/problem+json"
    assert {"title", "detail", "status", "todo"} <= set(told.json())
    for text in (page.text, told.text):
        assert not any(trace in text for trace in TRACES)
        assert "desk.error" not in text and "desk.not" not in text.replace('"desk.not', "")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_every_method_on_nothing_is_answered(ask: Browser, method: str) -> None:
    assert ask.request(method, "/nosuch").status_code in (403, 404, 405)


def test_a_database_that_breaks_down_is_503_and_nothing_of_it_is_shown(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise Refusal("storage.busy", found="x")

    one = browser("lead")
    monkeypatch.setattr(People, "session", broken)
    assert one.get("/password").status_code == 503
    assert one.get("/readyz", headers=JSON).status_code == 200

    def gone(*_: object) -> None:
        raise OperationalError("SELECT words FROM turn", {}, Exception(SECRET))

    monkeypatch.setattr(People, "session", gone)
    answer = one.get("/password")
    assert answer.status_code == 500 and not any(trace in answer.text for trace in TRACES)


def test_a_fragment_that_fails_sends_htmx_to_the_login(ask: Browser) -> None:
    answer = ask.get("/people", headers={"hx-request": "true"})
    assert answer.status_code == 401 and answer.headers["hx-redirect"] == "/login"


def test_readyz_tells_what_is_wrong_without_saying_where(home: Path) -> None:
    from dataclasses import replace

    from pipeline.settings import Speech

    settings = replace(Settings(), speech=Speech(model="/nowhere/model"))
    app = create_app(home, settings)
    one = Browser(app, base_url=ADDRESS)
    answer = one.get("/readyz")
    assert answer.status_code == 503 and answer.json()["model"] == {"good": False}
    assert "/nowhere" not in answer.text and str(home) not in answer.text
    assert one.get("/healthz").json() == {"status": "ok"}
    app.state.place.close()
