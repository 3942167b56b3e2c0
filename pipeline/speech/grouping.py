"""Which files of a listing belong together, told by their names alone: nothing is opened here.

The same rules serve a folder on disk and the keys of a bucket.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TypeVar

from pipeline.text.names import shown

COMPANIONS = frozenset(
    f".{ending}"
    for ending in (
        *("json", "txt", "csv", "xml", "yaml", "yml", "md", "html"),
        *("srt", "vtt", "lrc", "stm", "rttm", "ctm", "lab", "textgrid"),
    )
)
"""Endings of what lies beside recordings: x.json, x.truth.json, x.txt beside x.wav."""

P = TypeVar("P", bound=PurePath)


def recordings(
    files: Sequence[P], suffixes: Sequence[str], is_conversation: Callable[[P], bool]
) -> list[tuple[P, ...]]:
    """The files of each recording, in the order given: one, or the agent's side and the other.

    suffixes: of one-sided files, the agent's first. is_conversation is asked of a JSON file beside
    a recording: one that holds what was said is a recording itself, any other its call record.
    """
    return _paired(_without_companions(files, suffixes, is_conversation), suffixes)


def record_names(group: Sequence[PurePath], suffixes: Sequence[str]) -> tuple[str, ...]:
    """Names, without ending, that the call record beside a recording may have. The first is the
    name of the recording itself."""
    if len(group) == 1:
        return (group[0].stem,)
    return (PurePath(_side(group[0], suffixes)[1]).stem, *(path.stem for path in group))


def natural(path: PurePath) -> tuple[tuple[int, int | str], ...]:
    """call-9 before call-10."""
    parts = re.split(r"(\d+)", shown(path.name))
    return tuple((0, int(p)) if i % 2 else (1, p.casefold()) for i, p in enumerate(parts))


def _without_companions(
    files: Sequence[P], suffixes: Sequence[str], is_conversation: Callable[[P], bool]
) -> list[P]:
    """All but the texts that carry the name of a recording, or of a call with two sides."""
    heard = [file for file in files if file.suffix.lower() not in COMPANIONS]
    names = {(file.parent, file.stem) for file in heard}
    names |= {(file.parent, PurePath(_side(file, suffixes)[1]).stem) for file in heard}

    def stays(file: P) -> bool:
        if not _accompanies(file, names):
            return True
        return file.suffix.lower() == ".json" and is_conversation(file)

    return [file for file in files if stays(file)]


def _accompanies(file: PurePath, names: set[tuple[P, str]]) -> bool:
    if file.suffix.lower() not in COMPANIONS:
        return False
    stem = file.stem
    while (file.parent, stem) not in names and "." in stem:
        stem = stem.rpartition(".")[0]
    return (file.parent, stem) in names


def _paired(files: Sequence[P], suffixes: Sequence[str]) -> list[tuple[P, ...]]:
    """Files by recording: the agent's side with the first other side of the same call."""
    sides = {_side(file, suffixes): file for file in files}
    taken: set[P] = set()
    groups = []
    for file in files:
        if file in taken:
            continue
        group = _pair_of(file, sides, suffixes) or (file,)
        taken.update(group)
        groups.append(group)
    return groups


def _pair_of(file: P, sides: dict[tuple[P, str, str], P], suffixes: Sequence[str]) -> tuple[P, ...]:
    folder, call, side = _side(file, suffixes)
    if not side:
        return ()
    agent = sides.get((folder, call, suffixes[0]))
    others = [sides[folder, call, s] for s in suffixes[1:] if (folder, call, s) in sides]
    return (agent, others[0]) if agent and others and file in (agent, others[0]) else ()


def _side(file: P, suffixes: Sequence[str]) -> tuple[P, str, str]:
    """Folder, name of the call with the ending, and the suffix that says whose side it is."""
    for suffix in suffixes:
        if file.stem.lower().endswith(suffix.lower()) and len(file.stem) > len(suffix):
            return file.parent, file.stem[: -len(suffix)] + file.suffix.lower(), suffix
    return file.parent, file.name, ""
