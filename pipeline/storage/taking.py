"""What the ledger of nights speaks in: what was found, who has it in hand, how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.call import CallRecord, Reason
from pipeline.storage.records import Outcome, State

RETRANSCRIBE = "retranscribe"
"""The wish that a recording be heard again, whatever is known of its bytes. On one that is done:
that could not be, its reason says why, and what was known of it stands."""

JOINED = "joined"
"""The wish that a recording be drafted again, as its call record came late."""


class Lost(Exception):
    """The recording is in another's hands by now (or in nobody's): nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A recording as a listing saw it. name: the call record's id, else the path or URL; stamp:
    what tells that its files changed; urgency: higher goes first; not_before: milliseconds since
    1970 until which it is left alone (0: take it); joins: what a record says of it counts, also one
    that comes late (what was said in writing has its own)."""

    name: str
    sources: tuple[str, ...]
    """Paths or URLs."""
    about: CallRecord = field(default_factory=CallRecord)
    stamp: str = ""
    urgency: int = 0
    not_before: int = 0
    joins: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A recording that a worker has in hand. attempts: how often it was tried before; alone: it
    is suspected of killing workers, so nothing else is in hand; wish: "", RETRANSCRIBE, JOINED."""

    id: int
    fence: int
    """Every write carries it: a claim that was given to another since is refused."""
    worker: str
    night: int
    found: Found
    attempts: int
    alone: bool = False
    wish: str = ""

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from every other claim, of the same recording too."""
        return self.id, self.fence


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that runs a night. process_started: which one of that number, see holders.py;
    engine: the run's kind (local, ray)."""

    host: str
    pid: int
    process_started: str
    engine: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of what was found. known: its name and its files are as they were; joined: those
    of them of whose calls more is known by now."""

    new: int = 0
    known: int = 0
    changed: int = 0
    joined: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.new + other.new,
            self.known + other.known,
            self.changed + other.changed,
            self.joined + other.joined,
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """How all recordings stand; every one is counted once. reasons: key -> how many failed so, or
    could not be heard again (done, Outcome.KEPT)."""

    counts: Mapping[State, Mapping[Outcome, int]]
    reasons: Mapping[str, int]

    @property
    def total(self) -> int:
        """All recordings."""
        return sum(self.of(state) for state in State)

    def of(self, state: State) -> int:
        """The recordings in a state."""
        return sum(self.counts.get(state, {}).values())

    @property
    def wrong(self) -> int:
        """Those that failed, and those that could not be heard again: what failures() lists."""
        return self.of(State.FAILED) + self.counts.get(State.DONE, {}).get(Outcome.KEPT, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A recording that failed, or (Outcome.KEPT) could not be heard again. changed: milliseconds
    since 1970."""

    id: int
    name: str
    sources: tuple[str, ...]
    outcome: Outcome
    reason: Reason | None
    attempts: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A run over all recordings. Moments are milliseconds since 1970; ended None: it runs, or was
    cut off and nobody has taken over yet; summary None: it did not come to its end."""

    id: int
    holder: Holder
    began: int
    heartbeat: int
    ended: int | None
    summary: Mapping[str, Any] | None
