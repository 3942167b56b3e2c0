"""A process that prepares recordings for a worker, one at a time: fetch, decode, find voice.

Started by processes.py. It can be ended at any moment, by a limit or by a recording that breaks it:
what it was at is known to the one who asked.
"""

import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.call import CallRecord, Reason
from pipeline.night.asking import Transient
from pipeline.night.fetching import Deferred, fetched
from pipeline.night.job import Opening
from pipeline.night.line import Line
from pipeline.night.processes import answering
from pipeline.night.telling import Telling
from pipeline.refusal import Refusal
from pipeline.settings import Audio, Settings
from pipeline.speech.features import LogMel
from pipeline.speech.grouping import record_names
from pipeline.speech.preparing import Prepared, misfortune, prepare
from pipeline.speech.sources import Source
from pipeline.storage import Found
from pipeline.text import customers
from pipeline.text.names import shown
from pipeline.workflow.content import content_of
from pipeline.workflow.opening import opened
from pipeline.written import Reader, is_written

MEGABYTE = 1 << 20
READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a preparer is told once. window_seconds: the longest load of the recogniser; log_mel:
    makes spectrograms, where that is better done here; megabytes: what it may take of memory;
    customers: what their pseudonyms are made with."""

    settings: Settings
    window_seconds: float
    megabytes: int
    log_mel: LogMel | None = None
    customers: bytes = field(default=b"", repr=False)
    equip: Callable[[], Opening | None] | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """The files are here: SHA-256 over their bytes, and how many. To be answered: go on (True), or
    it is known what they hold."""

    content: str
    size: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. reason: what came in between, which counts as an attempt; found: the recording as it
    stands now, where its files changed, which counts as none."""

    reason: Reason | None = None
    found: Found | None = None


Made = Prepared | Sequence[Source] | Refusal | Later
"""What comes of a recording: one to be heard, or the conversations of a file in writing, each with
its call or its refusal; or why there is nothing."""


def main() -> None:
    """Serve until the worker goes away."""
    line = answering()
    task: Task = line.receive()
    Telling(line.send)
    if task.equip:
        task.equip()
    customers.known_by(task.customers)
    limit = task.megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    line.send(READY)
    try:
        while True:
            _serve(line.receive(), task, line)
    except (EOFError, OSError):
        return


def _serve(found: Found, task: Task, line: Line) -> None:
    made: Made | None
    try:
        with fetched(found, task.settings.night) as paths:
            size = sum(path.stat().st_size for path in paths)
            line.send(Brought(content_of(paths), size))
            wanted = line.receive()
            made = _made(source_of(found, task.settings.audio, paths), task) if wanted else None
    except Refusal as refusal:
        made = refusal
    except Transient as error:
        made = Later(error.refusal.reason)
    except Deferred as error:
        made = Later(found=error.found)
    line.send(made)


def _made(source: Source, task: Task) -> Made:
    try:
        if is_written(source.paths[0]):
            return list(opened([source], Reader(task.settings, {}), set()))
        return prepare(source, task.settings, task.window_seconds, task.log_mel)
    except MemoryError:
        return Refusal("audio.too-much-memory")
    except Exception as error:
        return misfortune(error, source)


def source_of(found: Found, audio: Audio, paths: Sequence[Path] = ()) -> Source:
    """The recording as it is heard, with its files where they lie now."""
    about = found.about if found.about != CallRecord() else None
    names = record_names([PurePosixPath(one) for one in found.sources], audio.pair_suffixes)
    return Source(found.about.id or shown(names[0]), tuple(paths), about)
