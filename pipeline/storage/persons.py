"""What the store knows of people."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; docs/people.md has the table."""

    INSPECTOR = "inspector"
    LEADER = "leader"
    LEAD = "lead"
    AGENT = "agent"
    TRAINER = "trainer"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may come in. agent: as call records name them, "" for whom no calls are;
    teams: those that an inspector or a leader is for, none: all of an inspector's, no leader's."""

    id: int
    login: str
    name: str
    role: Role
    agent: str = ""
    teams: tuple[str, ...] = ()
    password: str | None = None
    """An argon2 hash; None: cannot come in by password."""
    temporary: bool = False
    """The password was given by another and must be changed at once."""
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is in. Moments are milliseconds since 1970."""

    person: Person
    began: int
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often one may try to come in: so many times in so many milliseconds, by one name and
    from one address."""

    login_tries: int
    login_ms: int
    address_tries: int
    address_ms: int
