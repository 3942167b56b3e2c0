"""What holds a home's database open, for as long as it is used."""

from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.settings import Storage
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import DEFAULTS, open_database, reading, revision_of, writing


class Opened:
    """A context manager; close() gives the database back."""

    def __init__(self, home: Path, settings: Storage = DEFAULTS):
        """Raises Refusal where the database cannot be opened."""
        self._engine = open_database(home, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def revision(self) -> str:
        """Of the schema. Refusal where the database is away."""
        with reading(self._engine) as connection:
            return revision_of(connection) or ""

    def note(self, act: Act) -> None:
        """Put an act on record that writes nothing else, such as opening a card."""
        with writing(self._engine) as connection:
            append(connection, act)

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()
