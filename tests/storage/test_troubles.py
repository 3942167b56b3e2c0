"""What stops a database is told in a line; nothing half is kept, and nothing else is swallowed."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage import Store
from pipeline.storage.database import open_database, reading, writing
from tests.storage.test_store import CALL, RECORDING, entry


@contextmanager
def refusing(key: str) -> Iterator[None]:
    with pytest.raises(Refusal) as refused:
        yield
    assert refused.value.reason.key == key


def test_a_writer_waits_for_another_as_long_as_the_setting_says(tmp_path: Path) -> None:
    with Store(tmp_path, Storage(busy_seconds=0.05)) as store:
        with sqlite3.connect(tmp_path / "zhiyin.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            with refusing("storage.locked"):
                store.keep(entry())
            other.execute("ROLLBACK")
        store.keep(entry())
        assert len(store.find("a.wav")) == 1


def test_a_write_that_the_disk_does_not_take_leaves_nothing_half(tmp_path: Path) -> None:
    """By a limit on the size of files; of full disks tests/faults has real ones."""
    long = replace(CALL, turns=CALL.turns * 500)
    with Store(tmp_path) as store:
        with refusing("storage.disk-trouble"), limited(1 << 16):
            store.keep(entry(long))
        assert store.find("a.wav") == ()
        store.keep(entry(long))
        assert len(store.find("a.wav")) == 1


@contextmanager
def limited(size: int) -> Iterator[None]:
    import signal

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_page_that_is_rubbish_is_told_as_damage(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for number in range(40):
            store.keep(entry(recording=replace(RECORDING, content=f"{number:064}")))
    path = tmp_path / "zhiyin.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with refusing("storage.broken"):
        Store(tmp_path)


def test_a_fault_of_the_program_is_not_taken_for_trouble(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES (NULL)"))
    with pytest.raises(ValueError, match="mine"), reading(engine):
        raise ValueError("mine")
