"""Databases of older versions."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from pipeline.storage.database import MIGRATIONS, NAME


def make_database(home: Path, revision: str) -> None:
    """An empty one as that version made it."""
    engine = create_engine(f"sqlite:///{home / NAME}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
