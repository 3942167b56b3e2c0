"""Many numbers given to a statement as one value: it is made once, and asked of any of them."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, Connection, FromClause, Text, bindparam, cast, func
from sqlalchemy.dialects.postgresql import ARRAY

NAME = "given"


def given(dialect: str) -> FromClause:
    """A table of them, to join with: its column is called value."""
    if dialect == "sqlite":
        return func.json_each(bindparam(NAME, type_=Text)).table_valued("value", name=NAME)
    array = cast(bindparam(NAME), ARRAY(BigInteger))
    return func.unnest(array).table_valued("value").render_derived(name=NAME)


def giving(connection: Connection, numbers: Iterable[int]) -> Mapping[str, str | list[int]]:
    """What to ask such a statement with."""
    many = list(numbers)
    return {NAME: json.dumps(many) if connection.dialect.name == "sqlite" else many}
