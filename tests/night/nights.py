"""A night in a home of its own: recordings in the ledger, a worker or a whole engine upon them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.night.job import Event, Job, Kind
from pipeline.settings import Night, Settings
from pipeline.storage import Found, Ledger, Outcome, Result, State, Store, this_process
from tests.night.stand_in import StandIn

QUICK = Settings(
    night=Night(
        lease_seconds=30, beat_seconds=1, hang_seconds=30, hang_times=1, stop_seconds=6, preparers=1
    )
)
"""All waits shortened."""


@dataclass
class Told:
    """What was said of a night."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: Kind) -> list[Event]:
        return [event for event in self.events if event.kind is kind]

    def ended(self) -> dict[int, State | None]:
        """Recording -> how it ended; each ends once."""
        finished = [(event.recordings[0], event.state) for event in self.of(Kind.FINISHED)]
        assert len(dict(finished)) == len(finished)
        return dict(finished)


def found(*files: Path) -> list[Found]:
    return [Found(name=str(path), sources=(str(path),)) for path in files]


def begun(home: Path, files: Sequence[Path], settings: Settings = QUICK) -> tuple[Ledger, Job]:
    """A ledger in which these files wait, and the job of a night that has its lock."""
    home.mkdir(exist_ok=True)
    ledger = Ledger(home, settings.storage)
    ledger.add(found(*files))
    night = ledger.begin(this_process("local"), 60)
    return ledger, Job(home=home, settings=settings, night=night, worker="w", equip=StandIn())


def result(home: Path, name: str | Path) -> Result:
    with Store(home) as store:
        (kept,) = store.find(str(name))
    return kept


def state(home: Path, name: str | Path) -> tuple[State, Outcome]:
    kept = result(home, name)
    return kept.state, kept.outcome


def drafted(home: Path, files: Sequence[Path]) -> list[object]:
    """All that a night makes of recordings and that must not depend on how it went."""
    results = [result(home, path) for path in files]
    return [(r.state, r.outcome, r.call, r.cards) for r in results]
