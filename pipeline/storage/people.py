"""People and their sessions. Only hashes are kept: of passwords (argon2) and of what browsers hold.

What is allowed (how often one may try, how long a session lasts) is decided above; this keeps.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import (
    alone_with,
    insert_row,
    moment,
    reading,
    writing,
)
from pipeline.storage.opened import Opened
from pipeline.storage.people_tables import person as people
from pipeline.storage.people_tables import refused_login as refused
from pipeline.storage.people_tables import session as sessions
from pipeline.storage.persons import Limits, Person, Role, Session


class People(Opened):
    """The people of a home. A context manager; close() gives the database back."""

    def add(self, person: Person, act: Act) -> bool:
        """Let somebody in the list, on record. False where the login is taken: nothing changes."""
        with writing(self._engine) as connection:
            alone_with(connection, "person")
            taken = select(people.c.id).where(people.c.login == person.login)
            if connection.execute(taken).first() is not None:
                return False
            at = moment(connection)
            insert_row(connection, people, {**_columns(person), "added": at, "changed": at})
            append(connection, act)
            return True

    def change(self, person: Person, act: Act, stay: str = "") -> bool:
        """Keep somebody as given, on record, and end their sessions but the one of token stay.
        False where no administrator would be left: nothing changes.

        KeyError without such a person."""
        with writing(self._engine) as connection:
            alone_with(connection, "person")
            mine = people.c.id == person.id
            lets_in = person.role == Role.ADMIN and not person.disabled
            if not lets_in and _is_last(connection, mine):
                return False
            row = {**_columns(person), "changed": moment(connection)}
            if not connection.execute(update(people).where(mine).values(**row)).rowcount:
                raise KeyError(person.id)
            theirs = (sessions.c.person_id == person.id) & (sessions.c.token != stay)
            connection.execute(delete(sessions).where(theirs))
            append(connection, act)
            return True

    def named(self, login: str) -> Person | None:
        """Who logs in by this name."""
        with reading(self._engine) as connection:
            row = connection.execute(select(people).where(people.c.login == login)).first()
            return None if row is None else read_person(row)

    def everybody(self) -> tuple[Person, ...]:
        """All people, by login."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(people).order_by(people.c.login))
            return tuple(read_person(row) for row in rows)

    def open_session(self, token: str, person: Person, act: Act) -> None:
        """Somebody came in, on record; token: the hash of what the browser will show."""
        with writing(self._engine) as connection:
            at = moment(connection)
            row = {"token": token, "person_id": person.id, "began": at, "seen": at}
            connection.execute(insert(sessions).values(**row))
            connection.execute(delete(refused).where(refused.c.login == person.login))
            append(connection, act)

    def session(self, token: str, idle_ms: int, longest_ms: int) -> Session | None:
        """The session of this token, seen again now; None where it ended, was idle for too long
        or is too old. Seconds apart it is not written again, so that a page costs one write."""
        with reading(self._engine) as connection:
            row = _joined(connection, token)
            at = moment(connection)
        if row is None or row.disabled:
            return None
        if at - row.seen > idle_ms or at - row.began > longest_ms:
            self.end_session(token)
            return None
        if at - row.seen > idle_ms // 60:
            with writing(self._engine) as connection:
                mine = sessions.c.token == token
                connection.execute(update(sessions).where(mine).values(seen=at))
        return Session(person=read_person(row), began=row.began, seen=at)

    def end_session(self, token: str, act: Act | None = None) -> None:
        """Somebody goes."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token == token))
            if act:
                append(connection, act)

    def try_login(self, login: str, address: str, limits: Limits) -> int:
        """Count a try against the name and the address before its password is looked at: which one
        of this name it is; 0 where there were too many. open_session() takes it off again."""
        with writing(self._engine) as connection:
            alone_with(connection, "login")
            at = moment(connection)
            longest = max(limits.login_ms, limits.address_ms)
            connection.execute(delete(refused).where(refused.c.at <= at - longest))
            of_login = (refused.c.login == login) & (refused.c.at > at - limits.login_ms)
            of_address = (refused.c.address == address) & (refused.c.at > at - limits.address_ms)
            tried = select(func.count()).select_from(refused)
            before = int(connection.execute(tried.where(of_login)).scalar_one())
            beside = connection.execute(tried.where(of_address)).scalar_one()
            if before >= limits.login_tries or beside >= limits.address_tries:
                return 0
            row = {"login": login, "address": address, "at": at}
            connection.execute(insert(refused).values(**row))
            return before + 1

    def forget_tries(self, login: str) -> None:
        """An administrator unlocks a name."""
        with writing(self._engine) as connection:
            connection.execute(delete(refused).where(refused.c.login == login))


def _is_last(connection: Connection, mine: ColumnElement[bool]) -> bool:
    """Whether this is the only one left who lets people in."""
    admins = select(people.c.id).where(people.c.role == Role.ADMIN.value, ~people.c.disabled)
    left = connection.execute(admins.where(~mine).limit(1)).first()
    return left is None and connection.execute(admins.where(mine)).first() is not None


def _joined(connection: Connection, token: str) -> Row[Any] | None:
    chosen = (
        select(people, sessions.c.began, sessions.c.seen)
        .join(sessions, sessions.c.person_id == people.c.id)
        .where(sessions.c.token == token)
    )
    found: Row[Any] | None = connection.execute(chosen).first()
    return found


def _columns(person: Person) -> Mapping[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "role": person.role.value,
        "agent": person.agent,
        "teams": json.dumps(person.teams, ensure_ascii=False),
        "password": person.password,
        "temporary": person.temporary,
        "disabled": person.disabled,
    }


def read_person(row: Row[Any]) -> Person:
    """Somebody of a row of the table."""
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        agent=row.agent,
        teams=tuple(json.loads(row.teams)),
        password=row.password,
        temporary=row.temporary,
        disabled=row.disabled,
    )
