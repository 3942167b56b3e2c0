"""Administrators let people in, give new passwords, shut out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.storage import Audit, People, Role
from tests.desk.conftest import Browser

NEW = {"login": "Zhao", "name": "赵", "role": "inspector", "teams": "甲组、乙组"}


def once(page: str) -> str:
    found = re.search(r'class="once">([a-z0-9-]+)<', page)
    assert found, "no password is shown"
    return found[1]


def test_somebody_is_let_in_with_a_password_that_is_shown_once(
    browser: Callable[..., Browser], home: Path
) -> None:
    admin = browser("admin")
    added = admin.submit("/people", **NEW)
    password = once(added.text)
    assert added.status_code == 200 and password not in admin.get("/people").text
    with People(home) as people:
        zhao = people.named("zhao")
    assert zhao and (zhao.role, zhao.teams) == (Role.INSPECTOR, ("甲组", "乙组"))
    assert browser().submit("/login", login="zhao", password=password).status_code == 303
    acts = [(line.act.by, line.act.action) for line in Audit(home).latest(2)]
    assert acts == [("zhao", "logged-in"), ("admin", "user-added")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "admin"},
        {"login": "no spaces"},
        {"login": ""},
        {"role": "god"},
        {"role": "agent"},
        {"role": "leader", "teams": ""},
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    browser: Callable[..., Browser], home: Path, wrong: dict[str, str]
) -> None:
    admin = browser("admin")
    with People(home) as people:
        before = people.everybody()
    answer = admin.submit("/people", **{**NEW, **wrong})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert 'value="赵"' in answer.text
    with People(home) as people:
        assert people.everybody() == before


def test_what_somebody_is_for_is_changed_on_a_page_of_their_own(
    browser: Callable[..., Browser], home: Path
) -> None:
    admin, inspector = browser("admin"), browser("inspector")
    assert 'href="/people/inspector"' in admin.get("/people").text
    shown = admin.get("/people/inspector").text
    assert '<option value="inspector" selected>' in shown
    wrong = admin.submit("/people/inspector", name="吴", role="leader")
    assert wrong.status_code == 422 and 'role="alert"' in wrong.text and 'value="吴"' in wrong.text
    done = admin.submit("/people/inspector", name="吴", role="leader", teams="甲组、乙组")
    assert (done.status_code, done.headers["location"]) == (303, "/people")
    with People(home) as people:
        wu = people.named("inspector")
    assert wu and (wu.name, wu.role, wu.teams) == ("吴", Role.LEADER, ("甲组", "乙组"))
    assert inspector.get("/password").status_code == 401, "they come in anew"


def test_the_last_administrator_cannot_become_anything_else(
    browser: Callable[..., Browser],
) -> None:
    admin = browser("admin")
    told = admin.submit("/people/admin", name="x", role="lead")
    assert told.status_code == 422 and "最后一位管理员" in told.text
    assert admin.get("/people").status_code == 200


def test_a_new_password_is_shown_once_and_the_old_one_is_worth_nothing(
    browser: Callable[..., Browser],
) -> None:
    admin, lead = browser("admin"), browser("lead")
    password = once(admin.submit("/people/lead/password").text)
    assert lead.get("/password").status_code == 401
    assert browser().submit("/login", login="lead", password=password).status_code == 303


def test_who_is_shut_out_is_out_and_may_be_let_in_again(browser: Callable[..., Browser]) -> None:
    admin, lead = browser("admin"), browser("lead")
    assert admin.submit("/people/lead/disable").status_code == 303
    assert lead.get("/password").status_code == 401
    assert "停用" in admin.get("/people").text
    assert admin.submit("/people/lead/enable").status_code == 303


def test_administrators_cannot_shut_themselves_out(browser: Callable[..., Browser]) -> None:
    admin = browser("admin")
    assert admin.submit("/people/admin/disable").status_code == 422
    assert admin.get("/people").status_code == 200


def test_nobody_is_shown_a_password_of_somebody_who_is_not_there(
    browser: Callable[..., Browser],
) -> None:
    assert browser("admin").submit("/people/nobody/password").status_code == 422


def test_names_are_text_not_markup(browser: Callable[..., Browser]) -> None:
    admin = browser("admin")
    evil = "<img src=x onerror=alert(1)>\"'"
    page = admin.submit("/people", **{**NEW, "name": evil, "teams": evil}).text
    assert "<img" not in page and "&lt;img" in page
