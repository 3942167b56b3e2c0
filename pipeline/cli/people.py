"""zhiyin user."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.storage import People, Person
from pipeline.wording import say_refusal
from pipeline.workflow import people as asked_for
from pipeline.workflow.people_list import ROLES, take_list


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    login: str
    name: str
    role: str
    agent: str
    teams: Sequence[str]


def add_person(wish: Wish, home: Path | None, lang: str | None) -> int:
    """Put somebody in the list, and print the one-time password."""
    session, people = _begin(home, lang)
    if wish.role.casefold() not in ROLES:
        raise Refusal("people.role", found=wish.role, allowed="、".join(ROLES))
    role = ROLES[wish.role.casefold()]
    somebody = asked_for.Wish(
        login=wish.login.lower(), name=wish.name, role=role, agent=wish.agent, teams=wish.teams
    )
    with people:
        password = asked_for.let_in(people, somebody, asker())
    _tell(session, somebody.login, password)
    return Exit.WELL


def import_people(file: Path, dry_run: bool, home: Path | None, lang: str | None) -> int:
    """Everybody of a file: on standard output a login and a password to a line."""
    session, people = _begin(home, lang)
    good = bad = 0
    with people:
        for one in take_list(people, file, asker(), dry_run):
            if one.refusal:
                bad += 1
                session.tell(say_refusal(one.refusal, session.language))
            else:
                good += 1
                print(f"{one.login}\t{one.password}".rstrip())
    key = "people.would-import" if dry_run else "people.imported"
    session.tell(session.word(key, count=good, bad=bad))
    if not good:
        return Exit.NOTHING_DONE
    return Exit.SOME_FAILED if bad else Exit.WELL


def list_people(as_json: bool, home: Path | None, lang: str | None) -> int:
    """Everybody, by login."""
    session, people = _begin(home, lang)
    with people:
        everybody = people.everybody()
    if as_json:
        print(json.dumps([_json(one) for one in everybody], ensure_ascii=False, indent=2))
    elif everybody:
        show(_table(everybody, session), session.out)
    else:
        session.tell(session.word("people.nobody"))
    return Exit.WELL


def new_password(login: str, home: Path | None, lang: str | None) -> int:
    """A new one-time password for somebody."""
    session, people = _begin(home, lang)
    with people:
        password = asked_for.renew(people, login, asker())
    _tell(session, login, password)
    return Exit.WELL


def switch_person(login: str, disabled: bool, home: Path | None, lang: str | None) -> int:
    """Shut somebody out, or let them come again."""
    session, people = _begin(home, lang)
    with people:
        asked_for.switch(people, login, disabled, asker())
    key = "people.disabled" if disabled else "people.enabled"
    session.tell(session.word(key, login=login))
    return Exit.WELL


def _begin(home: Path | None, lang: str | None) -> tuple[Session, People]:
    session = begin(home, {"language": lang})
    return session, People(session.home, session.settings.storage)


def _tell(session: Session, login: str, password: str) -> None:
    print(f"{login}\t{password}")
    session.tell(session.word("people.one-time"))


def _table(everybody: Sequence[Person], session: Session) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("login", "name", "role", "agent", "teams", "state"):
        table.add_column(session.word(f"people.column-{heading}"))
    for one in everybody:
        role = session.word(f"people.role-{one.role.value}")
        table.add_row(
            one.login, one.name, role, one.agent, "、".join(one.teams), _state(one, session)
        )
    return table


def _state(one: Person, session: Session) -> str:
    if one.disabled:
        return session.word("people.state-disabled")
    return session.word("people.state-temporary") if one.temporary else ""


def _json(one: Person) -> dict[str, object]:
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role.value,
        "agent": one.agent,
        "teams": list(one.teams),
        "temporary": one.temporary,
        "disabled": one.disabled,
    }
