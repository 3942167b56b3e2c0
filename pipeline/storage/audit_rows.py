"""Lines of the audit on a connection that is in a transaction: appended with what they tell of."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from pipeline.storage.database import alone_with, moment
from pipeline.storage.people_tables import audit

FIRST = "0" * 64
"""What stands where the first line's forerunner would."""
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what to which. details are short values; never words of a call."""

    by: str
    action: str
    target: str = ""
    details: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An act on record. at: milliseconds since 1970; hash covers it and all lines before."""

    number: int
    at: int
    act: Act
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which lines: of whom, which action, what the target holds; moments (milliseconds since 1970)
    from since on and before until. Nothing given: all of them."""

    by: str = ""
    action: str = ""
    target: str = ""
    since: int = 0
    until: int = 0


def append(connection: Connection, act: Act) -> Line:
    """Put an act on record; it stands or falls with the transaction."""
    alone_with(connection, "audit")
    last = connection.execute(select(audit).order_by(audit.c.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.hash) if last else (1, FIRST)
    at = moment(connection)
    line = Line(number, at, act, chained(before, number, at, act))
    connection.execute(insert(audit).values(**_columns(line)))
    return line


def lines(connection: Connection, after: int = 0) -> Iterator[Line]:
    """The lines with higher numbers, in order."""
    while True:
        chosen = select(audit).where(audit.c.number > after).order_by(audit.c.number)
        found = [_line(row) for row in connection.execute(chosen.limit(ROWS_AT_ONCE))]
        if not found:
            return
        yield from found
        after = found[-1].number


def latest(
    connection: Connection, limit: int, sought: Sought | None = None, before: int = 0
) -> list[Line]:
    """The last lines, the last one first; before: only those of lower numbers."""
    chosen = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before:
        chosen = chosen.where(audit.c.number < before)
    if sought is not None:
        chosen = chosen.where(*_conditions(sought))
    return [_line(row) for row in connection.execute(chosen)]


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.by:
        yield audit.c.by == sought.by
    if sought.action:
        yield audit.c.action == sought.action
    if sought.target:
        yield audit.c.target.contains(sought.target, autoescape=True)
    if sought.since:
        yield audit.c.at >= sought.since
    if sought.until:
        yield audit.c.at < sought.until


def chained(before: str, number: int, at: int, act: Act) -> str:
    """The hash of a line: SHA-256 over the hash before and the line as JSON."""
    said = [before, number, at, act.by, act.action, act.target, dict(sorted(act.details.items()))]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _columns(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "at": line.at,
        "by": line.act.by,
        "action": line.act.action,
        "target": line.act.target,
        "details": json.dumps(dict(line.act.details), ensure_ascii=False),
        "hash": line.hash,
    }


def _line(row: Row[Any]) -> Line:
    act = Act(row.by, row.action, row.target, json.loads(row.details))
    return Line(row.number, row.at, act, row.hash)
