"""Temporary files with names. What a process that was killed left behind, the next one removes.

Each process has a folder of its own and holds a lock in it, which the system lets go of when the
process ends, however it ends.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

from pipeline.night.asking import Transient
from pipeline.refusal import Refusal

PREFIX = "zhiyin-fetched-"
LOCK = "lock"
UNLOCKED_SECONDS = 60.0
"""A folder without a lock is given so long to get one."""
LONGEST_ENDING = 16

_numbers = count(1)


@contextmanager
def temporary_file(ending: str) -> Iterator[Path]:
    """A name for a file, removed afterwards. Transient where there can be none now."""
    try:
        folder = _folder(os.getpid())
        if not folder.is_dir():  # somebody tidied up
            _folder.cache_clear()
            folder = _folder(os.getpid())
    except OSError as error:
        place, why = tempfile.gettempdir(), error.strerror or ""
        raise Transient(Refusal("night.no-temporary", place, found=why)) from error
    path = folder / f"{next(_numbers)}{ending[:LONGEST_ENDING]}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@cache
def _folder(process: int) -> Path:
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    atexit.register(_remove, folder, process)
    return folder


def sweep() -> None:
    """Remove the folders of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    status = folder.lstat()
    if status.st_uid != os.geteuid():
        return False
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - status.st_mtime > UNLOCKED_SECONDS
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # not where a fork of it ends
        shutil.rmtree(folder, ignore_errors=True)
