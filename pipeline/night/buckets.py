"""Buckets, by fsspec, which enters here alone; s3fs is loaded where an s3:// address is used."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.night.addresses import checked
from pipeline.night.asking import Transient, answer
from pipeline.night.seen import Say, Seen, is_unfinished
from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.text.names import shown

BLOCK = 8 << 20
"""Bytes asked for at once."""
AT_ONCE = 500
"""Small objects that are brought side by side."""
MD5 = re.compile(r"[0-9a-f]{32}")
"""An ETag that is the checksum of the object: one that was stored in one piece."""

Info = Mapping[str, Any]
Content = bytes | Refusal | Transient


def walk(source: str, night: Night, say: Say) -> Iterator[list[Seen]]:
    """The objects below a prefix, or the one of that name; folder by folder, in order of names.

    A folder that cannot be listed is said."""
    protocol, _, path = source.rstrip("/").partition("://")
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        address = f"{protocol}://{folder}"
        try:
            listed = _listed(address, night)
        except (Refusal, Transient) as error:
            say(error if isinstance(error, Refusal) else error.refusal)
            continue
        infos = [info for info in listed if not is_unfinished(_name(info))]
        files = _files(infos, protocol, path)
        yield [*files, *_record_beside(files, path, night)]
        below = sorted(info["name"].strip("/") for info in infos if info["type"] == "directory")
        waiting += [name for name in reversed(below) if _is_below(name, folder, protocol, say)]


def seen_at(address: str, night: Night) -> Seen:
    """The object at an address as it is now. Refusal and Transient as answer()."""
    files, path = _reached(address, night)
    return _seen(answer(address, night, lambda: files.info(path)), address, "")


def contents(files: Sequence[Seen], most_bytes: int, night: Night) -> dict[str, Content]:
    """By address, what small objects hold, or why that is not known."""
    found: dict[str, Content] = {}
    for start in range(0, len(files), AT_ONCE):
        found |= _several(files[start : start + AT_ONCE], most_bytes, night)
    return found


def bring(seen: Seen, to: Path, night: Night) -> None:
    """The object's bytes in a file of this machine, as many as were seen and with their checksum,
    where there is one. Refusal and Transient as answer(), which asks again for other bytes too."""
    with to.open("wb") as file:  # outside: that it fails is not the bucket's answer
        answer(seen.address, night, lambda: _copy(seen, file, night))


def _copy(seen: Seen, file: BinaryIO, night: Night) -> None:
    files, path = _reached(seen.address, night)
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(0)
    file.truncate()
    with files.open(path, "rb", block_size=BLOCK, cache_type="none") as opened:
        if _mark(getattr(opened, "details", {}), seen.changed) != seen.mark:
            raise OtherBytes
        while (block := opened.read(BLOCK)) and file.tell() <= seen.size:
            digest.update(block)
            file.write(block)
    file.flush()
    is_checksum = night.etag_is_md5 and MD5.fullmatch(str(seen.mark))
    if file.tell() != seen.size or (is_checksum and digest.hexdigest() != seen.mark):
        raise OtherBytes


class OtherBytes(Exception):
    """What came is not what was asked for: cut short, changed on the way, or of another version."""


def _reached(address: str, night: Night) -> tuple[Any, str]:
    """The file system of an address, and its path there."""
    protocol, _, path = checked(address).partition("://")
    options: dict[str, Any] = {}
    if protocol == "s3":
        seconds = night.fetch_timeout_seconds
        once = {"retries": {"total_max_attempts": 1}}  # answer() counts
        options = {
            "anon": False,
            "use_listings_cache": False,
            "endpoint_url": night.s3_endpoint or None,
            "config_kwargs": {"connect_timeout": seconds, "read_timeout": seconds, **once},
        }
    try:
        import fsspec

        files = fsspec.filesystem(protocol, **options)
    except ImportError:
        raise Refusal("night.no-s3fs", shown(address)) from None
    files.retries = 1
    return files, path


def _listed(address: str, night: Night) -> list[Info]:
    files, path = _reached(address, night)
    return answer(address, night, lambda: list(files.ls(path, detail=True)))


def _files(infos: Sequence[Info], protocol: str, path: str) -> list[Seen]:
    found = []
    for info in sorted(infos, key=_name):
        within = info["name"].lstrip("/").removeprefix(path.lstrip("/")).lstrip("/")
        if info["type"] == "file" and not info["name"].endswith("/"):  # a/ marks a folder
            address = f"{protocol}://{info['name'].lstrip('/')}"
            found.append(_seen(info, address, within or _name(info)))
    return found


def _record_beside(files: Sequence[Seen], path: str, night: Night) -> list[Seen]:
    """Of a source that is one object, the call record beside it."""
    if len(files) != 1 or files[0].address.partition("://")[2] != path.lstrip("/"):
        return []
    record = f"{files[0].address.rpartition('.')[0]}.json"
    try:
        beside = seen_at(record, night)
    except (Refusal, Transient):
        return []
    return [replace(beside, within=record.rpartition("/")[2])]


def _name(info: Info) -> str:
    return str(info["name"]).rpartition("/")[2]


def _is_below(name: str, folder: str, protocol: str, say: Say) -> bool:
    """Whether a folder can be listed in its turn: keys with // or a/./b cannot be told apart."""
    if name.startswith(f"{folder.strip('/')}/") and len(name) > len(folder.strip("/")) + 1:
        return True
    say(Refusal("night.odd-key", shown(f"{protocol}://{folder}"), found=shown(name)))
    return False


def _seen(info: Info, address: str, within: str) -> Seen:
    when = info.get("LastModified") or info.get("created") or 0.0
    changed = when.timestamp() if isinstance(when, datetime) else float(when)
    return Seen(address, within, int(info["size"]), _mark(info, changed), changed)


def _mark(info: Info, changed: float) -> str:
    return str(info.get("ETag") or changed).strip('"')


def _several(files: Sequence[Seen], most_bytes: int, night: Night) -> dict[str, Content]:
    """One that did not come with the others is asked for again by itself; where that is of no use,
    so it is for all."""
    most = most_bytes / 1_000_000
    found: dict[str, Content] = {file.address: b"" for file in files}
    for file in files:
        if file.size > most_bytes:
            found[file.address] = Refusal("file.too-large", shown(file.address), allowed=most)
    small = [file for file in files if 0 < file.size <= most_bytes]
    away: Transient | None = None
    for file, data in zip(small, _side_by_side(small, night), strict=True):
        content = data if _is_whole(data, file) else away or _alone(file, night)
        away = content if isinstance(content, Transient) else None
        found[file.address] = content
    return found


def _side_by_side(files: Sequence[Seen], night: Night) -> list[Any]:
    if not files:
        return []
    system, _ = _reached(files[0].address, night)
    paths = [file.address.partition("://")[2] for file in files]
    ends = [file.size for file in files]
    return list(system.cat_ranges(paths, [0] * len(paths), ends, on_error="return"))


def _is_whole(data: Any, file: Seen) -> bool:
    return isinstance(data, bytes) and len(data) == file.size


def _alone(file: Seen, night: Night) -> Content:
    system, path = _reached(file.address, night)

    def whole() -> bytes:
        data = system.cat_file(path)
        if not _is_whole(data, file):
            raise OtherBytes
        return bytes(data)

    try:
        return answer(file.address, night, whole)
    except (Refusal, Transient) as why_not:
        return why_not
