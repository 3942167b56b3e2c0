"""R11 in full."""

import shutil
from pathlib import Path
from typing import Any

from benchmarks.reliability.killing import SECONDS
from benchmarks.reliability.results import Results
from tests.night.clocks import JUMPS, Jump, jumped, library
from tests.night.kills import Trial, undisturbed
from tests.night.recordings import record

RECORDINGS = 24


def clocks(results: Results, folder: Path) -> None:
    """Every case once."""
    faketime = library()
    if faketime is None:
        results.add("R11 clocks", ok=False, why="libfaketime is not installed")
        return
    recordings = folder / "clocks"
    record(recordings, RECORDINGS)
    said, _ = undisturbed(Trial(home=folder / "still", recordings=recordings, seconds=SECONDS))
    for jump in JUMPS:
        suite = f"R11 clock: {jump.name}"
        if results.of(suite):
            continue
        home = folder / "jump"
        shutil.rmtree(home, ignore_errors=True)
        trial = Trial(home=home, recordings=recordings, seconds=SECONDS)

        def attempt(trial: Trial = trial, jump: Jump = jump) -> dict[str, Any]:
            jumped(trial, said, jump, faketime)
            return {"recordings": RECORDINGS}

        results.tried(suite, attempt)
