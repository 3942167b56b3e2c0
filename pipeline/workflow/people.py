"""People: let in the list, given passwords, let in and out. argon2 enters here alone."""

import hashlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from pipeline.refusal import Refusal
from pipeline.settings import Access
from pipeline.storage import Act, Limits, People, Person, Role, Session

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another: a password may be read out to somebody."""
GROUPS, GROUP = 3, 4
"""60 bits: more than five tries in a quarter of an hour will ever find."""
LOGIN = "abcdefghijklmnopqrstuvwxyz0123456789._-@"
MAX_LOGIN = 64
MAX_PASSWORD = 1024
"""Longer ones are refused unread, as hashing them would cost whatever the sender likes."""
LOOKS_AT_ONCE = 4
"""A look at a password takes 64 MB, and counts as a failed try until it has come right: of thirty
who come in at once by one proxy, no more than these do."""
_looks = threading.BoundedSemaphore(LOOKS_AT_ONCE)
SHOWN = 2
"""Of a name that nobody has, so many characters go on record: it may be a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody who is to come in."""

    login: str
    name: str
    role: Role
    agent: str = ""
    teams: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in. token is for the browser, and nobody else's to know."""

    token: str
    person: Person


def let_in(people: People, wish: Wish, by: str) -> str:
    """Put somebody in the list; the one-time password that they are to be told.

    Refusal where the login is taken or cannot be one, or where an agent has no agent's number."""
    check(wish)
    password = one_time()
    person = Person(
        id=0,
        login=wish.login,
        name=wish.name or wish.login,
        role=wish.role,
        agent=wish.agent,
        teams=tuple(wish.teams),
        password=_hasher().hash(password),
        temporary=True,
    )
    if not people.add(person, Act(by, "user-added", wish.login, {"role": wish.role.value})):
        raise Refusal("people.taken", found=wish.login)
    return password


def check(wish: Wish) -> None:
    """Refusal where nobody could log in so, or an agent would see nobody's cards."""
    fits = wish.login and len(wish.login) <= MAX_LOGIN and set(wish.login) <= set(LOGIN)
    if not fits:
        raise Refusal("people.login", found=wish.login, allowed="a-z 0-9 . _ - @")
    if wish.role == Role.AGENT and not wish.agent:
        raise Refusal("people.no-agent", found=wish.login)
    if wish.role == Role.LEADER and not wish.teams:
        raise Refusal("people.no-team", found=wish.login)


def renew(people: People, login: str, by: str) -> str:
    """A new one-time password; who was in is out, and who was locked out may try."""
    person = known(people, login)
    password = one_time()
    renewed = replace(person, password=_hasher().hash(password), temporary=True)
    people.change(renewed, Act(by, "password-renewed", login))
    people.forget_tries(login)
    return password


def change(people: People, wish: Wish, by: str) -> None:
    """Give somebody (wish.login) another name, role, number or teams; who was in comes in anew.

    Refusal as of let_in(); people.last-admin where nobody would be left to let people in."""
    person = known(people, wish.login)
    check(wish)
    changed = replace(
        person,
        name=wish.name or person.login,
        role=wish.role,
        agent=wish.agent,
        teams=tuple(wish.teams),
    )
    if changed != person:
        _put(people, changed, Act(by, "user-changed", person.login, _said(changed)))


def _said(person: Person) -> dict[str, str]:
    """For the record: what somebody may see from now on."""
    seen = {"role": person.role.value, "agent": person.agent, "teams": "、".join(person.teams)}
    return {name: value for name, value in seen.items() if value}


def _put(people: People, person: Person, act: Act) -> None:
    if not people.change(person, act):
        raise Refusal("people.last-admin", found=person.login)


def switch(people: People, login: str, disabled: bool, by: str) -> None:
    """Shut somebody out, who is out at once, or let them come again. Refusal people.last-admin
    where nobody would be left to let people in."""
    person = known(people, login)
    act = Act(by, "user-disabled" if disabled else "user-enabled", login)
    _put(people, replace(person, disabled=disabled), act)


