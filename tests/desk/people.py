"""The people of the tests of the desk: one of each kind, with a password that is theirs."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher

from pipeline.settings import Storage
from pipeline.storage import Act, People, Person, Role

PASSWORD = "correct-horse-9"
TEAMS = ("甲组", "乙组")
AGENTS = ("8001", "8002")


def _person(login: str, role: Role, agent: str = "", teams: tuple[str, ...] = ()) -> Person:
    return Person(id=0, login=login, name=login, role=role, agent=agent, teams=teams)


PEOPLE: Mapping[str, Person] = {
    "own-agent": _person("own-agent", Role.AGENT, AGENTS[0]),
    "other-agent": _person("other-agent", Role.AGENT, AGENTS[1]),
    "inspector-a": _person("inspector-a", Role.INSPECTOR, teams=TEAMS[:1]),
    "inspector-b": _person("inspector-b", Role.INSPECTOR, teams=TEAMS[1:]),
    "inspector": _person("inspector", Role.INSPECTOR),
    "leader": _person("leader", Role.LEADER, teams=TEAMS[:1]),
    "lead": _person("lead", Role.LEAD),
    "trainer": _person("trainer", Role.TRAINER),
    "manager": _person("manager", Role.MANAGER),
    "admin": _person("admin", Role.ADMIN),
}


@cache
def quick() -> PasswordHasher:
    """A hash that costs next to nothing: it is the product's that are slow on purpose."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def let_everybody_in(home: Path, storage: Storage | None = None) -> None:
    """All of them, past their first password."""
    password = quick().hash(PASSWORD)
    with People(home, storage or Storage()) as people:
        for person in PEOPLE.values():
            people.add(replace(person, password=password), Act("test", "user-added", person.login))
