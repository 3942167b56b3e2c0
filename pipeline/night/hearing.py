"""The recordings that a worker's recogniser has, how many more it wants, and when it is late."""

import time
from collections.abc import Callable
from math import ceil
from typing import cast

from pipeline.night.preparing import Ready
from pipeline.settings import Night
from pipeline.speech.batches import SHARE_OF_NEW
from pipeline.speech.listen import BATCHES_AHEAD, RECORDINGS_AHEAD, Ear, Heard, InHand
from pipeline.speech.preparing import Prepared

SLOWER = 10.0
"""A recogniser that takes so many times as long as it used to hangs."""
LOADS_OF_A_RECORDING = 4.0
"""Before any was prepared."""


class Hearing:
    """The recordings that the recogniser has, and its pace."""

    def __init__(self, ear: Ear, night: Night, batch_windows: int) -> None:
        self.ear = ear
        self.loads_of_a_recording = LOADS_OF_A_RECORDING
        self._night = night
        self._batch = batch_windows

    @property
    def target(self) -> int:
        """Loads that should be waiting or on their way."""
        return 2 * BATCHES_AHEAD * self._batch

    @property
    def recordings(self) -> tuple[int, ...]:
        """Numbers of those that the recogniser has, or is given by begin()."""
        owners = self.ear.batches.owners
        return tuple(sorted(ready_of(cast(InHand, one)).claim.id for one in owners))

    def take(self, ready: Ready, prepared: Prepared) -> None:
        """Let its windows wait."""
        self.ear.take(ready, prepared)
        new = len(prepared.loads) - self.loads_of_a_recording
        self.loads_of_a_recording += SHARE_OF_NEW * new

    def is_due(self, more_to_come: bool) -> bool:
        """Whether the recogniser has something, or can be given something."""
        batches = self.ear.batches
        if batches.since is not None or batches.full() or self._has_many:
            return True
        return bool(self.ear.hand) and not more_to_come

    @property
    def _has_many(self) -> bool:
        return len(self.ear.hand) >= RECORDINGS_AHEAD

    def draw(self, more_to_come: bool) -> bool:
        """Choose what the recogniser is given next: full batches, or what is left. Whether there
        is something."""
        return self.ear.batches.draw(rest=not more_to_come or self._has_many)

    @property
    def seconds_of_a_batch(self) -> float:
        """How long the next one will take; 0 before the first."""
        return self.ear.batches.seconds_of_a_batch or 0.0

    @property
    def is_late(self) -> bool:
        """Whether the recogniser is silent for longer than it may be."""
        since = self.ear.batches.since
        return since is not None and time.monotonic() - since > self._patience

    @property
    def _patience(self) -> float:
        """Seconds of silence from which the recogniser is taken to hang: some times the longest
        recording, and more than a slow batch takes. At first nobody knows how slow it is; slower
        than speech itself would be no use."""
        durations = [one.prepared.sound.duration for one in self.ear.hand]
        longest = self._night.hang_times * max(durations, default=0.0)
        longest = max(longest, self._night.hang_seconds)
        if self.ear.batches.seconds_of_a_batch is None:
            return max(longest, sum(durations))
        return max(longest, SLOWER * self.seconds_of_a_batch)

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
