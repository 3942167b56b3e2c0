"""The migrations make exactly the schema of tables.py."""

from importlib import import_module
from pkgutil import iter_modules

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline import storage
from pipeline.storage.database import MIGRATIONS, NEWEST, open_database
from pipeline.storage.search_index import INDEX
from pipeline.storage.tables import metadata
from tests.databases import Database

for _module in iter_modules(storage.__path__):  # a table is known once its module is
    if _module.name.endswith("tables"):
        import_module(f"{storage.__name__}.{_module.name}")


def of_ours(name: str | None, kind: str, _: object) -> bool:
    """The index of what was said is made by hand, of a kind that each database has of its own."""
    return kind != "table" or not (name or "").startswith(INDEX)


def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    with open_database(database.home, database.storage).connect() as connection:
        opts = {"compare_type": True, "include_name": of_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_is_checked_at_start() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == NEWEST
