"""A home out of a backup."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.storage.archive import Contents, unpack
from pipeline.storage.audit import Audit
from pipeline.storage.audit_rows import Act
from pipeline.storage.copies import SIDES, look_over, set_aside
from pipeline.storage.database import NAME, refuse_newer, upgrade_database
from pipeline.storage.dumps import DUMP, check_empty, load_dump
from pipeline.storage.staging import made_durable, staging
from pipeline.workflow.backing_up import FILES, OWN, POSTGRESQL, SQLITE, not_written


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """A home out of a backup. aside: where its former content lies, None where there was none."""

    contents: Contents
    aside: Path | None


def bring_back(
    file: Path, home: Path, settings: Settings, force: bool = False, by: str = ""
) -> BroughtBack:
    """The content of a backup in the home. What is there stands in the way, or is moved beside it
    (force). All is read, compared, looked over and brought to this program's schema first; until
    then the home is as it was. On PostgreSQL the database of the settings is filled, which must be
    empty. It is put on record that `by` does it.

    Refusal where the backup is damaged or of a newer program, or the database is in use."""
    if not file.is_file():
        raise Refusal("backup.none", str(file))
    present = _present(home)
    if present and not force:
        raise Refusal("backup.home-not-empty", str(home))
    with staging(home / ".restore") as folder:
        try:
            contents = unpack(file, folder)
            _check(contents, folder, file, settings.storage)
            if contents.database == POSTGRESQL:
                _fill(folder, home, settings.storage)
            else:
                _look_over(folder, file, settings.storage)
            aside = _aside(home, present, settings) if present else None
            for path in folder.iterdir():
                path.rename(home / path.name)
            made_durable(home)
        except OSError as error:
            raise not_written(error, home, file.stat().st_size) from error
    act = Act(by, "restore", file.name, {"made": contents.made})
    Audit(home, settings.storage).note(act)
    return BroughtBack(contents=contents, aside=aside)


def _present(home: Path) -> list[Path]:
    """What a backup would bring and is there already."""
    names = (*FILES, *OWN, *(f"{NAME}{side}" for side in SIDES))
    return [home / name for name in names if (home / name).exists()]


def _check(contents: Contents, folder: Path, file: Path, settings: Storage) -> None:
    """A database of the kind that the settings name, and nothing that is not ours."""
    database = DUMP if contents.database == POSTGRESQL else NAME
    there = {path.name for path in folder.iterdir()}
    if database not in there or not there <= {database, *FILES, *OWN}:
        raise Refusal("backup.damaged", str(file))
    wanted = POSTGRESQL if settings.url else SQLITE
    if contents.database != wanted:
        raise Refusal("backup.other-database", str(file), found=contents.database, allowed=wanted)
    refuse_newer(contents.revision, str(file))


def _look_over(folder: Path, file: Path, settings: Storage) -> None:
    """The file that was laid out is whole, and of this program's schema from here on."""
    try:
        look_over(folder / NAME)
    except Refusal as refusal:
        refusal.file = str(file)  # the one that the user knows
        raise
    upgrade_database(folder, settings)


def _fill(folder: Path, home: Path, settings: Storage) -> None:
    """The empty database of the settings has what the dump holds, in this program's schema."""
    check_empty(settings)
    load_dump(folder / DUMP, settings)
    upgrade_database(home, settings)
    (folder / DUMP).unlink()


def _aside(home: Path, present: list[Path], settings: Settings) -> Path:
    """The folder in which the home's former content lies from now on."""
    aside = home / f"before-restore-{datetime.now():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    try:
        set_aside(home, aside, settings.storage)
    except Refusal:
        aside.rmdir()
        raise
    for path in present:
        if path.exists():
            path.rename(aside / path.name)
    return aside
