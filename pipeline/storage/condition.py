"""How a database is: what doctor asks of it."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage.database import NAME, moment, now, open_database, reading, revision_of
from pipeline.storage.places import kind_of
from pipeline.storage.tables import recording as recordings
from pipeline.storage.troubles import trouble_of_file

STEPS = 100_000
"""SQLite's instructions between two looks at the clock."""

NEIGHBOUR = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
print(connection.execute("SELECT count(*) FROM probe").fetchone()[0])
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("locked")
"""
"""Another process beside one that writes: it sees what was committed, and may not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """program: SQLite or PostgreSQL with its version; size: bytes; busiest: calls of the day that
    had most; last: when anything changed last, milliseconds since 1970 (0: never); ahead: seconds
    by which the database's clock is before this machine's."""

    program: str
    revision: str
    calls: int
    size: int
    busiest: int
    last: int
    ahead: float


def condition_of(home: Path, settings: Storage) -> Condition:
    """Refusal as of open_database()."""
    engine = open_database(home, settings)
    try:
        with reading(engine) as connection:
            program, size = _program(connection)
            a_day = select(func.count().label("calls")).select_from(recordings)
            days = a_day.group_by(recordings.c.day).subquery()
            changed = select(func.max(recordings.c.changed))
            counted = select(func.count()).select_from(recordings)
            return Condition(
                program=program,
                revision=revision_of(connection) or "",
                calls=connection.execute(counted).scalar_one(),
                size=size,
                busiest=connection.execute(select(func.max(days.c.calls))).scalar() or 0,
                last=connection.execute(changed).scalar() or 0,
                ahead=(moment(connection) - now()) / 1000,
            )
    finally:
        engine.dispose()


def _program(connection: Connection) -> tuple[str, int]:
    """What keeps the database, and its size in bytes."""
    if connection.dialect.name == "sqlite":
        pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        return f"SQLite {version}", int(connection.execute(text(pages)).scalar_one())
    version = connection.execute(text("SHOW server_version")).scalar_one().split()[0]
    size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return f"PostgreSQL {version}", int(size)


def check_pages(home: Path, seconds: float) -> bool:
    """Whether all pages of the SQLite file could be looked over in so many seconds. Refusal where
    one of them is damaged."""
    path = home / NAME
    until = time.monotonic() + seconds
    connection = sqlite3.connect(path)
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return False
        if (refusal := trouble_of_file(error, path)) is None:
            raise
        raise refusal from error
    finally:
        connection.close()
    if found != "ok":
        raise Refusal("storage.broken", str(path), found=found)
    return True


def probe_wal(home: Path) -> str:
    """The file system of the home, on which two processes were seen to share a database as WAL
    asks for. Refusal where they cannot."""
    kind = kind_of(home)
    try:
        with tempfile.TemporaryDirectory(prefix=".probe-", dir=home) as folder:
            shared = _is_shared(Path(folder) / "probe.db")
    except OSError as error:
        raise Refusal("storage.not-writable", str(home), found=error.strerror or "") from error
    if not shared:
        raise Refusal("storage.no-wal", str(home), found=kind or "?")
    return kind


def _is_shared(path: Path) -> bool:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
            return False
        connection.execute("CREATE TABLE probe (one INTEGER)")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO probe VALUES (1)")
        before = _neighbour(path)
        connection.execute("COMMIT")
        return (before, _neighbour(path)) == (["0", "locked"], ["1"])
    except sqlite3.Error:
        return False
    finally:
        connection.close()


def _neighbour(path: Path) -> list[str]:
    """What another process says of the database."""
    ran = subprocess.run(  # noqa: S603 - our own program, no shell
        [sys.executable, "-I", "-c", NEIGHBOUR, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.split()
