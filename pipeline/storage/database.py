"""The database of results: SQLite in the home folder (WAL mode), or a PostgreSQL by URL; its schema
made when opened, upgraded when asked. Transactions, the clock and the locks that both know."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.configuration.secret import masked
from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage.places import check_place
from pipeline.storage.postgres import open_server
from pipeline.storage.troubles import trouble

NAME = "zhiyin.db"
NEWEST = "0015"
DEFAULTS = Storage()
LOOK_AGAIN_SECONDS = 0.2
ONE_VIEW = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
MIGRATIONS = Path(__file__).parent / "migrations"
AT_ONCE = 500
"""Numbers in one statement."""

One = TypeVar("One")


def open_database(home: Path, settings: Storage = DEFAULTS) -> Engine:
    """The engine of the home's database, which is created when needed, or of the one by URL.

    Raises Refusal where the file cannot be written, is no database, is of a newer version or of an
    older one and holds calls (upgrade_database), or lies where SQLite is not safe; where the server
    cannot be reached or does not let us in."""
    engine = _connected(home, settings)
    try:
        _migrate(engine, _place(home, settings))
        if settings.url:
            engine.update_execution_options(reconnect_seconds=settings.reconnect_seconds)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _place(home: Path, settings: Storage) -> str:
    """What people are told of where it is."""
    return masked(settings.url) or str(home / NAME)


def _connected(home: Path, settings: Storage) -> Engine:
    if settings.url:
        return open_server(settings)
    path = home / NAME
    check_place(path)
    try:
        if not path.exists():
            path.touch(mode=0o600)  # what was said in calls is nobody else's to read
    except OSError as error:
        raise Refusal("storage.not-writable", str(path), found=error.strerror or "") from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": settings.busy_seconds})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def has_database(home: Path, settings: Storage = DEFAULTS) -> bool:
    """Whether there is one already, so that looking into it makes none; of one with a URL that is
    taken for granted."""
    return bool(settings.url) or (home / NAME).exists()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it lands, or nothing. On SQLite it takes the write lock at once; on
    PostgreSQL, who reads before it writes locks what it reads (alone_with, FOR UPDATE).

    Refusal where the disk, the file or another process stands in the way."""
    with _told(engine), _connection(engine) as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view, which waits for nobody. Refusal as of writing()."""
    with _told(engine), _connection(engine) as plain:
        one_view = {} if engine.dialect.name == "sqlite" else ONE_VIEW
        connection = plain.execution_options(**one_view)
        with connection.begin():
            yield connection


def _connection(engine: Engine) -> Connection:
    """A connection; where a server that once let us in is away, as soon as it is back. Nothing was
    asked of it yet, so asking again is safe."""
    until = time.monotonic() + engine.get_execution_options().get("reconnect_seconds", 0.0)
    while True:
        try:
            return engine.connect()
        except OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """What stops a statement in words for people, where people can do something about it."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # plain ones come of connecting
        if (refusal := trouble(error, engine.url)) is None:
            raise
        raise refusal from error


def tidy(engine: Engine) -> None:
    """After deleting: nothing of it stays in SQLite's log, as far as nobody else is reading from
    it, or in the dead rows of PostgreSQL."""
    asked = "PRAGMA wal_checkpoint(TRUNCATE)" if engine.dialect.name == "sqlite" else "VACUUM"
    plain = engine.execution_options(isolation_level="AUTOCOMMIT")
    with _told(engine), plain.connect() as connection:
        connection.exec_driver_sql(asked)


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def moment(connection: Connection) -> int:
    """Milliseconds since 1970 by the database's clock, which all processes share."""
    if connection.dialect.name == "sqlite":
        return now()  # the same machine's
    clock = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
    return int(connection.execute(text(clock)).scalar_one())


def alone_with(connection: Connection, what: str) -> None:
    """Until the transaction ends nobody else is here with the same. SQLite has one writer anyway;
    on PostgreSQL, who reads before it writes has to ask for it."""
    if connection.dialect.name != "sqlite":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
        connection.execute(lock, {"what": what})


def here_with(connection: Connection, what: str) -> None:
    """Until the transaction ends nobody is alone with the same; others may be here too."""
    if connection.dialect.name != "sqlite":
        lock = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:what, 0))")
        connection.execute(lock, {"what": what})


def lots(items: Sequence[One], count: int = AT_ONCE) -> Iterator[Sequence[One]]:
    """All of them, so many at a time; by default as many as one statement may name."""
    for at in range(0, len(items), count):
        yield items[at : at + count]


def insert_row(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Add a row and give its number."""
    key = connection.execute(insert(table).values(**row)).inserted_primary_key
    assert key is not None  # noqa: S101 - both databases give it back
    return int(key[0])


def insert_or_leave(connection: Connection, table: Table) -> Any:
    """An insert that leaves a row of the same key as it is."""
    of_its_own = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return of_its_own(table).on_conflict_do_nothing()


def _prepare(connection: Any, _: object) -> None:
    """FULL: a commit survives a power cut. secure_delete: what is deleted is overwritten.
    SQLAlchemy's own BEGIN is ours (_begin)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine, place: str) -> None:
    """A database without calls is brought up at once; one with calls when somebody asks for it."""
    with reading(engine) as connection:
        revision = revision_of(connection)
        held = revision is not None and revision != NEWEST and _holds_calls(connection)
    if revision == NEWEST:
        return
    refuse_newer(revision, place)
    if held:
        raise Refusal("storage.older", place, found=str(revision), allowed=NEWEST)
    _upgrade(engine)


def upgrade_database(home: Path, settings: Storage = DEFAULTS, dry_run: bool = False) -> str | None:
    """Bring the home's database to the newest schema, in one transaction; the revision that it had,
    None where there was none. Refusal as of open_database(), but for an older schema."""
    place = _place(home, settings)
    if dry_run and not settings.url and not Path(place).exists():
        return None
    engine = _connected(home, settings)
    try:
        with reading(engine) as connection:
            revision = revision_of(connection)
        refuse_newer(revision, place)
        if revision != NEWEST and not dry_run:
            _upgrade(engine)
    finally:
        engine.dispose()
    return revision


def refuse_newer(revision: str | None, place: str) -> None:
    """Refusal of what a newer program has made."""
    if revision is not None and revision > NEWEST:
        raise Refusal("storage.newer", place, found=revision, allowed=NEWEST)


def _upgrade(engine: Engine) -> None:
    # Imported here: most starts find the newest schema, and Alembic takes its time.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        alone_with(connection, "schema")
        if revision_of(connection) != NEWEST:  # another process may have been faster
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _holds_calls(connection: Connection) -> bool:
    return connection.execute(text("SELECT 1 FROM recording LIMIT 1")).first() is not None


def revision_of(connection: Connection) -> str | None:
    """Of the schema; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
