"""Nights that are killed at random instants and at named steps: nothing is lost, nothing is scored
twice, and what comes out in the end is what an undisturbed night says.

Some in CI on both databases (`faults`), all in `make reliability`.
"""

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Server
from tests.night.failpoints import BACKUP_HITS, Step
from tests.night.kills import Kill, Trial, check, killed, killed_backup, undisturbed
from tests.night.recordings import record

RECORDINGS = 40
SECONDS = 0.2
"""What eight recordings take the stand-in, so that kills meet a night at all its stages."""
STARTING = 0.3
"""Of a run is starting up: kills come later, but for some."""
AT_ONCE = 5
"""Kills of one night."""

Disturb = Callable[..., list[Kill]]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    record(folder, RECORDINGS)
    return folder


@pytest.fixture(scope="module")
def alone(
    recordings: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], float]:
    """What the undisturbed night says, and how long it takes."""
    home = tmp_path_factory.mktemp("undisturbed")
    return undisturbed(Trial(home=home, recordings=recordings, seconds=SECONDS))


@pytest.fixture
def disturb(recordings: Path, alone: tuple[dict[str, Any], float], tmp_path: Path) -> Disturb:
    """Nights killed so often while they were under way, at random instants."""
    said, took = alone

    def nights(kills: int, seed: int, fresh: Callable[[], str] = str) -> list[Kill]:
        nonlocal took
        chance = random.Random(seed)
        met: list[Kill] = []
        for number in itertools.count():
            trial = Trial(
                home=tmp_path / str(number), recordings=recordings, url=fresh(), seconds=SECONDS
            )
            instants = [
                chance.uniform(STARTING * took, took) for _ in range(min(AT_ONCE, kills - len(met)))
            ]
            kills_of_one = killed(trial, said, instants)
            met += [kill for kill in kills_of_one if kill.reached]
            took *= 1.05 if kills_of_one[-1].reached else 0.8  # a busy machine's pace changes
            if len(met) >= kills:
                break
        return met

    return nights


@pytest.mark.faults
def test_twenty_kills_lose_nothing_and_score_nothing_twice(disturb: Disturb) -> None:
    assert len(disturb(20, seed=2)) == 20


@pytest.mark.faults
@pytest.mark.postgres
def test_ten_kills_lose_nothing_in_postgres(disturb: Disturb, postgres: Server) -> None:
    assert len(disturb(10, seed=3, fresh=postgres.fresh)) == 10


@pytest.mark.faults
@pytest.mark.parametrize("step", [step for step in Step if step is not Step.BACKUP])
def test_a_night_killed_at_a_named_step_ends_as_if_it_had_not_been(
    recordings: Path, alone: tuple[dict[str, Any], float], tmp_path: Path, step: Step
) -> None:
    trial = Trial(home=tmp_path / "home", recordings=recordings, seconds=SECONDS)
    (kill,) = killed(trial, alone[0], [(step, 1)])
    assert kill.reached


@pytest.mark.faults
@pytest.mark.postgres
@pytest.mark.parametrize("hit", BACKUP_HITS["postgres"])
def test_a_backup_of_postgres_killed_beside_a_night_harms_neither(
    recordings: Path,
    alone: tuple[dict[str, Any], float],
    tmp_path: Path,
    hit: int,
    postgres: Server,
) -> None:
    home, url = tmp_path / "home", postgres.fresh()
    trial = Trial(home=home, recordings=recordings, seconds=SECONDS, url=url)
    trial.prepare()
    assert killed_backup(trial, hit, tmp_path / "backups")
    check(trial, alone[0])


@pytest.mark.faults
@pytest.mark.parametrize("hit", BACKUP_HITS["sqlite"])
def test_a_backup_killed_beside_a_night_harms_neither(
    recordings: Path, alone: tuple[dict[str, Any], float], tmp_path: Path, hit: int
) -> None:
    trial = Trial(home=tmp_path / "home", recordings=recordings, seconds=SECONDS)
    trial.prepare()
    assert killed_backup(trial, hit, tmp_path / "backups")
    check(trial, alone[0])


@pytest.mark.faults
@pytest.mark.recogniser
def test_a_night_of_the_demonstration_model_survives_kills(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    record(folder, 8)
    said, took = undisturbed(Trial(home=tmp_path / "0", recordings=folder, seconds=None))
    trial = Trial(home=tmp_path / "1", recordings=folder, seconds=None)
    killed(trial, said, [took * share for share in (0.5, 0.8)])
