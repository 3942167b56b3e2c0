"""What stops a database, told in a line that a person can act on."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from pipeline.configuration.secret import masked
from pipeline.refusal import Refusal

GIGABYTE = 1 << 30
LEAST_FREE_GIGABYTES = 1.0
"""So much should be free before work goes on."""

PRIMARY = 0xFF
"""SQLite's extended codes carry the plain one in their lowest byte."""
SQLITE = {
    sqlite3.SQLITE_FULL: "storage.full",
    sqlite3.SQLITE_READONLY: "storage.read-only",
    sqlite3.SQLITE_BUSY: "storage.locked",
    sqlite3.SQLITE_LOCKED: "storage.locked",
    sqlite3.SQLITE_CORRUPT: "storage.broken",
    sqlite3.SQLITE_NOTADB: "storage.broken",
    sqlite3.SQLITE_CANTOPEN: "storage.not-opened",
    sqlite3.SQLITE_PERM: "storage.not-opened",
    sqlite3.SQLITE_IOERR: "storage.disk-trouble",
}
CUT_OFF = "storage.unreachable"
POSTGRESQL = {
    "53100": "storage.full",
    "25006": "storage.read-only",
    "55P03": "storage.locked",
    "40P01": "storage.locked",
    "58030": "storage.disk-trouble",
    "XX001": "storage.broken",
    "XX002": "storage.broken",
    "42501": "storage.denied",
    "53300": CUT_OFF,
    "57P01": CUT_OFF,
    "57P02": CUT_OFF,
    "57P03": CUT_OFF,
    "25P03": CUT_OFF,
}
"""By SQLSTATE: disk_full, read_only_sql_transaction, lock_not_available, deadlock_detected,
io_error, data_corrupted, index_corrupted, insufficient_privilege, too_many_connections; shut down
by its administrator, crashed, starting; cut off as it froze."""
DENIED = ("password", "pg_hba.conf", "role ", "authentication")
"""Of what is said at the door, where there is no SQLSTATE; in other languages the words are shown
as they are."""


def trouble(error: DBAPIError | sqlite3.Error, url: URL) -> Refusal | None:
    """What stopped a statement, where it is of the machine's making; None: a fault of ours."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return trouble_of_file(original, Path(url.database or ""))
    if (key := _key_of_server(original)) is None:
        return None
    return _told(key, masked(url.set(drivername="postgresql").render_as_string()), original, None)


def _key_of_server(error: Any) -> str | None:
    if state := getattr(error, "sqlstate", None):
        return CUT_OFF if state.startswith("08") else POSTGRESQL.get(state)
    if type(error).__name__ != "OperationalError":
        return None
    refused = "FATAL" in str(error) and any(word in str(error) for word in DENIED)
    return "storage.denied" if refused else CUT_OFF


def trouble_of_file(error: sqlite3.Error, path: Path) -> Refusal | None:
    """The same of SQLite's own errors, whose database is that file."""
    key = SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & PRIMARY)
    free = _free(path)
    if key == "storage.disk-trouble" and free == 0:  # the shared memory of WAL did not fit
        key = "storage.full"
    if key == "storage.not-opened" and not os.access(path.parent, os.W_OK):
        key = "storage.not-writable"
    return None if key is None else _told(key, str(path), error, free)


def _told(key: str, where: str, error: BaseException, free: int | None) -> Refusal:
    if key == "storage.full":
        left = "?" if free is None else f"{free / GIGABYTE:.2f}"
        return Refusal("storage.full", where, free=left, need=LEAST_FREE_GIGABYTES)
    said = str(error.args[0]) if error.args else ""
    return Refusal(key, where, found=said.partition("\n")[0].rpartition("FATAL:")[2].strip())


def _free(path: Path) -> int | None:
    """Bytes free where the file lies, None where nobody can tell."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None