def known(people: People, login: str) -> Person:
    """Refusal where nobody is called so."""
    if (person := people.named(login)) is None:
        raise Refusal("people.unknown", found=login)
    return person


def log_in(people: People, access: Access, login: str, password: str, address: str) -> Entered:
    """Refusal people.wrong, whatever of the two was wrong or missing, after the same time; and
    people.too-often where name or address were tried too often, whatever the password. Tries that
    came right count no more; the others are on record."""
    login = login.strip().lower()[:MAX_LOGIN]
    limits = Limits(
        login_tries=access.login_tries,
        login_ms=round(access.login_minutes * 60_000),
        address_tries=access.address_tries,
        address_ms=60_000,
    )
    with _looks:
        tried = people.try_login(login, address, limits)
        if not tried:
            raise Refusal("people.too-often", allowed=access.login_minutes)
        person = people.named(login)
        hidden = person.password if person and person.password and not person.disabled else None
        if not _fits(hidden, password) or person is None:
            people.note(_refused(person, login, address, {"try": tried}))
            raise Refusal("people.wrong")
        token, came = secrets.token_urlsafe(32), Act(login, "logged-in", login, {"from": address})
        people.open_session(hashed(token), person, came)
    return Entered(token, person)


def _refused(
    person: Person | None, login: str, address: str, more: Mapping[str, str | float]
) -> Act:
    """Somebody who was not let in, for the record; nobody knows who that was."""
    name = login if person else f"{login[:SHOWN]}…"
    return Act("", "login-refused", name, {"from": address, **more})


def vouched(people: People, login: str, way: str, address: str) -> Entered:
    """Somebody comes in whom another service has let in (way: which one). They must be in the list
    already; a one-time password that they never used is worth nothing from now on.

    Refusal people.not-listed, whether there is no such login or it was shut out."""
    person = people.named(login.strip().lower()[:MAX_LOGIN])
    if person is None or person.disabled:
        people.note(_refused(person, login, address, {"way": way}))
        raise Refusal("people.not-listed")
    if person.temporary:
        person = replace(person, password=None, temporary=False)
        people.change(person, Act(person.login, "password-dropped", person.login, {"way": way}))
    token = secrets.token_urlsafe(32)
    act = Act(person.login, "logged-in", person.login, {"from": address, "way": way})
    people.open_session(hashed(token), person, act)
    return Entered(token, person)


def who(people: People, access: Access, token: str) -> Session | None:
    """Who is in with this token, if anybody."""
    idle, longest = access.idle_minutes * 60_000, access.session_hours * 3_600_000
    return people.session(hashed(token), round(idle), round(longest))


def log_out(people: People, token: str, login: str) -> None:
    """The token is worth nothing from now on."""
    people.end_session(hashed(token), Act(login, "logged-out", login))


def change_password(people: People, access: Access, token: str, old: str, new: str) -> None:
    """Somebody who is in takes a password of their own; wherever else they are in, they are out.

    Refusal where the old one is wrong or the new one is easily guessed."""
    session = who(people, access, token)
    if session is None or not _fits(session.person.password, old):
        raise Refusal("people.wrong-old")
    person = session.person
    simple = len(set(new)) < GROUP or person.login in new.lower() or new == old
    if not access.password_characters <= len(new) <= MAX_PASSWORD or simple:
        raise Refusal("people.weak", allowed=access.password_characters)
    own = replace(person, password=_hasher().hash(new), temporary=False)
    people.change(own, Act(person.login, "password-changed", person.login), stay=hashed(token))


def one_time() -> str:
    """A password that is read out once: k7fm-3xqp-w9tr."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def hashed(token: str) -> str:
    """What the database keeps of a token. It is random already: no salt, no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _fits(hidden: str | None, password: str) -> bool:
    """Whether it is the password. Without one to compare with it takes as long."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        _hasher().verify(hidden or _nobodys(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return hidden is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_urlsafe())
