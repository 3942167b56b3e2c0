"""Many numbers given to a statement as one value: it stays the same statement, however many."""

import json
from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, FromClause, cast, func
from sqlalchemy.dialects.postgresql import ARRAY


def given(connection: Connection, numbers: Iterable[int]) -> FromClause:
    """A table of them, to join with: its column is called value."""
    if connection.dialect.name == "sqlite":
        return func.json_each(json.dumps(list(numbers))).table_valued("value", name="given")
    array = cast(list(numbers), ARRAY(BigInteger))
    return func.unnest(array).table_valued("value").render_derived(name="given")
