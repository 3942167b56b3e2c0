"""Who may come in: passwords, tries, sessions, lists of people."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.settings import Access
from pipeline.storage import Act, Audit, People, Person, Role
from pipeline.workflow import people as workflow
from pipeline.workflow.people import (
    Wish,
    change,
    change_password,
    hashed,
    let_in,
    log_in,
    log_out,
    renew,
    switch,
    who,
)
from pipeline.workflow.people_list import take_list
from tests.databases import Database
from tests.desk.people import quick

HOUSE = "127.0.0.1"
OWN = "eine gute Wahl 7"


class Slow:
    """As long at a password as the product's own, without the work."""

    looked = 0

    def verify(self, hidden: str, password: str) -> bool:
        self.looked += 1
        time.sleep(0.03)
        return quick().verify(hidden, password)

    def hash(self, password: str) -> str:
        return quick().hash(password)


@pytest.fixture(autouse=True)
def passwords_cost_little(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(workflow, "_hasher", quick)
        workflow._nobodys.cache_clear()
        yield
    workflow._nobodys.cache_clear()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(workflow, "_hasher", lambda: made)
    return made


@pytest.fixture
def people(database: Database) -> Iterator[People]:
    with People(database.home, database.storage) as opened:
        yield opened


@pytest.fixture
def password(people: People) -> str:
    return let_in(people, Wish(login="li", name="李", role=Role.INSPECTOR), "root")


def reason(asked: pytest.ExceptionInfo[Refusal]) -> str:
    return asked.value.reason.key


def test_the_products_own_hash_costs_what_makes_guessing_dear() -> None:
    hasher = workflow.PasswordHasher()
    assert (hasher.type.name, hasher.memory_cost >= 19 * 1024, hasher.time_cost >= 2) == (
        "ID",
        True,
        True,
    )


def test_the_one_time_password_lets_in_and_has_to_be_changed(people: People, password: str) -> None:
    entered = log_in(people, Access(), " LI ", password, HOUSE)
    assert entered.person.temporary and entered.person.role == Role.INSPECTOR
    change_password(people, Access(), entered.token, password, OWN)
    session = who(people, Access(), entered.token)
    assert session is not None and not session.person.temporary
    assert log_in(people, Access(), "li", OWN, HOUSE).token != entered.token


@pytest.mark.parametrize(("login", "given"), [("li", "wrong"), ("nobody", "wrong"), ("li", "")])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(
    people: People, password: str, login: str, given: str
) -> None:
    with pytest.raises(Refusal) as refused:
        log_in(people, Access(), login, given, HOUSE)
    assert (reason(refused), refused.value.reason.values) == ("people.wrong", {})


def test_after_five_wrong_tries_even_the_right_password_waits(
    people: People, password: str
) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            log_in(people, Access(), "li", "wrong", HOUSE)
    with pytest.raises(Refusal) as refused:
        log_in(people, Access(), "li", password, "127.0.0.2")
    assert reason(refused) == "people.too-often"
    assert log_in(people, Access(), "li", renew(people, "li", "root"), HOUSE)


def test_an_address_that_tries_many_names_waits_and_others_do_not(
    people: People, password: str
) -> None:
    access = Access(address_tries=3)
    for name in ("a", "b", "c"):
        with pytest.raises(Refusal):
            log_in(people, access, name, "wrong", "127.0.0.9")
    with pytest.raises(Refusal) as refused:
        log_in(people, access, "li", password, "127.0.0.9")
    assert reason(refused) == "people.too-often"
    assert log_in(people, access, "li", password, HOUSE)


def at_once(enter: Callable[[int], str], count: int) -> Counter[str]:
    """What came of so many who come at the same moment."""
    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(enter, range(count)))


def test_thirty_come_in_at_once_from_one_address(people: People, slow: Slow) -> None:
    """As they do in the morning behind one proxy."""
    hidden = quick().hash(OWN)
    for number in range(30):
        name = f"q{number}"
        one = Person(id=0, login=name, name=name, role=Role.INSPECTOR, password=hidden)
        people.add(one, Act("root", "user-added", name))

    def enter(number: int) -> str:
        return log_in(people, Access(), f"q{number}", OWN, HOUSE).person.login

    assert at_once(enter, 30) == Counter(f"q{number}" for number in range(30))


