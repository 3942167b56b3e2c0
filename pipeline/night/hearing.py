"""How much the recogniser is given at once, learned from how fast it is."""

import time
from collections.abc import Callable
from math import ceil
from typing import cast

from pipeline.night.preparing import Ready
from pipeline.settings import Night
from pipeline.speech.listen import BATCHES_AHEAD, RECORDINGS_AHEAD, Ear, Heard, InHand
from pipeline.speech.preparing import Prepared

RUN_SECONDS = 10.0
"""The recogniser is not asked for longer at once, or nobody could tell it to stop in time..."""
STOP_SHARE = 0.3
"""...and no longer than this share of the time that there is for stopping."""
SLOWER = 10.0
"""A recogniser that takes so many times as long as it used to hangs."""
LOADS_OF_A_RECORDING = 4.0
"""Before any was prepared."""
SHARE_OF_NEW = 0.1
"""Of each new figure in what is learned."""


class Hearing:
    """The recordings that the recogniser has, and its pace."""

    def __init__(self, ear: Ear, night: Night, batch_windows: int) -> None:
        self.ear = ear
        self.loads_of_a_recording = LOADS_OF_A_RECORDING
        self._night = night
        self._batch = batch_windows
        self._seconds_of_a_load: float | None = None
        self._run_seconds = min(RUN_SECONDS, STOP_SHARE * night.stop_seconds)

    @property
    def target(self) -> int:
        """Loads that should be waiting or on their way: what a run takes, and as much again."""
        return 2 * BATCHES_AHEAD * self._batch

    @property
    def next_recordings(self) -> tuple[int, ...]:
        """Numbers of those that the recogniser is given in the next run."""
        owners = self.ear.batches.next_owners(self._batches_of_a_run())
        return tuple(sorted(ready_of(cast(InHand, one)).claim.id for one in owners))

    def take(self, ready: Ready, prepared: Prepared) -> None:
        """Let its windows wait."""
        self.ear.take(ready, prepared)
        new = len(prepared.loads) - self.loads_of_a_recording
        self.loads_of_a_recording += SHARE_OF_NEW * new

    def is_due(self, more_to_come: bool) -> bool:
        """Whether the recogniser should be asked now: for full batches, or for what is left."""
        if self.ear.batches.full() or len(self.ear.hand) >= RECORDINGS_AHEAD:
            return True
        return bool(self.ear.hand) and not more_to_come

    def run(self) -> None:
        """Ask for as many full batches as fit into the time of a run; with none, for the rest."""
        batches = self.ear.batches
        full, began = batches.full(), time.monotonic()
        if not full:
            batches.run_all()
            return
        most = min(full, self._batches_of_a_run())
        batches.run_full(most)
        seconds = (time.monotonic() - began) / (most * self._batch)
        before = self._seconds_of_a_load
        known = seconds if before is None else before
        self._seconds_of_a_load = known + SHARE_OF_NEW * (seconds - known)

    def _batches_of_a_run(self) -> int:
        """One, until it is known how long that takes."""
        if self._seconds_of_a_load is None:
            return 1
        one = max(self._seconds_of_a_load * self._batch, 1e-6)
        return max(1, min(BATCHES_AHEAD, int(self._run_seconds / one)))

    @property
    def seconds_of_a_run(self) -> float:
        """How long the next one will take; 0 before the first."""
        loads = self.ear.batches.waiting()
        if full := self.ear.batches.full():
            loads = min(full, self._batches_of_a_run()) * self._batch
        return (self._seconds_of_a_load or 0.0) * loads

    @property
    def patience(self) -> float:
        """Seconds of silence in the next run from which it is taken to hang: some times the longest
        recording, and more than a slow run takes. At first nobody knows how slow it is; slower
        than speech itself would be no use."""
        durations = [one.prepared.sound.duration for one in self.ear.hand]
        longest = self._night.hang_times * max(durations, default=0.0)
        if self._seconds_of_a_load is None:
            return max(longest, sum(durations))
        return max(longest, SLOWER * self.seconds_of_a_run)

    def ready(self) -> list[tuple[Ready, Callable[[], Heard]]]:
        """Those of which nothing waits any more, each with what gives its call."""
        return [(ready_of(one), _call_of(self.ear, one)) for one in self.ear.ready()]


def count_for(loads: float, each: float) -> int:
    """So many recordings have at least so many loads."""
    return ceil(loads / max(each, 0.1))


def ready_of(one: InHand) -> Ready:
    """What the recording is known by."""
    return cast(Ready, one.owner)


def _call_of(ear: Ear, one: InHand) -> Callable[[], Heard]:
    return lambda: ear.call(one)
