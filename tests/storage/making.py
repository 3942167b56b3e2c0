"""Databases of older versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from pipeline.settings import Storage
from pipeline.storage import database
from pipeline.storage.database import DEFAULTS, MIGRATIONS


def make_database(home: Path, revision: str, storage: Storage = DEFAULTS) -> None:
    """An empty one as that version made it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with as_it_is(home, storage) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def as_it_is(home: Path, storage: Storage = DEFAULTS) -> Iterator[Connection]:
    """A connection to a database of whatever version."""
    engine = database._connected(home, storage)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
