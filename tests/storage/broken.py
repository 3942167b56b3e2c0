"""Databases that fail: the k-th statement or commit goes wrong as it does in life."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect


class Fault(StrEnum):
    """What goes wrong."""

    LOCKED = "locked"
    """Another process does not let go of its lock."""
    DISK = "disk"
    """The disk cannot be read or written."""
    CUT = "cut"
    """The connection is gone (PostgreSQL)."""
    UNANSWERED = "unanswered"
    """It was done, and nobody hears of it."""


SQLITE = {
    Fault.LOCKED: ("database is locked", sqlite3.SQLITE_BUSY),
    Fault.DISK: ("disk I/O error", sqlite3.SQLITE_IOERR),
    Fault.UNANSWERED: ("disk I/O error", sqlite3.SQLITE_IOERR),
}


class Breaking:
    """Counts statements, commits among them, and breaks the k-th; k None: only counts."""

    def __init__(self, fault: Fault, k: int | None) -> None:
        self.fault = fault
        self.k = k
        self.count = 0

    def next(self, raw: Any, do: Callable[[], object]) -> None:
        """One more is about to be done on this raw connection."""
        self.count += 1
        if self.count - 1 == self.k:
            if self.fault is Fault.UNANSWERED:
                do()
            raise self._error(raw)

    def _error(self, raw: Any) -> Exception:
        if isinstance(raw, sqlite3.Connection):
            words, code = SQLITE[self.fault]
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            return error
        import psycopg

        if self.fault is Fault.LOCKED:
            return psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
        if self.fault is Fault.DISK:
            return psycopg.errors.IoError("could not read block 7 in file: Input/output error")
        raw.close()
        return psycopg.OperationalError("consuming input failed: server closed the connection")


@contextmanager
def breaking(fault: Fault, k: int | None = None) -> Iterator[Breaking]:
    """While it lasts, every database of this process counts, and one breaks at the k-th."""
    counting = Breaking(fault, k)
    commit = DefaultDialect.do_commit

    def on_statement(cursor: Any, text: str, given: Any, context: Any) -> None:
        raw = context.root_connection.connection.dbapi_connection
        counting.next(raw, lambda: _execute(cursor, text, given))

    def on_commit(self: Any, connection: Any) -> None:
        counting.next(connection.dbapi_connection, connection.commit)
        commit(self, connection)

    event.listen(Engine, "do_execute", on_statement)
    event.listen(Engine, "do_executemany", on_statement)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", on_commit)
        try:
            yield counting
        finally:
            event.remove(Engine, "do_execute", on_statement)
            event.remove(Engine, "do_executemany", on_statement)


def _execute(cursor: Any, text: str, given: Any) -> None:
    (cursor.executemany if isinstance(given, list) else cursor.execute)(text, given)
