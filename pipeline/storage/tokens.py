"""What programs show instead of a password. Of each only a hash is kept."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import alone_with, moment, reading, writing
from pipeline.storage.opened import Opened
from pipeline.storage.people import read_person
from pipeline.storage.people_tables import person as people
from pipeline.storage.persons import Person
from pipeline.storage.review_tables import token as tokens

SEEN_AGAIN_MS = 60_000
"""Seen so soon again it is not written, so that most requests write nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of somebody (login). Moments are milliseconds since 1970; seen None: never used;
    revoked None: it holds."""

    login: str
    name: str
    added: int
    seen: int | None
    revoked: int | None


class Tokens(Opened):
    """The tokens of a home. A context manager; close() gives the database back."""

    def add(self, person: Person, name: str, hashed: str, act: Act) -> bool:
        """Keep a token's hash, on record. False where the person has one of that name that holds:
        nothing changes."""
        with writing(self._engine) as connection:
            alone_with(connection, "token")
            mine = (tokens.c.person_id == person.id) & (tokens.c.name == name)
            holding = select(tokens.c.hash).where(mine, tokens.c.revoked.is_(None))
            if connection.execute(holding).first() is not None:
                return False
            row = {"hash": hashed, "person_id": person.id, "name": name}
            connection.execute(insert(tokens).values(**row, added=moment(connection)))
            append(connection, act)
            return True

    def revoke(self, person: Person, name: str, act: Act) -> bool:
        """The token of that name is worth nothing from now on, on record; False without one."""
        with writing(self._engine) as connection:
            mine = (tokens.c.person_id == person.id) & (tokens.c.name == name)
            holding = mine & tokens.c.revoked.is_(None)
            at = moment(connection)
            if not connection.execute(update(tokens).where(holding).values(revoked=at)).rowcount:
                return False
            append(connection, act)
            return True

    def listed(self, login: str = "") -> tuple[Token, ...]:
        """All tokens there were, of somebody or of everybody, the last one first."""
        chosen = select(tokens, people.c.login).join(people, people.c.id == tokens.c.person_id)
        if login:
            chosen = chosen.where(people.c.login == login)
        with reading(self._engine) as connection:
            rows = connection.execute(chosen.order_by(tokens.c.added.desc(), tokens.c.name)).all()
        return tuple(
            Token(login=r.login, name=r.name, added=r.added, seen=r.seen, revoked=r.revoked)
            for r in rows
        )

    def person(self, hashed: str) -> Person | None:
        """Whose token it is; None where it does not hold, or its owner is shut out."""
        chosen = select(people, tokens.c.seen).join(tokens, tokens.c.person_id == people.c.id)
        mine = (tokens.c.hash == hashed) & tokens.c.revoked.is_(None)
        with reading(self._engine) as connection:
            row = connection.execute(chosen.where(mine, people.c.disabled.is_(False))).first()
            at = moment(connection)
        if row is None:
            return None
        if row.seen is None or at - row.seen > SEEN_AGAIN_MS:
            with writing(self._engine) as connection:
                seen = update(tokens).where(tokens.c.hash == hashed).values(seen=at)
                connection.execute(seen)
        return read_person(row)
