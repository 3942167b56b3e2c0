"""What a run leaves behind in the ledger: what it saw, what became of it, and how fast it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pipeline.storage import Outcome, State, Sums

Counts = Mapping[str, Mapping[str, int]]
"""state -> outcome -> recordings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast a run was, and on what. seconds: from the first recording taken in hand to the last
    that ended; audio_seconds: of the recordings heard meanwhile. engine: local or ray; model: the
    recogniser's name, with all that decides its pace; devices: GPUs, or 1 for the processor; of a
    cluster, workers."""

    audio_seconds: float = 0.0
    seconds: float = 0.0
    engine: str = ""
    model: str = ""
    device: str = ""
    devices: int = 1
    cores: int = 1

    @property
    def times_real_time(self) -> float:
        """Seconds of recordings heard in a second; 0 where nothing was."""
        return self.audio_seconds / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run. listed: recordings seen at the sources, of them new, changed (other bytes under a
    known name) and known (joined: those of them whose call records came late; redrafted: that have
    a new draft for it); ended: what this run brought to an end; reasons: of those that failed;
    standing: all recordings of the ledger when it ended. unread: places that could not be read, so
    that recordings may have been missed. rules: the published version that drafts were made by,
    None for the working copy. stopped: it ended before all was done."""

    listed: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    joined: int = 0
    redrafted: int = 0
    ended: Counts = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    standing: Counts = field(default_factory=dict)
    speed: Speed = field(default_factory=Speed)
    unread: int = 0
    rules: int | None = None
    stopped: bool = False

    def count(self, state: State) -> int:
        """What this run brought into a state."""
        return sum(self.ended.get(state.value, {}).values())

    @property
    def wrong(self) -> int:
        """What failed in this run, and what it could not hear again, which is done as before."""
        kept = self.ended.get(State.DONE.value, {}).get(Outcome.KEPT.value, 0)
        return self.count(State.FAILED) + kept

    def as_json(self) -> dict[str, Any]:
        """JSON values; read_summary() reads them back."""
        return {"schema": 1, **asdict(self)}


def plain_counts(sums: Sums) -> Counts:
    """Sums as JSON has them."""
    return {
        state.value: {outcome.value: count for outcome, count in outcomes.items()}
        for state, outcomes in sums.counts.items()
    }


def read_summary(values: Mapping[str, Any]) -> Summary:
    """The summary as it was kept; what a later version added to it is left out."""
    known = {one.name for one in fields(Summary)}
    given = {name: value for name, value in values.items() if name in known}
    speeds = {one.name for one in fields(Speed)}
    speed = {k: v for k, v in given.pop("speed", {}).items() if k in speeds}
    return Summary(**given, speed=Speed(**speed))
