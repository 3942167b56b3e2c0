"""A whole run killed at an instant or at a named step, and run again until the night is done.

Each run is a process group of its own (driver.py), as `zhiyin run` under cron is, with real worker
and preparer processes. A marker in the environment finds every process that it left anywhere.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.settings import Storage
from pipeline.storage import Ledger
from pipeline.storage.archive import verify
from pipeline.text.words import kept_in, words
from tests.night import invariants
from tests.night.failpoints import Step
from tests.night.invariants import Database

MARKER = "ZHIYIN_TRIAL"
PATIENCE_SECONDS = 180.0
"""A run that takes longer hangs, and that is a failure of the test."""
MOST_HITS = 6
"""A step is hit at one of the first so many times that a process comes by."""
CACHE = "jieba.cache"
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A home and the recordings that its nights are to hear.

    seconds: what a batch takes the stand-in; None: the demonstration model hears. night: settings
    of that section; environment: more variables of the runs."""

    home: Path
    recordings: Path
    url: str = ""
    seconds: float | None = 0.05
    night: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
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
        words("您好")
        if (folder := kept_in()) and (folder / CACHE).exists():
            shutil.copytree(folder, self.temporary / folder.name)  # else every run would make it
        with Ledger(self.home, Storage(url=self.url)):
            pass
        invariants.count_cards(self.database)

    def start(
        self, step: Step | None = None, hit: int = 1, run: str = "main", **more: str
    ) -> subprocess.Popen[bytes]:
        """A run, in a process group of its own; step: where it is to be killed; run: of the driver,
        main or back_up_home."""
        asked = {
            "home": str(self.home),
            "url": self.url,
            "recordings": str(self.recordings),
            "seconds": self.seconds,
            "night": dict(self.night),
            "step": step,
            "hit": hit,
            "spent": str(self.home / f"spent-{uuid.uuid4().hex}"),
            **more,
        }
        environment = {
            **{name: value for name, value in os.environ.items() if "ZHIYIN" not in name},
            **self.environment,
            MARKER: self.marker,
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(REPOSITORY),
        }
        # Imported, not run as a module: what is pickled must have one name in every process.
        code = f"from tests.night.driver import {run}; {run}()"
        with (self.home / "runs.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", code, json.dumps(asked)],
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

    def log(self) -> str:
        """The end of what its runs said."""
        return (self.home / "runs.log").read_text("utf-8", "replace")[-2_000:]

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


def check(trial: Trial, undisturbed: dict[str, Any]) -> None:
    """I1, I2, I4, I6 and I7 of a night that has come to its end. undisturbed: results() of the
    night on the same recordings that nobody disturbed."""
    invariants.conserved(trial.database, set(undisturbed))
    invariants.scored_once(trial.database)
    parted = invariants.differences(undisturbed, invariants.results(trial.database))
    assert not parted, f"{len(parted)} differences: {parted[:5]}"
    invariants.intact(trial.database)
    none_left(trial)
    left = [path for path in invariants.left_in(trial.temporary) if path.name != CACHE]
    assert not left, f"temporary files: {left}"


def undisturbed(trial: Trial) -> tuple[dict[str, Any], float]:
    """What a night says that nobody disturbs, and how many seconds it takes."""
    trial.prepare()
    began = time.monotonic()
    assert trial.run() == 0, trial.log()
    took = time.monotonic() - began
    said = invariants.results(trial.database)
    assert set(said) == {str(path) for path in trial.recordings.glob("*.wav")}
    check(trial, said)
    return said, took


def killed_backup(trial: Trial, hit: int, target: Path) -> bool:
    """A backup killed at its hit-th place while a night goes on, and made again afterwards;
    whether it was there to be killed. What is left of it must be whole, and nothing else."""
    night = trial.start()
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not trial.database.rows("SELECT id FROM recording WHERE state = 'done'"):
            assert time.monotonic() < until and night.poll() is None, trial.log()
            time.sleep(0.05)
        first = trial.start(Step.BACKUP, hit, "back_up_home", target=str(target))
        reached = first.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        again = trial.start(run="back_up_home", target=str(target))
        assert again.wait(PATIENCE_SECONDS) == 0, trial.log()
        assert night.wait(PATIENCE_SECONDS) == 0, trial.log()
    finally:
        end(night)
    for archive in target.iterdir():  # two where the first had its name already
        verify(archive)
    assert not (trial.home / ".backup").exists()
    return reached


def killed(
    trial: Trial, said: dict[str, Any], ways: Iterable[float | tuple[Step, int]]
) -> list[Kill]:
    """One night, killed in these ways one after the other (after so many seconds, or at the
    hit-th time of a step), then left alone until it is done; and all that must hold of it. A run
    that was over before its kill came is the last."""
    trial.prepare()
    kills: list[Kill] = []
    for way in ways:
        kills.append(kill_after(trial, way) if isinstance(way, float) else kill_at(trial, *way))
        if not kills[-1].reached:
            break
    assert trial.run() == 0, trial.log()
    check(trial, said)
    return kills
