"""How far a run has come: what is finished and how it ended, how fast, and how long it takes."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.storage import State


@dataclass(slots=True)
class Progress:
    """Counts of one run, from its start. Written by the run, read by whoever shows them.

    total: recordings that waited when it began, and those that came since. audio_seconds: of the
    recordings that were heard."""

    total: int = 0
    ended: Counter[State] = field(default_factory=Counter)
    audio_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    began: float | None = None
    last: float = 0.0

    def start(self) -> None:
        """The first recording is about to be taken in hand: time counts from here."""
        if self.began is None:
            self.began = self.last = self.clock()

    def finish(self, state: State, seconds: float = 0.0) -> None:
        """A recording has come to an end. seconds: its length, where it was heard."""
        self.start()
        self.last = self.clock()
        self.ended[state] += 1
        self.audio_seconds += seconds

    @property
    def finished(self) -> int:
        """Recordings that have come to an end, whichever."""
        return self.ended.total()

    def count(self, state: State) -> int:
        """How many of them in this state."""
        return self.ended[state]

    @property
    def seconds(self) -> float:
        """From the start to the last recording that ended."""
        return self.last - self.began if self.began is not None else 0.0

    @property
    def times_real_time(self) -> float:
        """Seconds of recordings heard in a second; 0 before anything was heard."""
        return self.audio_seconds / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining_seconds(self) -> float | None:
        """Until all is finished, if the rest goes as what is finished went; None: not known yet."""
        if self.began is None or not self.finished:
            return None
        each = (self.clock() - self.began) / self.finished
        return each * max(0, self.total - self.finished)
