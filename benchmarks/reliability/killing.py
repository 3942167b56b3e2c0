"""Whole runs killed: at random instants, at named steps, with the demonstration model."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.reliability.results import Results
from tests.night.failpoints import BACKUP_HITS, Step
from tests.night.kills import Kill, Trial, check, killed, killed_backup, undisturbed
from tests.night.recordings import record

RECORDINGS = 40
SECONDS = 0.2
"""What eight recordings take the stand-in."""
AT_ONCE = 5
"""Kills of one night before it is left alone."""
STARTING = 0.3
"""Of a run is starting up: kills come later."""
HITS = 10


class Killing:
    """Kills on one database. fresh: the URL of a new one, "" for SQLite in the home."""

    def __init__(
        self, results: Results, folder: Path, database: str, fresh: Callable[[], str] = str
    ) -> None:
        self.results = results
        self.folder = folder
        self.database = database
        self.fresh = fresh
        self.recordings = folder / "recordings"
        if not self.recordings.exists():
            record(self.recordings, RECORDINGS)

    def at_random(self, kills: int, seconds: float | None = SECONDS, few: int = 0) -> None:
        """R1; with seconds None R2. few: so many recordings instead of all."""
        suite = f"{'R2 kills, demo model' if seconds is None else 'R1 kills'}, {self.database}"
        recordings = self._few(few) if few else self.recordings
        said, took = self._alone(recordings, seconds)
        while (done := self._count(suite)) < kills:
            number = len(self.results.of(suite))
            chance = random.Random(f"{suite} {number}")
            count = min(AT_ONCE, kills - done)
            instants = [chance.uniform(STARTING * took, took) for _ in range(count)]
            trial = self._trial(recordings, seconds)
            self._try(trial, suite, lambda t=trial, i=instants: _as_dict(killed(t, said, i)), count)
            met = self.results.of(suite)[-1].get("met", [{"reached": True}])
            took *= 1.05 if met[-1]["reached"] else 0.8  # a busy machine's pace changes

    def at_steps(self) -> None:
        """R3."""
        said, _ = self._alone(self.recordings, SECONDS)
        for step in Step:
            suite = f"R3 {step}, {self.database}"
            while (done := self._count(suite)) < HITS:
                trial = self._trial(self.recordings, SECONDS)
                self._try(trial, suite, lambda t=trial, s=step, d=done: self._hit(t, said, s, d), 1)

    def _hit(self, trial: Trial, said: dict[str, Any], step: Step, number: int) -> dict[str, Any]:
        if step is Step.BACKUP:
            trial.prepare()
            hits = BACKUP_HITS[self.database]
            reached = killed_backup(trial, hits[number % len(hits)], trial.home / "backups")
            check(trial, said)
            return {"reached": int(reached)}
        hit = 1 if step is Step.UNLOCKING else 1 + number % 4
        return _as_dict(killed(trial, said, [(step, hit)]))

    def _alone(self, recordings: Path, seconds: float | None) -> tuple[dict[str, Any], float]:
        trial = Trial(
            home=self.folder / f"undisturbed-{recordings.name}-{seconds}-{self.database}",
            recordings=recordings,
            url=self.fresh(),
            seconds=seconds,
        )
        shutil.rmtree(trial.home, ignore_errors=True)
        return undisturbed(trial)

    def _few(self, count: int) -> Path:
        folder = self.folder / f"few-{count}"
        if not folder.exists():
            record(folder, count)
        return folder

    def _trial(self, recordings: Path, seconds: float | None) -> Trial:
        home = self.folder / f"trial-{self.database}"
        shutil.rmtree(home, ignore_errors=True)
        return Trial(home=home, recordings=recordings, url=self.fresh(), seconds=seconds)

    def _try(
        self, trial: Trial, suite: str, attempt: Callable[[], dict[str, Any]], kills: int
    ) -> None:
        """What failed is kept, to be looked at."""
        if not self.results.tried(suite, attempt, kills=kills):
            trial.home.rename(self.folder / f"failed-{trial.marker}")

    def _count(self, suite: str) -> int:
        """Kills that met a run under way; and all that ended badly."""
        return sum(line.get("reached", line["kills"]) for line in self.results.of(suite))


def _as_dict(kills: Sequence[Kill]) -> dict[str, Any]:
    return {
        "reached": sum(kill.reached for kill in kills),
        "met": [asdict(kill) for kill in kills],
    }
