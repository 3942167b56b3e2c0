"""A whole run killed at an instant or at a named step, and run again until the night is done.

Each run is a process group of its own (driver.py), as `zhiyin run` under cron is, with real worker
and preparer processes. A marker in the environment finds every process that it left anywhere.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.settings import Storage
from pipeline.storage import Ledger
from tests.night import invariants
from tests.night.failpoints import Step
from tests.night.invariants import Database

MARKER = "ZHIYIN_TRIAL"
PATIENCE_SECONDS = 180.0
"""A run that takes longer hangs, and that is a failure of the test."""
MOST_HITS = 6
"""A step is hit at one of the first so many times that a process comes by."""
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A home and the recordings that its nights are to hear.

    seconds: what a batch takes the stand-in; None: the demonstration model hears."""

    home: Path
    recordings: Path
    url: str = ""
    seconds: float | None = 0.05
    marker: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def temporary(self) -> Path:
        """TMPDIR of its runs."""
        return self.home / "tmp"

    @property
    def database(self) -> Database:
        """As the checks see it."""
        return Database(self.home, self.url)

    def prepare(self) -> None:
        """The home as it is before its first night, with cards being counted."""
        self.temporary.mkdir(parents=True)
        with Ledger(self.home, Storage(url=self.url)):
            pass
        invariants.count_cards(self.database)

    def start(self, step: Step | None = None, hit: int = 1) -> subprocess.Popen[bytes]:
        """A run, in a process group of its own; step: where it is to be killed."""
        asked = {
            "home": str(self.home),
            "url": self.url,
            "recordings": str(self.recordings),
            "seconds": self.seconds,
            "step": step,
            "hit": hit,
            "spent": str(self.home / f"spent-{uuid.uuid4().hex}"),
        }
        environment = {
            **{name: value for name, value in os.environ.items() if "ZHIYIN" not in name},
            MARKER: self.marker,
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(REPOSITORY),
            "OMP_NUM_THREADS": "1",
        }
        with (self.home / "runs.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.night.driver", json.dumps(asked)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self) -> int:
        """A run that nobody disturbs; its exit code."""
        process = self.start()
        try:
            return process.wait(PATIENCE_SECONDS)
        finally:
            end(process)

    def alive(self) -> dict[int, str]:
        """What is left of its runs."""
        return invariants.processes(f"{MARKER}={self.marker}")


@dataclass(frozen=True, slots=True)
class Kill:
    """What a kill met. after: seconds, where it was by the clock; reached: False where the run
    was over first; done and taken: recordings at that moment."""

    step: str
    after: float
    reached: bool
    done: int
    taken: int


def end(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the whole run."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_after(trial: Trial, seconds: float) -> Kill:
    """Run, and kill it so many seconds later."""
    process = trial.start()
    try:
        process.wait(seconds)
        reached = False
    except subprocess.TimeoutExpired:
        reached = True
    end(process)
    return _met(trial, "any", seconds, reached)


def kill_at(trial: Trial, step: Step, hit: int) -> Kill:
    """Run until it kills itself at a step."""
    began = time.monotonic()
    process = trial.start(step, hit)
    try:
        code = process.wait(PATIENCE_SECONDS)
    finally:
        end(process)
    return _met(trial, step.value, time.monotonic() - began, code == -signal.SIGKILL)


def _met(trial: Trial, step: str, seconds: float, reached: bool) -> Kill:
    none_left(trial)
    states = {
        row[0]: row[1]
        for row in trial.database.rows("SELECT state, count(*) FROM recording GROUP BY state")
    }
    return Kill(step, round(seconds, 2), reached, states.get("done", 0), states.get("taken", 0))


def none_left(trial: Trial, seconds: float = 10.0) -> None:
    """Every process of the run is gone by itself, soon."""
    until = time.monotonic() + seconds
    while alive := trial.alive():
        assert time.monotonic() < until, f"left alive: {alive}"
        time.sleep(0.02)


def check(trial: Trial, undisturbed: dict[str, Any], names: Sequence[str]) -> None:
    """I1, I2, I4, I6 and I7 of a night that has come to its end."""
    invariants.conserved(trial.database, set(names))
    invariants.scored_once(trial.database)
    parted = invariants.differences(undisturbed, invariants.results(trial.database))
    assert not parted, f"{len(parted)} differences: {parted[:5]}"
    invariants.intact(trial.database)
    none_left(trial)
    left = invariants.left_in(trial.temporary)
    assert not left, f"temporary files: {left}"


def instants(seed: int, seconds: tuple[float, float]) -> Iterator[float]:
    """Random instants between two, for ever; the same for a seed."""
    chance = random.Random(seed)
    while True:
        yield chance.uniform(*seconds)


def as_line(kill: Kill, **more: Any) -> str:
    """A kill as a line of JSON."""
    return json.dumps({**more, **asdict(kill)}, ensure_ascii=False)
