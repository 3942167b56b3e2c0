"""WAV headers that say less than the file holds, as recorders leave them that were cut off.

A recorder writes the length when it closes the file. Until then the header says 0, or what the
first buffer held, and a decoder that believes it loses the rest without a word.
"""

import struct
from typing import IO

CHUNK = struct.Struct("<4sI")
UNKNOWN = 0xFFFFFFFF
MAX_CHUNKS = 1000


def says_too_little(file: IO[bytes], size: int) -> bool:
    """Behind the samples that a RIFF file announces, more follows that is no chunk."""
    file.seek(0)
    if file.read(4) != b"RIFF":
        return False
    at = 12
    for _ in range(MAX_CHUNKS):
        file.seek(at)
        head = file.read(CHUNK.size)
        if len(head) < CHUNK.size:
            return False
        name, length = CHUNK.unpack(head)
        at += CHUNK.size + length + length % 2
        if name == b"data":
            return length != UNKNOWN and at < size and not _is_chunk(file, at, size)
    return False


def _is_chunk(file: IO[bytes], at: int, size: int) -> bool:
    """A chunk with a printable name and a length that fits, or a few bytes of padding."""
    file.seek(at)
    head = file.read(CHUNK.size)
    if len(head) < CHUNK.size or not head.strip(b"\0"):
        return size - at < 2 * CHUNK.size
    name, length = CHUNK.unpack(head)
    fits = at + CHUNK.size + int(length) <= size + 1
    return fits and bytes(name).isascii() and bytes(name).decode().isprintable()
