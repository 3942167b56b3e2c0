"""The heart of a run: while it beats, nobody else may take the lock."""

import time
from collections.abc import Callable

from pipeline.unexpected import note_unexpected


class Heart:
    """beat() is to be called every so often. lost: another run has taken the lock, or the database
    was out of reach for so long that another may have; the run must stop at once then."""

    def __init__(
        self,
        strike: Callable[[], bool],
        lease_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """strike: tells the ledger that the run lives; False where it has lost its lock."""
        self.lost = False
        self._strike = strike
        self._lease = lease_seconds
        self._clock = clock
        self._heard = clock()

    def beat(self) -> bool:
        """Whether the lock is lost. A database that fails is asked again at the next beat."""
        asked = self._clock()
        try:
            alive = self._strike()
        except Exception as error:
            note_unexpected(error, "beat")
            self.lost = asked - self._heard >= self._lease
        else:
            self.lost = not alive
            self._heard = asked
        return self.lost
