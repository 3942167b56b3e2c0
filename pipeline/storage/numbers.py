"""Numbers of rows that people see in addresses and in the record: one that was given is never given
again.

SQLite gives the number of the last row, once that is deleted, to the next one; PostgreSQL does not.
A bookmark of a case that is gone must lead to nothing, and never to another case.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select, update

from pipeline.storage.database import insert_row
from pipeline.storage.review_tables import numbering


def never_used(connection: Connection, table: Table, count: int) -> list[dict[str, int]]:
    """The ids of so many new rows of a table that has its line in `numbering`, where the database
    would give one again; nothing where it would not."""
    if connection.dialect.name != "sqlite":
        return [{}] * count
    mine = numbering.c.name == table.name
    last = connection.execute(select(numbering.c.last).where(mine)).scalar_one()
    highest = connection.execute(select(func.max(table.c.id))).scalar() or 0
    first = 1 + max(last, highest)
    connection.execute(update(numbering).where(mine).values(last=first + count - 1))
    return [{"id": number} for number in range(first, first + count)]


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Add a row under a number that no other ever had, and give it."""
    (own,) = never_used(connection, table, 1)
    return insert_row(connection, table, {**own, **row})
