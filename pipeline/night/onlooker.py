"""Who is shown how a run goes, and who says when it is to end."""

from collections.abc import Callable
from typing import Protocol

from pipeline.night.job import Event
from pipeline.night.progress import Progress
from pipeline.refusal import Advice, Refusal
from pipeline.storage import Added

Stop = Callable[[], int]
"""How urgently the run is to stop: 0 not at all, 1 after what is in hand, 2 at once."""


class Onlooker(Protocol):
    """Who is shown how a run goes; called from more than one thread."""

    def began(self, night: int, progress: Progress) -> None:
        """The lock is ours; in progress it is counted from now on."""

    def listed(self, seen: int, added: Added) -> None:
        """The sources were looked through once; seen: all recordings there, also those that a
        limit leaves for later."""

    def odd(self, said: Refusal | Advice) -> None:
        """Something is wrong with a source or with the file of metrics; the run goes on."""

    def happened(self, event: Event) -> None:
        """What a worker tells; it is counted already."""
