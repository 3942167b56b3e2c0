"""R13: a home that cannot be written, or must not be: one line with cause and remedy, an exit code
that is not 0, and nothing changed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.storage import Store
from tests.faults.conftest import REPOSITORY, Place, Said, mounted, read_only
from tests.storage.test_store import entry

pytestmark = pytest.mark.faults
WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("writing", flush=True)
time.sleep(600)
"""
LOST = """
import os, signal, sys
from pathlib import Path
from pipeline.storage import Store
from tests.storage.test_store import entry
store = Store(Path(sys.argv[1]))
store.keep(entry())
os.kill(os.getpid(), signal.SIGKILL)
"""
NETWORK = (
    "from pathlib import Path; from pipeline.storage import places; places.MOUNTS = Path({!r}); "
)


@pytest.fixture
def database(place: Place) -> Path:
    """A home with a call in it."""
    with Store(place.home) as store:
        store.keep(entry())
    return place.home / "zhiyin.db"


def files(home: Path) -> dict[str, bytes]:
    """What lies in a home, but for what SQLite makes anew each time it opens a database."""
    return {
        path.name: path.read_bytes()
        for path in home.iterdir()
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


@contextmanager
def unchanged(home: Path) -> Iterator[None]:
    before = files(home)
    yield
    assert files(home) == before


def refused(said: Said, *words: str) -> None:
    """One line, which says these words: the place, the cause, the remedy. What a run tells off a
    terminal, a JSON object to a line, is apart."""
    assert said.code not in (0, 3), said
    lines = [line for line in said.talk.splitlines() if not line.startswith((NOTICE, "{"))]
    assert len(lines) == 1, said.talk
    for word in words:
        assert word in said.talk, (word, said.talk)


NOTICE = "Using the bundled demonstration recogniser"
COMMANDS = (("run",), ("purge", "--older-than", "0d"), ("db", "upgrade"))
"""Each of those that write, as far as it is refused at the same door."""


def test_a_database_that_is_read_only(place: Place, database: Path) -> None:
    with read_only(database), unchanged(place.home):
        refused(place.do("run"), str(database), "read-only", "chmod")


def test_a_folder_that_is_read_only(place: Place, database: Path) -> None:
    with read_only(place.home), unchanged(place.home):
        refused(place.do("run"), str(database), "cannot be written", "--home")


def test_a_database_that_another_process_locks(place: Place, database: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        with unchanged(place.home):
            said = place.do("run", ZHIYIN_STORAGE__BUSY_SECONDS="0.2")
        writer.kill()
    refused(said, str(database), "locked", "storage.busy_seconds")


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("how", ["letter", "half"])
def test_a_database_that_is_rubbish(
    how: str, words: tuple[str, ...], place: Place, database: Path
) -> None:
    whole = database.read_bytes()
    database.write_bytes(b"Dear Sir or Madam, " * 400 if how == "letter" else whole[:8192])
    with unchanged(place.home):
        refused(place.do(*words), str(database), "damaged", "zhiyin restore")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_database_of_a_newer_schema(words: tuple[str, ...], place: Place, database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with unchanged(place.home):
        refused(place.do(*words), str(database), "9999", "upgrade")


def test_a_database_whose_log_is_gone(place: Place) -> None:
    command = [sys.executable, "-c", LOST, str(place.home)]
    died = subprocess.run(command, cwd=REPOSITORY, check=False)
    assert died.returncode == -signal.SIGKILL
    shutil.move(place.home / "zhiyin.db-wal", place.temporary / "kept")
    with unchanged(place.home):
        refused(place.do("run"), "zhiyin.db-wal", "missing", "zhiyin restore")
    shutil.move(place.temporary / "kept", place.home / "zhiyin.db-wal")
    with Store(place.home) as store:
        assert len(store.find("a.wav")) == 1


@pytest.mark.parametrize("kind", ["nfs4", "cifs"])
def test_a_home_on_a_network_file_system(kind: str, place: Place, tmp_path: Path) -> None:
    """By a list of mounts that says so; no such file system was mounted."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/x {place.home} {kind} rw 0 0\n")
    with unchanged(place.home):
        said = place.do("run", first=NETWORK.format(str(mounts)))
        refused(said, kind, "--home", "PostgreSQL")
    assert list(place.home.iterdir()) == []


def test_a_backup_onto_a_disk_that_is_full_or_read_only(place: Place, database: Path) -> None:
    small = ("-t", "tmpfs", "-o", "size=4k", "tmpfs")
    with mounted(place.temporary / "small", *small) as disk, unchanged(place.home):
        refused(place.do("backup", disk), str(disk), "room", "GB are needed")
        assert list(disk.iterdir()) == []
    (place.temporary / "closed").mkdir()
    with read_only(place.temporary / "closed"), unchanged(place.home):
        refused(place.do("backup", place.temporary / "closed"), "closed", "cannot be written")
