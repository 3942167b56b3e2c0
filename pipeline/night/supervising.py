"""Workers watched over: replaced when they die, hang, grow too large or are worn out.

The one who watches neither decodes nor recognises, so that whatever a recording does, somebody is
left to say so. What a dead worker's recogniser had heard of is under suspicion and taken again
one by one (Ledger.gone): the guilty one is found by itself, and all others are scored.
"""

import selectors
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline.call import Reason
from pipeline.night.job import Event, Job, Kind, Over
from pipeline.night.memory import MEGABYTE, hard_limit, taken
from pipeline.night.processes import Process, started
from pipeline.night.telling import Noted
from pipeline.night.worker_process import Impossible, Stop
from pipeline.refusal import Refusal
from pipeline.storage import Ledger

MODULE = "pipeline.night.worker_process"
LOOK_SECONDS = 0.2
"""Between two looks at workers that say nothing."""
MESSAGE_SECONDS = 5.0
"""A worker that stops in the middle of a message hangs."""
OPENING_SECONDS = 300.0
"""A large model takes its time to come from a slow disk."""
MORE_DEATHS = 4
"""So many workers may die, beyond two recordings' attempts, before it is not the recordings."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a worker runs: cpu or cuda; environment: what makes it see this one only."""

    kind: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Watched:
    """A worker as it is known here. suspects: numbers of the recordings that its recogniser was
    given last, or that were coming to their end; until: when its silence is too long; over: why it
    ended by itself."""

    device: Device
    name: str
    process: Process
    until: float
    suspects: set[int] = field(default_factory=set)
    over: Over | None = None

    def note(self, event: Event, hang_seconds: float) -> None:
        """What is known of it changes with what it tells."""
        if event.kind is Kind.HEARING:
            self.suspects = set(event.recordings)
        elif event.kind in (Kind.FINISHED, Kind.AGAIN, Kind.BACK):
            self.suspects -= set(event.recordings)
        elif event.kind is Kind.OVER:
            self.over = Over(event.said)
        self.until = 0.0 if event.kind is Kind.HUNG else time.monotonic() + hang_seconds


class Supervisor:
    """Watches over a worker per device until nothing is left to do."""

    def __init__(self, job: Job, ledger: Ledger, says: Callable[[Event], None]) -> None:
        self._job = job
        self._night = job.settings.night
        self._ledger = ledger
        self._says = says
        self._selector = selectors.DefaultSelector()
        self._watched: list[_Watched] = []
        self._count = 0
        self._deaths = 0
        self._refusal: Refusal | None = None
        self._limit = 0
        self._deadline: float | None = None

    def run(self, devices: Sequence[Device], stop: Callable[[], int]) -> None:
        """stop: how urgently to end: 0 not at all, 1 after what is in hand, 2 at once. Raises
        Refusal where the night cannot go on."""
        self._limit = hard_limit(self._night.worker_megabytes, self._job.sharers)
        try:
            for device in devices:
                self._start(device)
            while self._watched and not self._is_to_end(max(stop(), int(bool(self._refusal)))):
                self._listen()
                for worker in list(self._watched):
                    self._look_at(worker)
        finally:
            self._end_all()
        if self._refusal:
            raise self._refusal

    def _is_to_end(self, urgency: int) -> bool:
        """Whether to end at once. The first time that somebody asks, workers are told to stop."""
        if urgency and self._deadline is None:
            self._deadline = time.monotonic() + self._night.stop_seconds
            for worker in self._watched:
                with suppress(OSError):  # it is ending
                    worker.process.line.send(Stop())
        return urgency > 1 or (self._deadline is not None and time.monotonic() > self._deadline)

    def _start(self, device: Device) -> None:
        self._count += 1
        name = self._job.worker or str(self._job.night)
        job = self._job.of(f"{name}/{self._count}", device.kind)
        process = started(MODULE, leads_group=True, environment=device.environment)
        worker = _Watched(device, job.worker, process, time.monotonic() + OPENING_SECONDS)
        self._watched.append(worker)
        self._selector.register(process.line, selectors.EVENT_READ, worker)
        process.line.send(job)

    def _listen(self) -> None:
        for key, _ in self._selector.select(LOOK_SECONDS):
            worker: _Watched = key.data
            try:
                self._hear(worker, worker.process.line.receive(MESSAGE_SECONDS))
            except TimeoutError:
                worker.until = 0.0
            except EOFError:
                self._ended(worker)

    def _hear(self, worker: _Watched, message: object) -> None:
        if isinstance(message, Noted):
            message.keep()
        elif isinstance(message, Impossible):
            self._refusal, worker.over = message.refusal, Over.STOPPED
        elif isinstance(message, Event):
            worker.note(message, self._night.hang_seconds)
            if message.kind is Kind.FINISHED:
                self._deaths = 0
            self._says(message)

    def _ended(self, worker: _Watched) -> None:
        self._forget(worker)
        reason = worker.process.ended()
        if worker.over is None:
            self._mourn(worker, reason)
        elif worker.over is Over.STOPPED:  # it may have been in no state to put all back
            self._ledger.release(self._job.night, worker.name)
        self._replace(worker)

    def _look_at(self, worker: _Watched) -> None:
        """Whether it behaves."""
        reason = self._misbehaves(worker)
        if reason:
            self._forget(worker)
            worker.process.kill()
            self._mourn(worker, reason)
            self._replace(worker)

    def _replace(self, worker: _Watched) -> None:
        """Another comes in its place, unless there is nothing left to do or all are to stop."""
        done = worker.over in (Over.NOTHING_LEFT, Over.STOPPED)
        if not done and self._deadline is None and self._refusal is None:
            self._start(worker.device)

    def _misbehaves(self, worker: _Watched) -> Reason | None:
        if time.monotonic() > worker.until:
            return Reason("night.hung")
        if taken(worker.process.popen.pid) > self._limit:
            return Reason("night.too-much-memory", {"megabytes": self._limit // MEGABYTE})
        return None

    def _mourn(self, worker: _Watched, reason: Reason) -> None:
        """It died with recordings in hand: one of those that it heard may be the reason."""
        suspects = tuple(sorted(worker.suspects))
        died = Event(kind=Kind.DIED, worker=worker.name, recordings=suspects, reason=reason)
        self._says(died)
        failed = self._ledger.gone(
            self._job.night, worker.name, reason, self._night.attempts, suspects
        )
        self._deaths = 0 if failed else self._deaths + 1
        for number in failed:
            self._says(Event.failed(worker.name, number, reason))
        if self._deaths > 2 * self._night.attempts + MORE_DEATHS:
            self._refusal = Refusal("night.workers-die", count=self._deaths)

    def _forget(self, worker: _Watched) -> None:
        self._watched.remove(worker)
        self._selector.unregister(worker.process.line)

    def _end_all(self) -> None:
        """Those that still run, at once; what they had in hand waits for the next run."""
        for worker in list(self._watched):
            self._forget(worker)
            worker.process.kill()
            self._ledger.release(self._job.night, worker.name)
        self._selector.close()