def test_of_many_wrong_ones_at_once_no_more_are_looked_at_than_one_after_the_other(
    people: People, slow: Slow
) -> None:
    def guess(number: int) -> str:
        with pytest.raises(Refusal) as refused:
            log_in(people, Access(address_tries=8), f"n{number}", "guess", HOUSE)
        return reason(refused)

    assert at_once(guess, 30) == {"people.wrong": 8, "people.too-often": 22}
    assert slow.looked == 8


def test_who_was_not_let_in_is_on_record_and_no_password_is(
    people: People, password: str, database: Database
) -> None:
    for login, given in (("li", "secret-words"), ("secret-words", "li")):
        with pytest.raises(Refusal):
            log_in(people, Access(), login, given, HOUSE)
    audit = Audit(database.home, database.storage)
    told = [(line.act.by, line.act.action, line.act.target) for line in audit.latest(2)]
    assert told == [("", "login-refused", "se…"), ("", "login-refused", "li")]
    assert [dict(line.act.details) for line in audit.latest(2)] == [{"from": HOUSE, "try": 1}] * 2
    assert "secret-words" not in str(database.rows("SELECT * FROM audit"))


def test_somebody_may_become_something_else(
    people: People, password: str, database: Database
) -> None:
    token = log_in(people, Access(), "li", password, HOUSE).token
    change(people, Wish(login="li", name="", role=Role.LEADER, teams=("甲组",)), "root")
    li = people.named("li")
    assert li and (li.name, li.role, li.teams, li.temporary) == ("li", Role.LEADER, ("甲组",), True)
    assert who(people, Access(), token) is None, "what was open is of before"
    assert log_in(people, Access(), "li", password, HOUSE).person.role == Role.LEADER
    (line,) = (
        one
        for one in Audit(database.home, database.storage).latest(3)
        if one.act.by == "root" and one.act.action == "user-changed"
    )
    assert (line.act.target, dict(line.act.details)) == ("li", {"role": "leader", "teams": "甲组"})


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        (Wish(login="nobody", name="", role=Role.LEAD), "people.unknown"),
        (Wish(login="li", name="", role=Role.AGENT), "people.no-agent"),
        (Wish(login="li", name="", role=Role.LEADER), "people.no-team"),
    ],
)
def test_who_cannot_become_that_stays_what_they_are(
    people: People, password: str, wish: Wish, key: str
) -> None:
    before = people.everybody()
    with pytest.raises(Refusal) as refused:
        change(people, wish, "root")
    assert reason(refused) == key and people.everybody() == before


