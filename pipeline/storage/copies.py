"""The database of a home copied while others write, and looked over."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage.database import NAME, refuse_newer
from pipeline.storage.places import check_place
from pipeline.storage.troubles import trouble_of_file

SIDES = ("", "-wal", "-shm", "-journal")
"""What belongs to a database file besides itself."""
HAS_SCHEMA = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"


def copy_database(home: Path, target: Path, settings: Storage) -> str:
    """The database as it is at this moment, in a new file without what was deleted from it; its
    revision. Writers go on meanwhile. Refusal where it is none, is damaged, or does not fit."""
    path = home / NAME
    check_place(path)
    if not path.exists():
        raise Refusal("backup.no-database", str(path))
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _connected(path, settings, at_fault=target) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    return look_over(target)


def look_over(path: Path) -> str:
    """The revision of a database file that nobody else has open. Refusal where it is damaged, has
    no schema, or one that is newer than this program."""
    with _connected(path, Storage()) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Refusal("storage.broken", str(path), found="quick_check")
        if connection.execute(HAS_SCHEMA).fetchone() == (0,):  # its making was cut off
            raise Refusal("backup.no-database", str(path))
        revision = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    refuse_newer(revision, str(path))
    return revision


def set_aside(home: Path, folder: Path, settings: Storage) -> None:
    """Move the database of a home, whole or damaged, into a folder. Refusal where a process has
    it open: it would go on writing into what was moved away."""
    path = home / NAME
    if not path.exists():
        return
    try:
        with _connected(path, settings) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # refused while others have it open
    except Refusal as refusal:
        if refusal.reason.key == "storage.locked":
            raise Refusal("backup.in-use", str(path)) from refusal
        if refusal.reason.key != "storage.broken":
            raise
    for side in SIDES:
        if (whole := home / f"{NAME}{side}").exists():
            whole.rename(folder / whole.name)


@contextmanager
def _connected(
    path: Path, settings: Storage, at_fault: Path | None = None
) -> Iterator[sqlite3.Connection]:
    """at_fault: the file that trouble is about, where it is not the database itself."""
    connection = sqlite3.connect(path, timeout=settings.busy_seconds, isolation_level=None)
    try:
        yield connection
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        refusal = trouble_of_file(error, at_fault if at_fault and full else path)
        if refusal is None:
            raise
        raise refusal from error
    finally:
        connection.close()
