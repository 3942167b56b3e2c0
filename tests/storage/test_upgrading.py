"""A database with calls changes its schema when somebody asks for it, and not before."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.storage import Store
from pipeline.storage.database import NAME, NEWEST, upgrade_database
from tests.storage.making import make_database


def revision(home: Path) -> str:
    with sqlite3.connect(home / NAME) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_an_older_database_without_calls_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    Store(tmp_path).close()
    assert revision(tmp_path) == NEWEST


def test_an_older_database_with_calls_is_refused_unchanged(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute(
            "INSERT INTO recording VALUES "
            "(1, 'c', '/a.wav', '[]', '{}', 'done', 'speech', NULL, 1, 0, 0)"
        )
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            Store(tmp_path)
        assert refused.value.reason.key == "storage.older"
        assert refused.value.reason.values["found"] == "0001"
    assert upgrade_database(tmp_path, dry_run=True) == "0001"
    assert revision(tmp_path) == "0001"
    assert upgrade_database(tmp_path) == "0001"
    assert revision(tmp_path) == NEWEST
    Store(tmp_path).close()


def test_an_upgrade_makes_the_database_where_there_is_none_but_not_on_trial(tmp_path: Path) -> None:
    assert upgrade_database(tmp_path, dry_run=True) is None
    assert list(tmp_path.iterdir()) == []
    assert upgrade_database(tmp_path) is None
    assert revision(tmp_path) == NEWEST


def test_an_upgrade_does_not_touch_a_database_of_a_newer_version(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refused:
        upgrade_database(tmp_path)
    assert refused.value.reason.key == "storage.newer"
    assert revision(tmp_path) == "9999"


def test_an_upgrade_that_breaks_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute("CREATE TABLE decision (mine INTEGER)")  # stands in the way of the second
        schema = old.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(Exception, match="decision"):
        upgrade_database(tmp_path)
    assert revision(tmp_path) == "0001"
    with sqlite3.connect(tmp_path / NAME) as old:
        assert old.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == schema
