"""A folder in which a file or a home is put together before it is moved to its place."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.refusal import Refusal


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """The folder, empty and readable by its owner alone; gone afterwards. What a process that was
    killed left in it goes at the next start.

    Refusal where another process is at work in it, or where it cannot be made."""
    try:
        descriptor = _locked(folder)
    except BlockingIOError:
        raise Refusal("backup.busy", str(folder)) from None
    except OSError as error:
        raise Refusal("backup.not-written", str(folder), found=error.strerror or "") from error
    try:
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """A descriptor of the folder, which holds the lock on it until it is closed."""
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat()):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the one who had it has just taken it away


def made_durable(path: Path) -> None:
    """What was written to a file, or moved into a folder, survives a power cut from here on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
