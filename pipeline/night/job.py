"""What a worker of the night is told, and what it tells: both travel between processes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from pipeline.call import Reason
from pipeline.settings import Settings, Speech
from pipeline.speech.recognizer import Recognizer
from pipeline.storage import Outcome, State

Opening = Callable[[Speech], Recognizer]
"""Opens a recogniser, as open_recognizer() does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What all workers of a run have in common, and which of them this one is.

    home: folder with the rules and, for SQLite, the database; settings say where another one is.
    night: number of the run in the ledger; worker: what it is known by there, never used twice.
    rules: version of the published rules, None: the working copy. watch: recordings may still
    come, so that a worker with nothing to do waits. device: cpu, cuda, or cuda:1. sharers: workers
    on its machine, itself among them, which share the memory there.
    customers: what their pseudonyms are made with. equip: what tests run first in every process of
    the night; it may give back what is to be called in place of open_recognizer."""

    home: Path
    settings: Settings
    night: int
    worker: str = ""
    rules: int | None = None
    watch: bool = False
    device: str = "cpu"
    sharers: int = 1
    customers: bytes = field(default=b"", repr=False)
    equip: Callable[[], Opening | None] | None = None

    def of(self, worker: str, device: str) -> "Job":
        """The same for one worker."""
        return replace(self, worker=worker, device=device)


class Kind(StrEnum):
    """What a worker, or whoever watches over it, has to tell."""

    OPENED = "opened"
    """The recogniser is ready; said: the line that describes it."""
    TAKEN = "taken"
    """Recordings are in hand."""
    HEARING = "hearing"
    """The recogniser has windows of these recordings, or they are coming to their end: one of them
    is to blame if the worker dies now."""
    ALIVE = "alive"
    """Nothing new, but the worker's loop goes round."""
    HUNG = "hung"
    """The recogniser takes longer than it may."""
    FINISHED = "finished"
    """A recording came to its end: state, outcome, seconds of it, reason where it failed."""
    AGAIN = "again"
    """A recording is put back to be tried again, for this reason; the try counted."""
    BACK = "back"
    """Recordings are put back as they were: the run stops, or they are lost to another worker."""
    DIED = "died"
    """A worker, or a process that prepared for it, ended otherwise than by itself; reason."""
    OVER = "over"
    """A worker ended by itself; said: see Over."""


class Over(StrEnum):
    """Why a worker ended by itself."""

    NOTHING_LEFT = "nothing-left"
    STOPPED = "stopped"
    COUNT = "count"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. recordings: their numbers in the ledger; seconds: of sound."""

    kind: Kind
    worker: str
    recordings: tuple[int, ...] = ()
    seconds: float = 0.0
    state: State | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    said: str = ""

    @classmethod
    def failed(cls, worker: str, recording: int, reason: Reason) -> Self:
        """This worker died of it once too often."""
        return cls(
            kind=Kind.FINISHED,
            worker=worker,
            recordings=(recording,),
            state=State.FAILED,
            outcome=Outcome.FAILED,
            reason=reason,
        )
