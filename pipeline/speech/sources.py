"""Which files make up which recordings: pairs of one-sided files, call records beside them.

Nothing is opened here but call records; what a file holds is for audio.py to find out.
"""

import re
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call, CallRecord
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.call_record import is_conversation, read_record
from pipeline.text.names import shown

COMPANIONS = frozenset(
    f".{ending}"
    for ending in (
        *("json", "txt", "csv", "xml", "yaml", "yml", "md", "html"),
        *("srt", "vtt", "lrc", "stm", "rttm", "ctm", "lab", "textgrid"),
    )
)
"""Endings of what lies beside recordings: x.json, x.truth.json, x.txt beside x.wav."""


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
    recordings = _without_companions(files, settings.pair_suffixes)
    groups = _paired(recordings, settings.pair_suffixes)
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
    return sorted((entry for entry in inside if _is_regular(entry)), key=_natural)


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


def _natural(path: Path) -> tuple[tuple[int, int | str], ...]:
    """call-9 before call-10."""
    parts = re.split(r"(\d+)", shown(path.name))
    return tuple((0, int(p)) if i % 2 else (1, p.casefold()) for i, p in enumerate(parts))


def _without_companions(files: Sequence[Path], suffixes: Sequence[str]) -> list[Path]:
    """All but the texts that carry the name of a recording, or of a call with two sides."""
    recordings = [file for file in files if file.suffix.lower() not in COMPANIONS]
    names = {(file.parent, file.stem) for file in recordings}
    names |= {(file.parent, Path(_side(file, suffixes)[1]).stem) for file in recordings}
    return [file for file in files if not _accompanies(file, names)]


def _accompanies(file: Path, names: set[tuple[Path, str]]) -> bool:
    if file.suffix.lower() not in COMPANIONS:
        return False
    stem = file.stem
    while (file.parent, stem) not in names and "." in stem:
        stem = stem.rpartition(".")[0]
    return (file.parent, stem) in names and not (_is_json(file) and is_conversation(file))


def _is_json(file: Path) -> bool:
    return file.suffix.lower() == ".json"


def _paired(files: Sequence[Path], suffixes: Sequence[str]) -> list[tuple[Path, ...]]:
    """Files by recording: the agent's side with the first other side of the same call."""
    sides = {_side(file, suffixes): file for file in files}
    taken: set[Path] = set()
    groups = []
    for file in files:
        if file in taken:
            continue
        group = _pair_of(file, sides, suffixes) or (file,)
        taken.update(group)
        groups.append(group)
    return groups


def _pair_of(
    file: Path, sides: dict[tuple[Path, str, str], Path], suffixes: Sequence[str]
) -> tuple[Path, ...]:
    folder, call, side = _side(file, suffixes)
    if not side:
        return ()
    agent = sides.get((folder, call, suffixes[0]))
    others = [sides[folder, call, s] for s in suffixes[1:] if (folder, call, s) in sides]
    return (agent, others[0]) if agent and others and file in (agent, others[0]) else ()


def _side(file: Path, suffixes: Sequence[str]) -> tuple[Path, str, str]:
    """Folder, name of the call with the ending, and the suffix that says whose side it is."""
    for suffix in suffixes:
        if file.stem.lower().endswith(suffix.lower()) and len(file.stem) > len(suffix):
            return file.parent, file.stem[: -len(suffix)] + file.suffix.lower(), suffix
    return file.parent, file.name, ""


def _with_record(group: tuple[Path, ...], suffixes: Sequence[str]) -> Source:
    stem = group[0].stem
    if len(group) > 1:
        call = Path(_side(group[0], suffixes)[1]).stem
        candidates = [call, *(path.stem for path in group)]
        stem = call
    else:
        candidates = [stem]
    for candidate in candidates:
        beside = group[0].parent / f"{candidate}.json"
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