def test_the_last_administrator_stays_one(people: People, password: str) -> None:
    let_in(people, Wish(login="root", name="", role=Role.ADMIN), "root")
    other = Wish(login="root", name="", role=Role.LEAD)
    for act in (
        lambda: change(people, other, "root"),
        lambda: switch(people, "root", True, "root"),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert reason(refused) == "people.last-admin"
    change(people, Wish(login="li", name="", role=Role.ADMIN), "root")
    change(people, other, "li")
    assert [one.login for one in people.everybody() if one.role == Role.ADMIN] == ["li"]


def test_tries_are_forgotten_with_time(people: People, password: str) -> None:
    access = Access(login_tries=1, login_minutes=0.001)  # 60 ms: looking at a password takes that
    with pytest.raises(Refusal):
        log_in(people, access, "li", "wrong", HOUSE)
    with pytest.raises(Refusal) as refused:
        log_in(people, replace(access, login_minutes=1), "li", password, HOUSE)
    assert reason(refused) == "people.too-often"
    while True:
        try:
            assert log_in(people, access, "li", password, HOUSE)
            break
        except Refusal:
            continue


def test_a_session_ends_by_logging_out_and_by_being_shut_out(people: People, password: str) -> None:
    one, two = (log_in(people, Access(), "li", password, HOUSE).token for _ in range(2))
    log_out(people, one, "li")
    assert who(people, Access(), one) is None and who(people, Access(), two) is not None
    switch(people, "li", True, "root")
    assert who(people, Access(), two) is None
    with pytest.raises(Refusal):
        log_in(people, Access(), "li", password, HOUSE)


def test_a_session_ends_when_idle_and_when_old(people: People, password: str) -> None:
    for access in (Access(idle_minutes=0), Access(session_hours=0)):
        token = log_in(people, Access(), "li", password, HOUSE).token
        assert who(people, Access(), token) is not None
        while who(people, access, token) is not None:  # within the same millisecond
            pass
        assert who(people, Access(), token) is None, "it does not come back to life"


def test_a_new_password_ends_all_other_sessions(people: People, password: str) -> None:
    other = log_in(people, Access(), "li", password, HOUSE).token
    mine = log_in(people, Access(), "li", password, HOUSE).token
    change_password(people, Access(), mine, password, OWN)
    assert who(people, Access(), other) is None and who(people, Access(), mine) is not None


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", "my name is li", "x" * 2000])
def test_a_weak_password_is_refused(people: People, password: str, weak: str) -> None:
    token = log_in(people, Access(), "li", password, HOUSE).token
    with pytest.raises(Refusal) as refused:
        change_password(people, Access(), token, password, weak)
    assert reason(refused) == "people.weak"


def test_neither_passwords_nor_tokens_lie_in_the_database(
    people: People, password: str, database: Database
) -> None:
    token = log_in(people, Access(), "li", password, HOUSE).token
    kept = str(database.rows("SELECT * FROM person")) + str(database.rows("SELECT * FROM session"))
    kept += str(database.rows("SELECT * FROM audit"))
    assert password not in kept and token not in kept
    assert hashed(token) in kept and "$argon2id$" in kept


def test_what_is_done_to_people_is_on_record(
    people: People, password: str, database: Database
) -> None:
    log_in(people, Access(), "li", password, HOUSE)
    switch(people, "li", True, "root")
    audit = Audit(database.home, database.storage)
    done = [(line.act.by, line.act.action) for line in reversed(audit.latest(9))]
    assert done == [("root", "user-added"), ("li", "logged-in"), ("root", "user-disabled")]
    assert audit.verify().whole


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        (Wish(login="li", name="", role=Role.LEAD), "people.taken"),
        (Wish(login="李", name="", role=Role.LEAD), "people.login"),
        (Wish(login="zhang", name="", role=Role.AGENT), "people.no-agent"),
        (Wish(login="zhang", name="", role=Role.LEADER), "people.no-team"),
    ],
)
def test_who_cannot_be_let_in_is_told_why(
    people: People, password: str, wish: Wish, key: str
) -> None:
    with pytest.raises(Refusal) as refused:
        let_in(people, wish, "root")
    assert reason(refused) == key


def test_a_list_of_people_in_gbk_is_read_and_a_bad_row_loses_only_itself(
    people: People, tmp_path: Path
) -> None:
    file = tmp_path / "人员.csv"
    rows = (
        "账号,姓名,角色,工号,班组",
        "wang,王,班组长,,一组、二组",
        "zhao,赵,队长,,",
        "qian,钱,坐席,8001,一组",
    )
    file.write_bytes("\n".join(rows).encode("gbk"))
    found = list(take_list(people, file, "root"))
    assert [(one.login, bool(one.password)) for one in found] == [
        ("wang", True),
        ("zhao", False),
        ("qian", True),
    ]
    assert found[1].refusal is not None and found[1].refusal.line == 3
    assert found[1].refusal.reason.values["found"] == "队长"
    wang, qian = people.named("wang"), people.named("qian")
    assert wang is not None and (wang.role, wang.teams) == (Role.LEADER, ("一组", "二组"))
    assert qian is not None and qian.agent == "8001" and people.named("zhao") is None


def test_a_list_that_is_only_looked_at_lets_nobody_in(people: People, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("login,role\nwang,lead\n")
    assert [one.login for one in take_list(people, file, "root", dry_run=True)] == ["wang"]
    assert people.everybody() == ()


def test_a_list_without_a_column_for_roles_is_refused_with_what_it_may_be_called(
    people: People, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("login,name\nwang,Wang\n")
    with pytest.raises(Refusal) as refused:
        list(take_list(people, file, "root"))
    assert "角色" in str(refused.value.reason.values["allowed"])
