"""A home in one file: the database, and what a centre wrote itself."""

import errno
import hashlib
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.configuration import SETTINGS_FILE
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.storage.archive import Contents, pack, sum_of, verify
from pipeline.storage.audit import HEADS, Audit
from pipeline.storage.audit_rows import Act
from pipeline.storage.copies import SIDES, copy_database
from pipeline.storage.database import NAME, NEWEST
from pipeline.storage.dumps import DUMP, dump_database
from pipeline.storage.staging import made_durable, staging
from pipeline.storage.troubles import GIGABYTE
from pipeline.workflow.clips import FOLDER as CLIPS

OWN = ("lexicons", "scorecards", CLIPS)
"""Folders of the home that a centre fills, and the sounds of its cases."""
FILES = (SETTINGS_FILE, HEADS)
"""Files of the home that go with the database."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENDINGS = (".tar.gz", ".tgz")
DATED = "zhiyin-????????-??????.tar.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup: where, how large in bytes, its SHA-256, what it holds, which older ones it made
    room for."""

    path: Path
    size: int
    sum: str
    contents: Contents
    gone: tuple[Path, ...]


def back_up(home: Path, settings: Settings, target: Path, keep: int = 0, by: str = "") -> Made:
    """The database as it is at this moment, settings, lexicons and templates in one file, which is
    read again and compared before it gets its name. A run may go on meanwhile.

    target: a file (.tar.gz, .tgz), else a folder, made when needed, for one named by the moment;
    of those the last `keep` stay (0: all). It is put on record that `by` makes it: it holds all.
    Refusal where it does not fit or is there already."""
    path = _file(target)
    with staging(home / ".backup") as folder:
        own = _own(home, folder)
        database, revision = _copied(home, folder, settings.storage)
        files = {database.name: database, **own}
        contents = Contents(
            made=datetime.now().astimezone().isoformat(timespec="seconds"),
            program=__version__,
            database=POSTGRESQL if database.name == DUMP else SQLITE,
            revision=revision,
            sums={name: sum_of(file) for name, file in files.items()},
        )
        try:
            with _written(path, home, contents, files):
                if revision == NEWEST:  # an older database has no record to put it on
                    Audit(home, settings.storage).note(Act(by, "backup", path.name))
        except OSError as error:
            raise not_written(error, path, database.stat().st_size) from error
    gone = tuple(_older(path, keep)) if keep and path.match(DATED) else ()
    return Made(path=path, size=path.stat().st_size, sum=sum_of(path), contents=contents, gone=gone)


def _file(target: Path) -> Path:
    """The file to write, which is not there; its folder is."""
    if target.name.endswith(ENDINGS) and not target.is_dir():
        path = target
    else:
        path = target / f"zhiyin-{datetime.now():%Y%m%d-%H%M%S}.tar.gz"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(error, path.parent) from error
    if path.exists():
        raise Refusal("backup.there", str(path))
    return path


def _copied(home: Path, folder: Path, settings: Storage) -> tuple[Path, str]:
    """The database as a file, and its revision."""
    if settings.url:
        return folder / DUMP, dump_database(folder / DUMP, settings)
    _check_room(home, folder)
    return folder / NAME, copy_database(home, folder / NAME, settings)


def _check_room(home: Path, folder: Path) -> None:
    need = sum(path.stat().st_size for side in SIDES if (path := home / f"{NAME}{side}").exists())
    free = shutil.disk_usage(folder).free
    if free < need:
        raise _no_room(folder, free, need)


def _own(home: Path, folder: Path) -> dict[str, Path]:
    """Member -> copy, of what a centre wrote itself and of the heads of the record: as they are
    now, whoever changes them meanwhile. Before the database: no head may be ahead of it."""
    single = [home / name for name in FILES if (home / name).is_file()]
    below = [path for name in OWN for path in sorted((home / name).rglob("*"))]
    copies = {}
    try:
        for path in (*single, *(p for p in below if p.is_file() and not p.is_symlink())):
            name = path.relative_to(home)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copies[name.as_posix()] = Path(shutil.copy2(path, folder / name))
    except OSError as error:
        raise not_written(error, folder) from error
    return copies


@contextmanager
def _written(path: Path, home: Path, contents: Contents, files: dict[str, Path]) -> Iterator[None]:
    """Under a name that says that it is not done, until all of it was read back, and until what
    is done meanwhile is done."""
    part = path.with_name(f".zhiyin-{_mark(home)}.part")
    try:
        part.unlink(missing_ok=True)
        pack(part, contents, files)
        verify(part)
        yield
        part.rename(path)
        made_durable(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _mark(home: Path) -> str:
    """Tells apart the unfinished files of homes that are backed up into one folder."""
    return hashlib.sha256(f"{platform.node()}:{home}".encode()).hexdigest()[:12]


def _older(path: Path, keep: int) -> Iterator[Path]:
    """Backups named by their moment that are older than the last `keep`; they go."""
    for old in sorted(path.parent.glob(DATED), reverse=True)[keep:]:
        old.unlink()
        yield old


def not_written(error: OSError, path: Path, need: int = 0) -> Refusal:
    """Why a file or folder could not be written. need: bytes that it takes at most."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no_room(path, shutil.disk_usage(path.parent).free, need)
    said = error.strerror or type(error).__name__
    return Refusal("backup.not-written", str(path), found=said)


def _no_room(path: Path, free: int, need: int) -> Refusal:
    least = max(need / GIGABYTE, 0.01)
    return Refusal("backup.no-room", str(path), free=free / GIGABYTE, need=least)
