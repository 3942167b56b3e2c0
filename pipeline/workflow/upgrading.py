"""The database of a home brought to the schema of this program."""

from pathlib import Path

from pipeline.settings import Settings
from pipeline.storage.database import NEWEST, upgrade_database


def upgraded(home: Path, settings: Settings, dry_run: bool) -> tuple[str, str]:
    """The schema that was there ("" without a database), and the one that is there now, or would
    be. Refusal where it is newer than this program's."""
    return upgrade_database(home, settings.storage, dry_run) or "", NEWEST
