"""A run that is told to stop by signals: the first time it finishes what is in hand, the second
time it ends at once; there is no half card, nothing stays taken by it, nobody is left behind."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.night.invariants import intact, scored_once
from tests.night.kills import PATIENCE_SECONDS, Trial, end, none_left
from tests.night.recordings import record
from tests.trials import ALL, tries

pytestmark = pytest.mark.faults

RECORDINGS = 40
STOP_SECONDS = 10
AT_ONCE_SECONDS = 4.0
"""Of a machine that does much else."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    record(folder, RECORDINGS)
    return folder


@pytest.fixture
def trial(recordings: Path, tmp_path: Path) -> Trial:
    made = Trial(
        home=tmp_path, recordings=recordings, seconds=0.3, night={"stop_seconds": STOP_SECONDS}
    )
    made.prepare()
    return made


def states(trial: Trial) -> dict[str, int]:
    query = "SELECT state, count(*) FROM recording GROUP BY state"
    return {row[0]: row[1] for row in trial.database.rows(query)}


def until(trial: Trial, run: subprocess.Popen[bytes], state: str) -> None:
    """A recording is in this state for the first time."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not states(trial).get(state):
        assert run.poll() is None and time.monotonic() < limit, trial.log()
        time.sleep(0.02)


def stopped(trial: Trial, signals: tuple[int, ...], state: str, wait: float) -> float:
    """Seconds that a run needs to end after the last of the signals."""
    run = trial.start()
    try:
        until(trial, run, state)
        time.sleep(wait)
        for number in signals:
            os.kill(run.pid, number)
            time.sleep(0.3 if len(signals) > 1 else 0)
        began = time.monotonic()
        run.wait(PATIENCE_SECONDS)
        return time.monotonic() - began
    finally:
        end(run)


def check(trial: Trial) -> None:
    none_left(trial)
    intact(trial.database)
    scored_once(trial.database)
    found = states(trial)
    assert set(found) <= {"found", "done"}, found
    assert sum(found.values()) == RECORDINGS
    assert trial.run() == 0, trial.log()
    assert states(trial) == {"done": RECORDINGS}


@pytest.mark.parametrize("number", SIGNALS)
def test_told_once_it_finishes_what_is_in_hand(trial: Trial, number: int) -> None:
    seconds = stopped(trial, (number,), "done", 0)
    assert seconds < STOP_SECONDS + AT_ONCE_SECONDS
    assert 0 < states(trial)["done"] < RECORDINGS
    check(trial)


@pytest.mark.parametrize("number", SIGNALS if ALL else SIGNALS[:1])
def test_told_twice_it_ends_at_once(trial: Trial, number: int) -> None:
    assert stopped(trial, (number, number), "taken", 0.2) < AT_ONCE_SECONDS
    check(trial)


@pytest.mark.parametrize("seed", range(tries(2, 10)))
def test_whenever_it_is_told(trial: Trial, seed: int) -> None:
    chance = random.Random(seed)
    state, wait = chance.choice(("taken", "done")), chance.uniform(0, 1.5)
    assert stopped(trial, (signal.SIGTERM,), state, wait) < STOP_SECONDS + AT_ONCE_SECONDS
    check(trial)
