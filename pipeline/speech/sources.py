"""Which files make up which recordings: pairs of one-sided files, call records beside them.

Nothing is opened here but call records; what a file holds is for audio.py to find out.
"""

import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call, CallRecord
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.call_record import is_conversation, read_record
from pipeline.speech.grouping import natural, record_names, recordings
from pipeline.text.names import shown


@dataclass(frozen=True, slots=True)
class Source:
    """One recording: its name, the file or the pair of files (the agent's first), its call record.

    id is the call record's, else the file's name without ending, made unique. refusal says why
    the call record cannot be read; the recording itself is then not to be heard. call is there
    where nothing is to be heard, but was read from a file in writing; part tells it from others in
    the same file.
    """

    id: str
    paths: tuple[Path, ...]
    record: CallRecord | None = None
    refusal: Refusal | None = None
    call: Call | None = None
    part: str = ""

    @property
    def name(self) -> str:
        """What people know it by: the file's name, and which conversation of it."""
        file = shown(self.paths[0].name)
        return f"{file}#{shown(self.part)}" if self.part else file


def sources(paths: Sequence[Path], settings: Audio) -> list[Source]:
    """The recordings among files and folders, in the order given; in a folder, in natural order.

    A folder gives its own regular files: no folders in it, no links, nothing that is hidden. A
    file named twice counts once; a call record beside its recording is no recording.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    groups = recordings(files, settings.pair_suffixes, is_conversation)
    return _named([_with_record(group, settings.pair_suffixes) for group in groups])


def singly(paths: Sequence[Path], endings: Collection[str]) -> list[Source]:
    """Every file by itself: nothing is paired, nothing is a call record. Of a folder, those with
    one of the endings."""
    files = dict.fromkeys(
        file
        for path in paths
        for file in _files(path)
        if file == path or file.suffix.lower() in endings
    )
    return _named([Source(shown(file.stem), (file,)) for file in files])


def _files(path: Path) -> Iterable[Path]:
    if not _is_folder(path):
        return [path]
    try:
        inside = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return [path]
    return sorted((entry for entry in inside if _is_regular(entry)), key=natural)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_regular(path: Path) -> bool:
    """A file of its own, no link: links in a folder may lead anywhere."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _with_record(group: tuple[Path, ...], suffixes: Sequence[str]) -> Source:
    names = record_names(group, suffixes)
    stem = names[0]
    for name in names:
        beside = group[0].parent / f"{name}.json"
        if beside not in group and _is_regular(beside) and not is_conversation(beside):
            break
    else:
        return Source(shown(stem), group)
    try:
        record = read_record(beside)
    except Refusal as refusal:
        return Source(shown(stem), group, None, refusal)
    return Source(record.id or shown(stem), group, record)


def _named(found: Sequence[Source]) -> list[Source]:
    """Every id once: where two files share one, the whole name tells them apart, else the path."""
    for name in (lambda s: s.id, lambda s: shown(s.paths[0].name), lambda s: shown(s.paths[0])):
        counts: dict[str, int] = {}
        for source in found:
            counts[source.id] = counts.get(source.id, 0) + 1
        found = [
            Source(name(s), s.paths, s.record, s.refusal) if counts[s.id] > 1 else s for s in found
        ]
    return list(found)
