"""The databases that tests run on: SQLite, and with the marker `postgres` a real PostgreSQL.

`database` gives each test an empty one of either kind: the same tests, both databases. The server
is started once, without fsync, as another user where the tests run as root (it refuses root), and
ends with the tests, even when they are killed.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from pipeline.settings import Storage
from pipeline.storage import Ledger, Store
from pipeline.storage import database as database_module
from pipeline.storage.database import NAME, open_database
from tests.once import made_once

USER = "zhiyin"
PASSWORD = "geheim/字"  # one that a URL cannot hold as it is
START_SECONDS = 30
CLOSING_SECONDS = 10
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
}


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database: the home folder, and the settings that name it."""

    home: Path
    storage: Storage = field(default_factory=Storage)

    def store(self) -> Store:
        """Its results."""
        return Store(self.home, self.storage)

    def ledger(self) -> Ledger:
        """Its ledger."""
        return Ledger(self.home, self.storage)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query of the tests' own gives; what it changes is kept."""
        engine = open_database(self.home, self.storage)
        try:
            with engine.begin() as connection:
                found = connection.execute(text(query), values)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()

    def copy(self, home: Path) -> "Database":
        """The same again, for a home that is not there yet; nobody may be using this one."""
        if not self.storage.url:
            return Database(Path(shutil.copytree(self.home, home)))
        import psycopg

        server, _, name = self.storage.url.rpartition("/")
        copied = f"{name}_{uuid4().hex[:8]}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            until = time.monotonic() + CLOSING_SECONDS
            while True:
                try:
                    connection.execute(f"CREATE DATABASE {copied} TEMPLATE {name}".encode())
                    break
                except psycopg.errors.ObjectInUse:  # who hung up is a moment longer in its list
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)
        home.mkdir()
        return Database(home, replace(self.storage, url=f"{server}/{copied}"))

    def drop(self) -> None:
        """Away with it; a server has better things to keep."""
        if not self.storage.url:
            shutil.rmtree(self.home)
            return
        import psycopg

        server, _, name = self.storage.url.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])


@dataclass(slots=True)
class Server:
    """A PostgreSQL of the tests' own."""

    folder: Path
    binaries: Path
    port: int
    names: Iterator[int] = field(default_factory=count)
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Lay the folders out and start."""
        (self.folder / "password").write_text(PASSWORD, "utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, _somebody())
        asked = [f"--pgdata={self.data}", f"--username={USER}", "--encoding=UTF8", "--locale=C"]
        secret = ["--auth=scram-sha-256", f"--pwfile={self.folder / 'password'}", "--no-sync"]
        made = subprocess.run(
            [*_as_somebody(), str(self.binaries / "initdb"), *asked, *secret],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        self.start()
        self.run("CREATE DATABASE pattern")
        open_database(self.folder, Storage(url=self.url("pattern"))).dispose()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """It dies with the thread that starts it, whatever becomes of that: the main one."""
        given = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_somebody(), str(self.binaries / "postgres"), "-D", str(self.data), *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            log_text = (self.folder / "log").read_text("utf-8", "replace")
            assert self.process.poll() is None and time.monotonic() < until, log_text
            time.sleep(0.02)

    def _answers(self) -> bool:
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once, in order; SIGQUIT: as if it crashed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(START_SECONDS)
            self.process = None

    def url(self, database: str, password: str = PASSWORD) -> str:
        """As it stands in settings."""
        from urllib.parse import quote

        secret = quote(password, safe="")
        return f"postgresql://{USER}:{secret}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Outside of any transaction, in the database `postgres`."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def fresh(self) -> str:
        """The URL of a new database with the newest schema and nothing in it. A server that an
        earlier test's end took with it comes again."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        name = f"test_{next(self.names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE pattern")
        return self.url(name)

    def bare(self) -> str:
        """The URL of a new database without anything."""
        name = f"bare_{next(self.names)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def started(binaries: Path) -> Iterator[Server]:
    """A server that is gone afterwards, with all that was in it."""
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-postgres-"))
    server = Server(folder, binaries, free_port())
    try:
        server.make()
        yield server
    finally:
        try:
            server.stop(signal.SIGQUIT)
        except subprocess.TimeoutExpired:
            server.stop(signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server, started when the first test asks for it."""
    pytest.importorskip("psycopg")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with started(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the newest schema and nothing in it: copied faster than it is made."""
    return made_once(tmp_path_factory, "pattern", lambda home: open_database(home).dispose()) / NAME


@pytest.fixture(scope="session", autouse=True)
def ready_made(blank_database: Path) -> Iterator[None]:
    """Where a test's home gets a database, that is a copy: its migrations were run once. What other
    processes make, they make themselves."""
    migrate, alone = database_module._migrate, threading.Lock()

    def copied(engine: Engine, place: str) -> None:
        path = Path(engine.url.database or "")
        with alone:
            if engine.dialect.name == "sqlite" and path.is_file() and not path.stat().st_size:
                ours = path.with_name(f".{NAME}-{uuid4().hex}")
                shutil.copyfile(blank_database, ours)
                ours.chmod(0o600)
                ours.replace(path)
        migrate(engine, place)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database_module, "_migrate", copied)
        yield


@pytest.fixture(params=["sqlite", POSTGRES])
def database(request: pytest.FixtureRequest, tmp_path: Path, blank_database: Path) -> Database:
    """An empty database of either kind."""
    if request.param == "sqlite":
        shutil.copy2(blank_database, tmp_path / NAME)
        return Database(tmp_path)
    server: Server = request.getfixturevalue("postgres")
    return Database(tmp_path, Storage(url=server.fresh()))


@pytest.fixture(params=["sqlite", POSTGRES])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of either kind without anything in it, not even a schema."""
    if request.param == "sqlite":
        return Database(tmp_path)
    server: Server = request.getfixturevalue("postgres")
    return Database(tmp_path, Storage(url=server.bare()))


def find_binaries() -> Path | None:
    """Where PostgreSQL's programs are, if they are."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return newest[-1].parent if newest else None


def _somebody() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as_somebody() -> list[str]:
    """The command before a command: another user where this one is root; and an end with us."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(_somebody())
        words += [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    return [*words, "--"]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
