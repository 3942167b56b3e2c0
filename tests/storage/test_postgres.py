"""PostgreSQL by URL: what goes wrong is told in a line, and never with the password in it."""

import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.configuration.secret import masked
from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage import Store
from pipeline.storage.database import NEWEST, open_database, reading, upgrade_database
from pipeline.wording import LANGUAGES, say_refusal
from tests.databases import PASSWORD, Database, Server, free_port
from tests.storage.test_store import RECORDING, entry

SECRET = "wachtwoord-7"


def refused(home: Path, storage: Storage) -> Refusal:
    with pytest.raises(Refusal) as told:
        Store(home, storage)
    for language in LANGUAGES:
        said = say_refusal(told.value, language)
        assert "\n" not in said and SECRET not in said and PASSWORD not in said
        assert told.value.reason.key not in said, "it has no words"
    assert SECRET not in repr(told.value)
    return told.value


@pytest.mark.postgres
def test_a_wrong_password_is_told_as_such(postgres: Server, tmp_path: Path) -> None:
    url = postgres.url("postgres", password=SECRET)
    told = refused(tmp_path, Storage(url=url))
    assert told.reason.key == "storage.denied"
    assert told.file == f"postgresql://zhiyin:***@127.0.0.1:{postgres.port}/postgres"
    assert "zhiyin" in str(told.reason.values["found"])


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_named(postgres: Server, tmp_path: Path) -> None:
    told = refused(tmp_path, Storage(url=postgres.url("nothing")))
    assert told.reason.key == "storage.unreachable"
    assert "nothing" in str(told.reason.values["found"])


@pytest.mark.postgres
def test_a_user_without_rights_is_told_as_such(postgres: Server, tmp_path: Path) -> None:
    url = postgres.bare()
    postgres.run(f"CREATE ROLE guest LOGIN PASSWORD '{SECRET}'")
    guest = url.replace(f"zhiyin:{url.split(':')[2].split('@')[0]}@", f"guest:{SECRET}@")
    assert refused(tmp_path, Storage(url=guest)).reason.key == "storage.denied"


@pytest.mark.postgres  # needs its driver, if no server
def test_a_server_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    url = f"postgresql://zhiyin:{SECRET}@127.0.0.1:{free_port()}/zhiyin"
    told = refused(tmp_path, Storage(url=url))
    assert told.reason.key == "storage.unreachable"
    assert "refused" in str(told.reason.values["found"])


@pytest.mark.parametrize(
    "url",
    [
        f"zhiyin:{SECRET}@host",
        f"postgresql://zhiyin:{SECRET}@host:port/zhiyin",
        SECRET,
    ],
)
def test_what_is_no_url_is_not_repeated(url: str, tmp_path: Path) -> None:
    assert refused(tmp_path, Storage(url=url)).reason.key == "storage.not-a-url"


def test_other_databases_are_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, Storage(url=f"mysql://zhiyin:{SECRET}@host/zhiyin"))
    assert told.reason.key == "storage.other-database"
    assert told.reason.values == {"found": "mysql", "allowed": "postgresql"}


def test_a_driver_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = refused(tmp_path, Storage(url=f"postgresql://zhiyin:{SECRET}@host/zhiyin"))
    assert told.reason.key == "storage.no-driver"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:p@ss:word/@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        (
            "postgresql://host/db?user=me&password=x&b=1",
            "postgresql://host/db?user=me&password=***&b=1",
        ),
        ("postgresql://me:x@/db?host=/run/p", "postgresql://me:***@/db?host=/run/p"),
        ("", ""),
        ("demo-zh", "demo-zh"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.fixture
def bare(postgres: Server, tmp_path: Path) -> Iterator[Database]:
    yield Database(tmp_path, Storage(url=postgres.bare()))


@pytest.mark.postgres
def test_an_empty_database_gets_its_schema_and_nothing_lies_in_the_home(bare: Database) -> None:
    assert upgrade_database(bare.home, bare.storage, dry_run=True) is None
    with bare.store() as store:
        store.keep(entry())
        assert store.find(RECORDING.name)
    assert bare.rows("SELECT version_num FROM alembic_version") == [(NEWEST,)]
    assert list(bare.home.iterdir()) == []


@pytest.mark.postgres
def test_a_newer_schema_is_refused_and_left_alone(bare: Database) -> None:
    bare.store().close()
    bare.rows("UPDATE alembic_version SET version_num = '9999'")
    assert refused(bare.home, bare.storage).reason.key == "storage.newer"


@pytest.mark.postgres
def test_a_reading_cannot_write(bare: Database) -> None:
    engine = open_database(bare.home, bare.storage)
    with pytest.raises(Refusal) as told, reading(engine) as connection:
        connection.execute(text("DELETE FROM recording"))
    assert told.value.reason.key == "storage.read-only"
    engine.dispose()


@pytest.mark.postgres
def test_who_is_at_work_waits_for_a_server_that_is_away(postgres: Server, bare: Database) -> None:
    with bare.store() as store:
        store.keep(entry())
        postgres.stop(signal.SIGQUIT)
        with ThreadPoolExecutor(1) as at_work:
            asked = at_work.submit(store.find, RECORDING.name)
            with pytest.raises(TimeoutError):
                asked.result(0.5)
            postgres.start()
            assert asked.result()[0].cards


@pytest.mark.postgres
def test_who_is_at_work_waits_no_longer_than_is_set(postgres: Server, bare: Database) -> None:
    impatient = replace(bare, storage=replace(bare.storage, reconnect_seconds=0.3))
    with impatient.store() as store:
        store.keep(entry())
        postgres.stop(signal.SIGQUIT)
        try:
            with pytest.raises(Refusal) as told:
                store.find(RECORDING.name)
            assert told.value.reason.key == "storage.unreachable"
        finally:
            postgres.start()
        assert store.find(RECORDING.name)[0].cards
