"""One run of a night in a process of its own: what `zhiyin run` does, with a stand-in for the
recogniser, and with a step at which the run is to be killed. kills.py starts it:

    python -m tests.night.driver '{"home": ..., "recordings": ..., "seconds": 0.05, ...}'
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.night.job import Event, Opening
from pipeline.night.progress import Progress
from pipeline.night.run import Asked, run_night
from pipeline.night.stopping import Stopping
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night, Settings, Storage
from pipeline.storage import Added, State
from tests.night.failpoints import Failpoint, Step
from tests.night.stand_in import StandIn

SOME_FAILED = 3


@dataclass(frozen=True, slots=True)
class Equip:
    """Job.equip: what each process of the night hears with, and where it dies."""

    stand_in: StandIn | None
    failpoint: Failpoint | None

    def __call__(self) -> Opening | None:
        if self.failpoint:
            self.failpoint.install()
        return self.stand_in() if self.stand_in else None


class Silent:
    """Nobody looks on."""

    def began(self, night: int, progress: Progress) -> None:
        """The run has the lock."""

    def listed(self, added: Added) -> None:
        """What it found."""

    def odd(self, said: Refusal | Advice) -> None:
        """For the log."""
        print(said, file=sys.stderr, flush=True)

    def happened(self, event: Event) -> None:
        """For the log."""
        print(event, file=sys.stderr, flush=True)


def main(asked: dict[str, Any]) -> int:
    """The run; an exit code as the command's."""
    step = asked.get("step")
    failpoint = step and Failpoint(Step(step), asked["hit"], os.getpgid(0), Path(asked["spent"]))
    stand_in = None if asked["seconds"] is None else StandIn(asked["seconds"])
    equip: Callable[[], Opening | None] = Equip(stand_in, failpoint)
    equip()
    settings = Settings(
        storage=Storage(url=asked["url"]),
        night=Night(
            sources=(asked["recordings"],),
            settle_seconds=0,
            beat_seconds=1,
            **asked.get("night", {}),
        ),
    )
    with Stopping() as stopping:
        ended = run_night(
            Asked(home=Path(asked["home"]), settings=settings, equip=equip), Silent(), stopping
        )
    return SOME_FAILED if ended.summary.count(State.FAILED) else 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
