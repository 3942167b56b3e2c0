"""Where recordings lie: what a source names, and the files of each of its folders, one by one.

A folder on disk is walked here; a bucket in buckets.py. No link is followed and nothing is opened.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night
from pipeline.text.names import shown
from pipeline.text.opening import bytes_of

PROTOCOLS = ("file", "s3", "memory")
ALLOWED = "file、s3"
UNFINISHED = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".filepart",
    ".swp",
    ".lock",
    "~",
)
"""Endings of names that a file has while it is being written."""

Say = Callable[[Refusal | Advice], None]
"""Takes what is wrong with a place, or odd about it; the listing goes on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a listing saw it. address is its path or URL; within, its path below the source;
    mark changes when its bytes do (mtime in nanoseconds, or an ETag); changed is in seconds since
    1970."""

    address: str
    within: str
    size: int
    mark: int | str
    changed: float

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.within.rpartition("/")[2]


def local(address: str) -> Path | None:
    """The path that an address means on this machine; None where it is a URL of elsewhere."""
    protocol, colon, rest = address.partition("://")
    if not colon or "/" in protocol:
        return Path(address)
    return Path(os.fsdecode(unquote_to_bytes(rest))) if protocol == "file" else None


def address_of(path: Path) -> str:
    """The path as text that any database takes: bytes that are no UTF-8 make it a file:// URL."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "file://" + quote(os.fsencode(text))
    return text


def checked(source: str) -> str:
    """A source as the settings name it. Refusal where it is none that is read."""
    protocol, colon, rest = source.partition("://")
    if colon and "/" not in protocol:
        if protocol not in PROTOCOLS:  # what else the address says may be a secret
            raise Refusal(
                "night.protocol", f"{shown(protocol)}://…", found=protocol, allowed=ALLOWED
            )
        if "@" in rest.partition("/")[0]:
            raise Refusal("night.password-in-source", f"{protocol}://…")
    return source


def is_unfinished(name: str) -> bool:
    """Whether a name is hidden, or one that programs give to what they have not finished."""
    return name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED)


def folders(
    source: str, night: Night, fits: Callable[[str], bool], say: Say
) -> Iterator[list[Seen]]:
    """The files of a source, a folder at a time; of one file, that and the call record beside."""
    path = local(source)
    if path is None:
        say(Refusal("night.protocol", shown(source), found=source, allowed="file"))
        return
    if path.is_dir():
        yield from walk(path, fits, say)
    else:
        yield single(path, say)


def contents(files: Sequence[Seen], most_bytes: int) -> Callable[[Seen], bytes]:
    """What reads small files; Refusal where one cannot be read or is larger."""
    return lambda file: bytes_of(Path(file.address), most_bytes)


def walk(root: Path, fits: Callable[[str], bool], say: Say) -> Iterator[list[Seen]]:
    """The regular files of a folder and of all below it, a folder at a time, in order of names.

    What cannot be read is said, and so is what fits but is no regular file, or a link to outside.
    """
    base = Path(os.path.realpath(root))
    waiting = [base]
    while waiting:
        folder = waiting.pop()
        files, below = _inside(folder, base, fits, say)
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


def _inside(
    folder: Path, base: Path, fits: Callable[[str], bool], say: Say
) -> tuple[list[Seen], list[Path]]:
    files: list[Seen] = []
    below: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.name, entry) for entry in entries)
    except OSError as error:
        say(unread(folder, error))
        return files, below
    for name, entry in names:
        if is_unfinished(name):
            continue
        path = folder / name
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
