"""S5 and S6: coming in, and when somebody is out again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from pipeline.desk.app import create_app
from pipeline.desk.cookies import SESSION
from pipeline.settings import Access, Settings
from pipeline.storage import People
from pipeline.workflow import people as workflow
from tests.desk.conftest import ADDRESS, READER, Browser
from tests.desk.people import PASSWORD, quick

OWN = "another-horse-7"


class Counting:
    """Counts how often a password was really looked at."""

    def __init__(self) -> None:
        self.looked = 0

    def verify(self, hidden: str, password: str) -> bool:
        self.looked += 1
        return quick().verify(hidden, password)

    def hash(self, password: str) -> str:
        return quick().hash(password)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    counter = Counting()
    monkeypatch.setattr(workflow, "_hasher", lambda: counter)
    workflow._nobodys.cache_clear()
    yield counter
    workflow._nobodys.cache_clear()


@pytest.mark.parametrize("tries", [60, pytest.param(1000, marks=pytest.mark.desk)])
def test_many_tries_at_many_names_get_twenty_looks(
    browser: Callable[..., Browser], counting: Counting, tries: int
) -> None:
    thief = browser()
    token = thief.token()
    for number in range(tries):
        form = {"login": f"name-{number % 40}", "password": "x", "csrf": token}
        forged = {"x-forwarded-for": f"10.0.0.{number % 250}"}
        assert thief.post("/login", data=form, headers=forged).status_code in (401, 429)
    assert counting.looked <= 20


def test_one_name_gets_five_looks_and_then_waits_even_for_the_right_password(
    browser: Callable[..., Browser], counting: Counting
) -> None:
    thief = browser()
    answers = [thief.submit("/login", login="lead", password="x").status_code for _ in range(8)]
    assert answers == [401] * 5 + [429] * 3
    assert thief.submit("/login", login="lead", password=PASSWORD).status_code == 429
    assert counting.looked == 5


def test_an_unknown_name_is_answered_like_a_wrong_password(
    browser: Callable[..., Browser],
) -> None:
    one = browser()
    token = one.token()
    pages = []
    for login in ("lead", "nobody"):
        form = {"login": login, "password": "wrong", "csrf": token}
        page = one.post("/login", data=form)
        pages.append((page.status_code, page.text.replace(login, "?"), sorted(page.headers)))
    assert pages[0] == pages[1]


def test_an_unknown_name_takes_as_long(browser: Callable[..., Browser], home: Path) -> None:
    with People(home) as people:
        lead = people.named("lead")
        assert lead
        slow = replace(lead, password=PasswordHasher().hash(PASSWORD))
        people.change(slow, workflow.Act("test", "password-changed", "lead"))
    one = browser()
    token = one.token()
    took: dict[str, list[float]] = {"lead": [], "nobody": []}
    for _ in range(4):
        for login, seconds in took.items():
            began = time.process_time()  # of all threads; what others do beside it counts not
            one.post("/login", data={"login": login, "password": "wrong", "csrf": token})
            seconds.append(time.process_time() - began)
    # The first of each makes what is kept for later; the rest are looked at.
    assert abs(min(took["lead"][1:]) - min(took["nobody"][1:])) < 0.05


def test_who_comes_in_is_new_to_the_browser_each_time(
    browser: Callable[..., Browser], counting: Counting
) -> None:
    one = browser()
    tokens = set()
    for _ in range(3):
        assert one.submit("/login", login="lead", password=PASSWORD).status_code == 303
        tokens.add(one.cookies[SESSION])
        one.submit("/logout")
    assert len(tokens) == 3
    assert all(len(token) >= 43 for token in tokens)  # 256 bits in base64


def test_logging_in_anew_ends_the_session_before(
    browser: Callable[..., Browser], counting: Counting
) -> None:
    one, old = browser("lead"), browser()
    old.cookies.set(SESSION, one.cookies[SESSION], domain="127.0.0.1", path="/")
    assert one.submit("/login", login="admin", password=PASSWORD).status_code == 303
    assert old.get("/password").status_code == 401


def test_a_session_that_was_planted_is_not_taken(
    browser: Callable[..., Browser], counting: Counting
) -> None:
    one = browser()
    one.cookies.set(SESSION, "planted", domain="127.0.0.1", path="/")
    token = one.get("/login").text.split('name="csrf" content="')[1][:64]
    form = {"login": "lead", "password": PASSWORD, "csrf": token}
    answer = one.post("/login", data=form)
    assert answer.status_code == 303
    assert f"{SESSION}=planted" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("how", ["logout", "disabled", "password", "renewed"])
def test_an_old_cookie_gets_401(
    browser: Callable[..., Browser], home: Path, counting: Counting, how: str
) -> None:
    one, other = browser("lead"), browser("lead")
    cookie = one.cookies[SESSION]
    assert one.get("/password").status_code == 200
    with People(home) as people:
        if how == "logout":
            one.submit("/logout")
        elif how == "disabled":
            workflow.switch(people, "lead", True, "admin")
        elif how == "renewed":
            workflow.renew(people, "lead", "admin")
        else:
            changed = other.submit("/password", old=PASSWORD, new=OWN, again=OWN)
            assert changed.status_code == 303
            assert other.get("/password").status_code == 200
    old = browser()
    old.cookies.set(SESSION, cookie, domain="127.0.0.1", path="/")
    assert old.get("/password").status_code == 401
    answer = old.get("/people", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (401, "desk.not-in")


@pytest.fixture(params=["idle", "old"])
def short_lived(home: Path, request: pytest.FixtureRequest) -> Iterator[Browser]:
    access = Access(idle_minutes=0.0) if request.param == "idle" else Access(session_hours=0.0)
    app = create_app(home, replace(Settings(), access=access))
    yield Browser(app, base_url=ADDRESS, headers=READER, follow_redirects=False)


def test_a_session_ends_when_idle_and_when_old(short_lived: Browser, counting: Counting) -> None:
    assert short_lived.submit("/login", login="lead", password=PASSWORD).status_code == 303
    time.sleep(0.01)
    assert short_lived.get("/password").status_code == 401


def test_a_one_time_password_opens_only_the_page_to_change_it(
    browser: Callable[..., Browser], home: Path
) -> None:
    with People(home) as people:
        password = workflow.renew(people, "lead", "admin")
    one = browser()
    entered = one.submit("/login", login="lead", password=password)
    assert entered.headers["location"] == "/password"
    assert one.get("/rules", headers={"accept": "text/html"}).status_code in (303, 404)
    assert one.get("/people").headers["location"].startswith("/password")
    told = one.get("/people", headers={"accept": "application/json"})
    assert (told.status_code, told.json()["key"]) == (403, "desk.own-password")
    assert one.submit("/password", old=password, new=OWN, again=OWN).status_code == 303
    assert one.get("/people").status_code == 403  # a lead, who may not, but is in


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", OWN, OWN), (PASSWORD, OWN, OWN + "x"), (PASSWORD, "short", "short")],
)
def test_a_bad_change_of_password_is_told_and_changes_nothing(
    browser: Callable[..., Browser], counting: Counting, old: str, new: str, again: str
) -> None:
    one = browser("lead")
    answer = one.submit("/password", old=old, new=new, again=again)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert browser().submit("/login", login="lead", password=PASSWORD).status_code == 303


def test_after_logging_in_one_is_where_one_wanted_to_be(
    browser: Callable[..., Browser], counting: Counting
) -> None:
    one = browser()
    shown = one.get("/people?x=1")
    assert shown.status_code == 401 and 'value="/people?x=1"' in shown.text
    form = {"login": "admin", "password": PASSWORD, "wanted": "/people?x=1"}
    assert one.submit("/login", **form).headers["location"] == "/people?x=1"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "/\t/evil.example",
        "evil",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(
    browser: Callable[..., Browser], counting: Counting, wanted: str
) -> None:
    one = browser()
    answer = one.submit("/login", login="lead", password=PASSWORD, wanted=wanted)
    assert answer.headers["location"] == "/"


def test_the_language_is_switched_and_kept(browser: Callable[..., Browser]) -> None:
    one = browser()
    assert 'lang="zh-CN"' in one.get("/login").text and "登录" in one.get("/login").text
    assert one.submit("/language/en", wanted="/login").headers["location"] == "/login"
    assert "Log in" in one.get("/login").text and "登录" not in one.get("/login").text
    assert one.submit("/language/fr").status_code == 404


def test_coming_and_going_is_on_record(
    browser: Callable[..., Browser], home: Path, counting: Counting
) -> None:
    from pipeline.storage import Audit

    one = browser()
    one.submit("/login", login="lead", password=PASSWORD)
    one.get("/people")
    one.submit("/logout")
    acts = [(line.act.by, line.act.action, line.act.target) for line in Audit(home).latest(3)]
    assert acts == [
        ("lead", "logged-out", "lead"),
        ("lead", "refused", "/people"),
        ("lead", "logged-in", "lead"),
    ]
