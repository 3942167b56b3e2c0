"""The files of a folder on disk and of all below it. No link is followed and nothing is opened."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.night.addresses import address_of
from pipeline.night.seen import Say, Seen, is_unfinished
from pipeline.refusal import Refusal
from pipeline.text.names import shown


def is_folder(path: Path) -> bool:
    """Whether there is a folder, or a link to one, that we may see."""
    try:
        return path.is_dir()
    except OSError:
        return False


def walk(root: Path, fits: Callable[[str], bool], say: Say) -> Iterator[list[Seen]]:
    """The regular files of a folder and of all below it, a folder at a time, in order of names.

    What cannot be read is said, and so is what fits but is no regular file, or a link to outside.
    """
    base = Path(os.path.realpath(root))
    waiting = [base]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            say(unread(folder, error))
            continue
        files, below = _told_apart(inside, base, fits, say)
        waiting.extend(reversed(below))
        yield files


def single(path: Path, say: Say) -> list[Seen]:
    """A source that is one file: that, and the call record beside it."""
    path = Path(os.path.realpath(path))
    beside = path.with_suffix(".json")
    found = [seen_at(path, path.name, say)]
    if beside != path and _is_regular(beside):
        found.append(seen_at(beside, beside.name, say))
    return [seen for seen in found if seen]


def _told_apart(
    inside: Sequence[os.DirEntry[str]], base: Path, fits: Callable[[str], bool], say: Say
) -> tuple[list[Seen], list[Path]]:
    """The files of a folder and the folders in it."""
    files: list[Seen] = []
    below: list[Path] = []
    for entry in inside:
        if is_unfinished(entry.name):
            continue
        path = Path(entry.path)
        within = path.relative_to(base).as_posix()
        try:
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            elif entry.is_file(follow_symlinks=False):
                files.append(_seen(path, within, entry.stat(follow_symlinks=False)))
            elif entry.is_symlink():
                _say_of_link(path, base, say)
            elif fits(within):
                say(Refusal("audio.not-a-file", shown(path)))
        except OSError as error:
            say(unread(path, error))
    return files, below


def seen_at(path: Path, within: str, say: Say) -> Seen | None:
    """The regular file at a path as it is now; None, and the reason is said, without one."""
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        say(unread(path, error))
        return None
    if not stat.S_ISREG(status.st_mode):
        say(Refusal("audio.not-a-file", shown(path)))
        return None
    return _seen(path, within, status)


def _seen(path: Path, within: str, status: os.stat_result) -> Seen:
    return Seen(address_of(path), within, status.st_size, status.st_mtime_ns, status.st_mtime)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _say_of_link(path: Path, base: Path, say: Say) -> None:
    """Nothing where a link leads to inside the source: what it leads to is found there itself."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        say(Refusal("night.dead-link", shown(path)))
        return
    if not target.is_relative_to(base):
        say(Refusal("night.link-outside", shown(path)))


def unread(path: Path, error: Exception) -> Refusal:
    """Why a path cannot be read, from what the system says."""
    if isinstance(error, PermissionError):
        return Refusal("file.no-permission", shown(path))
    if isinstance(error, FileNotFoundError):
        return Refusal("file.not-found", shown(path))
    said = error.strerror if isinstance(error, OSError) else ""
    return Refusal("file.unreadable", shown(path), found=said or type(error).__name__)
