"""The files of a recording, here: those on disk as they are, those of buckets in temporary files.

What is heard must be what was found: a file that has changed since it was listed, or that changes
while it is read, is put off until it has settled.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.night import buckets
from pipeline.night.addresses import local
from pipeline.night.asking import Transient
from pipeline.night.disk import is_folder
from pipeline.night.seen import Seen, stamp_of
from pipeline.night.temporary import temporary_file
from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.storage import Found
from pipeline.text.names import shown

MEGABYTE = 1_000_000


class Deferred(Exception):
    """The files are not those that were found. found: the recording as it stands now, with the
    moment from which to try; put the claim back until then, and add this to the ledger."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.name)
        self.found = found


@contextmanager
def fetched(found: Found, night: Night) -> Iterator[tuple[Path, ...]]:
    """The recording's files, to be read within the `with`; temporary ones are gone after it.

    Refusal where a file is gone, forbidden, too large or no regular file: it fails for good.
    Transient where the same may succeed later: it is tried again. Deferred where the files changed,
    before the body or in it; whatever the body made of them is then not to be kept.
    """
    seen = [_seen_now(address, night) for address in found.sources]
    _compare(found, seen, night)
    with ExitStack() as temporary:
        paths = tuple(_here(one, night, temporary) for one in seen)
        try:
            yield paths
        except Refusal:
            _compare(found, [_again(one, night) for one in seen], night)
            raise
        _compare(found, [_again(one, night) for one in seen], night)


@contextmanager
def brought(sources: Sequence[str], night: Night) -> Iterator[tuple[Path, ...]]:
    """The files at these addresses as they are now, for as long as the `with`.

    Refusal where one cannot be had, now or ever."""
    with ExitStack() as temporary:
        try:
            seen = [_seen_now(address, night) for address in sources]
            paths = tuple(_here(one, night, temporary) for one in seen)
        except Transient as later:
            raise later.refusal from later
        yield paths


def _again(one: Seen, night: Night) -> Seen:
    """A file on disk as it is now; an object's copy cannot have changed."""
    return one if local(one.address) is None else _seen_now(one.address, night)


def _compare(found: Found, seen: Sequence[Seen], night: Night) -> None:
    stamp = stamp_of(seen)
    if found.stamp in ("", stamp):
        return
    ready = int((time.time() + night.settle_seconds) * 1000)
    raise Deferred(replace(found, stamp=stamp, not_before=ready))


def _seen_now(address: str, night: Night) -> Seen:
    path = local(address)
    if path is None:
        seen = buckets.seen_at(address, night)
        if seen.size > night.max_megabytes * MEGABYTE:
            raise Refusal("night.too-large", shown(address), allowed=night.max_megabytes)
        return seen
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except ValueError as error:
        raise Refusal("audio.not-a-file", shown(path)) from error
    except OSError as error:
        raise _unopened(path, error) from error
    try:
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Refusal("audio.not-a-file", shown(path))
    return Seen(address, path.name, status.st_size, status.st_mtime_ns, status.st_mtime)


def _unopened(path: Path, error: OSError) -> Refusal | Transient:
    """A file that is gone alone is gone; where its folder is gone too, it may come back, as may
    whatever a disk of the network does not give now."""
    name = shown(path)
    if isinstance(error, PermissionError):
        return Refusal("audio.no-permission", name)
    if error.errno in (errno.ELOOP, errno.ENXIO):
        return Refusal("audio.not-a-file", name)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if is_folder(path.parent):
            return Refusal("night.not-there", name)
        return Transient(Refusal("night.folder-gone", name))
    return Transient(Refusal("file.unreadable", name, found=error.strerror or ""))


def _here(one: Seen, night: Night, temporary: ExitStack) -> Path:
    path = local(one.address)
    if path is None:
        path = temporary.enter_context(temporary_file(Path(one.address).suffix))
        buckets.bring(one, path, night)
    return path
