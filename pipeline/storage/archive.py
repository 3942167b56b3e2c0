"""A backup as one file: a compressed tar whose first member lists the others with checksums."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, cast

from pipeline.refusal import Refusal
from pipeline.storage.plain import from_json, to_json

FORMAT = 1
CONTENTS = "contents.json"
BLOCK = 1 << 20
LARGEST_CONTENTS = 16 << 20
FAST = 1
"""Of gzip's levels: what is gained above it costs more time than disk."""
MODES = 0o777
Members = Iterator[tuple[tarfile.TarInfo, IO[bytes]]]
DAMAGED = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds. made: ISO 8601; program: the version that wrote it; database: sqlite or
    postgresql, and its schema's revision; sums: member -> SHA-256 of it."""

    made: str
    program: str
    database: str
    revision: str
    sums: Mapping[str, str]
    format: int = FORMAT


def pack(target: Path, contents: Contents, files: Mapping[str, Path]) -> None:
    """Write the archive, readable by its owner alone. files: member -> where it lies now."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=FAST) as tar:
            listed = to_json(contents).encode()
            head = tarfile.TarInfo(CONTENTS)
            head.size, head.mode = len(listed), 0o600
            tar.addfile(head, BytesIO(listed))
            for name, path in files.items():
                with path.open("rb") as file:
                    status = os.fstat(file.fileno())
                    member = tarfile.TarInfo(name)
                    member.size, member.mode = status.st_size, status.st_mode & MODES
                    tar.addfile(member, file)
        raw.flush()
        os.fsync(raw.fileno())


def verify(archive: Path) -> Contents:
    """Read all of it and compare the checksums. Refusal where anything is missing or changed."""
    with _opened(archive) as (contents, members):
        seen = {member.name: _sum(file) for member, file in members}
        _compare(contents, seen, archive)
    return contents


def unpack(archive: Path, folder: Path) -> Contents:
    """Its files under a folder, compared with the checksums as verify() does."""
    with _opened(archive) as (contents, members):
        seen = {}
        for member, file in members:
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as out:
                os.fchmod(out.fileno(), member.mode & MODES)
                seen[member.name] = _sum(file, out)
                os.fsync(out.fileno())
        _compare(contents, seen, archive)
    return contents


def sum_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return _sum(file)


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[Contents, Members]]:
    try:
        with gzip.open(archive) as file, tarfile.open(fileobj=file, mode="r|") as tar:
            yield _contents(tar, archive), _members(tar, archive)
            while file.read(BLOCK):  # gzip's own sum comes last
                pass
    except DAMAGED as error:
        raise Refusal("backup.damaged", str(archive)) from error


def _contents(tar: tarfile.TarFile, archive: Path) -> Contents:
    first = tar.next()
    if first is None or first.name != CONTENTS or first.size > LARGEST_CONTENTS:
        raise Refusal("backup.damaged", str(archive))
    text = cast(IO[bytes], tar.extractfile(first)).read()
    said = json.loads(text)
    if said["format"] > FORMAT:
        raise Refusal("backup.newer", str(archive), found=said["program"])
    return from_json(Contents, text.decode())


def _members(tar: tarfile.TarFile, archive: Path) -> Members:
    """Plain files by plain names; anything else is not of our making."""
    while (member := tar.next()) is not None:
        parts = PurePosixPath(member.name).parts
        file = tar.extractfile(member) if member.isfile() else None
        if file is None or not parts or ".." in parts or member.name.startswith("/"):
            raise Refusal("backup.damaged", str(archive))
        yield member, file


def _compare(contents: Contents, seen: Mapping[str, str], archive: Path) -> None:
    if dict(contents.sums) != seen:
        raise Refusal("backup.damaged", str(archive))


def _sum(file: IO[bytes], copy: IO[bytes] | None = None) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()
