"""Searches that people keep, to ask them again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, or_, select, update

from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import alone_with, moment, reading, writing
from pipeline.storage.numbers import insert_new
from pipeline.storage.opened import Opened
from pipeline.storage.people_tables import person as people
from pipeline.storage.saved_tables import saved_search as saved

Asked = Mapping[str, str | float]
"""A query and what was typed beside it, by their names."""
LEFT = select(people.c.id).where(people.c.login == saved.c.by, people.c.disabled).exists()
"""Who kept it is in the list of people, and shut out. Of a login of the shell nobody knows that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """by: whose it is; shared: everybody who searches may ask it. added: when it was last kept,
    milliseconds since 1970. left: who kept it is shut out."""

    id: int
    by: str
    name: str
    asked: Asked
    shared: bool
    added: int
    left: bool = False


class SavedSearches(Opened):
    """The searches of a home that are kept. A context manager; close() gives the database back."""

    def keep(self, name: str, asked: Asked, shared: bool, act: Act) -> int:
        """Keep it under that name for who does it, on record; what they kept so before gives way.
        Its number."""
        row = {"asked": json.dumps(dict(asked), ensure_ascii=False), "shared": shared}
        mine = (saved.c.by == act.by) & (saved.c.name == name)
        with writing(self._engine) as connection:
            alone_with(connection, "saved searches")
            row |= {"added": moment(connection)}
            number = connection.execute(select(saved.c.id).where(mine)).scalar()
            if number is None:
                number = insert_new(connection, saved, {"by": act.by, "name": name, **row})
            else:
                connection.execute(update(saved).where(mine).values(**row))
            append(connection, act)
            return int(number)

    def listed(self, by: str, also_left: bool = False) -> tuple[SavedSearch, ...]:
        """Somebody's own and what others share, by name; also_left: and all of those who are shut
        out."""
        theirs = or_(saved.c.by == by, saved.c.shared.is_(True), *([LEFT] if also_left else []))
        chosen = _kept().where(theirs).order_by(saved.c.name, saved.c.id)
        with reading(self._engine) as connection:
            return tuple(_read(row) for row in connection.execute(chosen))

    def one(self, number: int) -> SavedSearch | None:
        """That search, whosever it is."""
        with reading(self._engine) as connection:
            row = connection.execute(_kept().where(saved.c.id == number)).first()
        return _read(row) if row else None

    def remove(self, number: int, act: Act) -> None:
        """It is kept no longer, on record."""
        with writing(self._engine) as connection:
            if connection.execute(delete(saved).where(saved.c.id == number)).rowcount:
                append(connection, act)


def _kept() -> Select[Any]:
    return select(saved, LEFT.label("left"))


def _read(row: Row[Any]) -> SavedSearch:
    return SavedSearch(
        id=row.id,
        by=row.by,
        name=row.name,
        asked=json.loads(row.asked),
        shared=row.shared,
        added=row.added,
        left=row.left,
    )
