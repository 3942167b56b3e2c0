"""One run of a night in a process of its own: what `zhiyin run` does, with a stand-in for the
recogniser, and with a step at which the run is to be killed. kills.py starts it:

    python -c "from tests.night.driver import main; main()" '{"home": ..., "seconds": 0.05, ...}'
"""

import json
import os
import select
import sys
import time
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
from pipeline.workflow.backing_up import back_up
from tests.night.failpoints import Failpoint, Step
from tests.night.stand_in import StandIn

SOME_FAILED = 3


@dataclass(frozen=True, slots=True)
class Equip:
    """Job.equip: what each process of the night hears with, and where it dies."""

    stand_in: StandIn | None
    failpoint: Failpoint | None

    def __call__(self) -> Opening | None:
        if "faketime" in os.environ.get("LD_PRELOAD", ""):
            time.sleep = _sleep  # its 0.9.10 refuses what Python sleeps by
        if self.failpoint:
            self.failpoint.install()
        return self.stand_in() if self.stand_in else None


def _sleep(seconds: float) -> None:
    select.select((), (), (), seconds)


class Silent:
    """Nobody looks on."""

    def began(self, night: int, progress: Progress) -> None:
        """The run has the lock."""

    def listed(self, files: int, added: Added) -> None:
        """What it found."""

    def odd(self, said: Refusal | Advice) -> None:
        """For the log."""
        print(said, file=sys.stderr, flush=True)

    def happened(self, event: Event) -> None:
        """For the log."""
        print(event, file=sys.stderr, flush=True)


def main() -> None:
    """The run; its exit code is the command's."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    equip = equip_of(asked)
    equip()
    with Stopping() as stopping:
        ended = run_night(
            Asked(home=Path(asked["home"]), settings=settings_of(asked), equip=equip),
            Silent(),
            stopping,
        )
    sys.exit(SOME_FAILED if ended.summary.count(State.FAILED) else 0)


def back_up_home() -> None:
    """A backup beside it, into asked["target"]."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    equip_of(asked)()
    back_up(Path(asked["home"]), settings_of(asked), Path(asked["target"]))


def equip_of(asked: dict[str, Any]) -> Equip:
    """Stand-in and failpoint, as they were asked for."""
    failpoint = None
    if asked["step"]:
        step, spent = Step(asked["step"]), Path(asked["spent"])
        failpoint = Failpoint(step, asked["hit"], os.getpgid(0), spent)
    return Equip(None if asked["seconds"] is None else StandIn(asked["seconds"]), failpoint)


def settings_of(asked: dict[str, Any]) -> Settings:
    """Waits shortened."""
    return Settings(
        storage=Storage(url=asked["url"]),
        night=Night(
            sources=(asked["recordings"],),
            **{"settle_seconds": 0, "beat_seconds": 1, **asked["night"]},
        ),
    )
