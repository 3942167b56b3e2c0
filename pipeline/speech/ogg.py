"""The links of a chained Ogg file: recordings put one behind the other, each with its own header.

Decoders stop at the second link, or stumble where it has another number of channels; read one by
one, each is an ordinary file. Page layout: RFC 3533.
"""

import io
from typing import IO, cast

PAGE_HEADER_BYTES = 27
MAX_LINKS = 100
"""What lies behind so many is read as part of the last."""

FIRST_PAGE_OF_STREAM = 0x02


class Window(io.RawIOBase):
    """A part of a file, read as if it were one."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file, self._start, self._end, self._at = file, start, end, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read in any order."""
        return True

    def tell(self) -> int:
        """Where reading goes on, counted from the start of the part."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the part."""
        origins = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end - self._start}
        self._at = max(0, origins[whence] + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes of the part."""
        left = max(0, self._end - self._start - self._at)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data


def links(file: IO[bytes], size: int) -> list[IO[bytes]]:
    """One file per link; the file itself where there is only one."""
    starts = _starts(file)[:MAX_LINKS]
    if len(starts) < 2:
        return [file]
    return [
        cast(IO[bytes], Window(file, start, end))
        for start, end in zip(starts, [*starts[1:], size], strict=True)
    ]


def _starts(file: IO[bytes]) -> list[int]:
    """Where links begin: a page that begins a stream, after one that does not."""
    starts: list[int] = []
    at, beginning = 0, False
    while True:
        file.seek(at)
        header = file.read(PAGE_HEADER_BYTES)
        if len(header) < PAGE_HEADER_BYTES or header[:4] != b"OggS":
            return starts
        first = bool(header[5] & FIRST_PAGE_OF_STREAM)
        if first and not beginning:
            starts.append(at)
        beginning = first
        lacing = file.read(header[26])
        at += PAGE_HEADER_BYTES + len(lacing) + sum(lacing)
