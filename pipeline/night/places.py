"""Where recordings lie: the files of a source, a folder at a time, and what small ones hold."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.night import buckets
from pipeline.night.addresses import local
from pipeline.night.disk import is_folder, single, walk
from pipeline.night.seen import Say, Seen
from pipeline.settings import Night
from pipeline.text.opening import bytes_of


def folders(
    source: str, night: Night, fits: Callable[[str], bool], say: Say
) -> Iterator[list[Seen]]:
    """The files of a source, a folder at a time; of one file, that and the call record beside.

    What cannot be read is said."""
    path = local(source)
    if path is None:
        yield from buckets.walk(source, night, say)
    elif is_folder(path):
        yield from walk(path, fits, say)
    elif files := single(path, say):
        yield files


def contents(files: Sequence[Seen], most_bytes: int, night: Night) -> Callable[[Seen], bytes]:
    """What gives the bytes of these files, which are small; raises Refusal where one is larger or
    cannot be read, Transient where it cannot be read now. Those of a bucket come side by side."""
    if files and local(files[0].address) is None:
        brought = buckets.contents(files, most_bytes, night)

        def content(file: Seen) -> bytes:
            data = brought[file.address]
            if isinstance(data, bytes):
                return data
            raise data

        return content
    return lambda file: bytes_of(local(file.address) or Path(), most_bytes)
