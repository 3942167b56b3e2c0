"""R21: a backup is made while a run writes, the run goes on or is killed, the backup comes back,
and the night is finished from there: as if nothing had happened."""

import random
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.settings import Settings, Storage
from pipeline.storage import Store
from pipeline.storage.audit import Audit
from pipeline.workflow.backing_up import back_up
from pipeline.workflow.bringing_back import bring_back
from tests.databases import Server
from tests.faults.conftest import names_in
from tests.night import invariants
from tests.night.kills import PATIENCE_SECONDS, Trial, end
from tests.night.recordings import record
from tests.trials import tries

pytestmark = pytest.mark.faults
RECORDINGS = 12
SAID = Decision(item="greeting", verdict=Verdict.FAIL, by="王质检", at=1, reason="听过")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    record(folder, RECORDINGS)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, sound: Path) -> dict[str, Any]:
    trial = Trial(home=tmp_path_factory.mktemp("undisturbed") / "home", recordings=sound)
    trial.prepare()
    assert trial.run() == 0
    return invariants.results(trial.database)


def done(trial: Trial) -> int:
    (row,) = trial.database.rows("SELECT count(*) FROM recording WHERE state = 'done'")
    return int(row[0])


def decide(trial: Trial) -> dict[int, tuple[Any, ...]]:
    """A person decides on the first card that there is."""
    with Store(trial.home, Storage(url=trial.url)) as store:
        number = trial.database.rows("SELECT min(id) FROM scorecard")[0][0]
        items = trial.database.rows(f"SELECT body FROM scorecard WHERE id = {number}")[0][0]
        assert SAID.item in items
        store.decide(number, SAID)
    return invariants.decided_cards(trial.database)


def disturbed(trial: Trial, into: Trial, seed: int, folder: Path) -> None:
    """Back up at a random moment of a run, kill it or not, bring back, go on."""
    when, killed = random.Random(seed).randint(1, RECORDINGS - 2), seed % 4 in (0, 3)
    trial.prepare()
    process = trial.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while done(trial) < when and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.02)
    decided = decide(trial)
    settings = Settings(storage=Storage(url=trial.url))
    made = back_up(trial.home, settings, folder / "backup.tar.gz")
    if not killed:
        process.wait(PATIENCE_SECONDS)
    end(process)
    bring_back(made.path, into.home, Settings(storage=Storage(url=into.url)), force=True)
    into.temporary.mkdir(parents=True, exist_ok=True)
    if into is not trial:  # the words of jieba, which are slow to make
        shutil.copytree(trial.temporary, into.temporary, dirs_exist_ok=True)
    assert when <= done(into) <= RECORDINGS
    invariants.kept(decided, into.database)
    invariants.intact(into.database)
    assert into.run() == 0
    invariants.kept(decided, into.database)


def whole(trial: Trial, undisturbed: dict[str, Any], sound: Path) -> None:
    """I1 to I7."""
    invariants.conserved(trial.database, names_in(sound))
    invariants.scored_once(trial.database)
    assert invariants.differences(undisturbed, invariants.results(trial.database)) == []
    assert Audit(trial.home, Storage(url=trial.url)).verify().whole
    invariants.intact(trial.database)
    assert trial.alive() == {}
    left = [path.name for path in invariants.left_in(trial.temporary)]
    assert [name for name in left if not name.startswith("jieba")] == []


@pytest.mark.parametrize("seed", range(tries(2, 20)))
def test_a_backup_made_while_a_run_writes_is_gone_on_from(
    seed: int, undisturbed: dict[str, Any], sound: Path, tmp_path: Path
) -> None:
    trial = Trial(home=tmp_path / "home", recordings=sound)
    into = trial if seed % 2 else replace(trial, home=tmp_path / "new")
    disturbed(trial, into, seed, tmp_path)
    whole(into, undisturbed, sound)


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(tries(1, 20)))
def test_a_backup_of_a_server_made_while_a_run_writes_is_gone_on_from(
    seed: int, undisturbed: dict[str, Any], sound: Path, postgres: Server, tmp_path: Path
) -> None:
    trial = Trial(home=tmp_path / "home", recordings=sound, url=postgres.fresh())
    into = replace(trial, home=tmp_path / "new", url=postgres.bare())
    disturbed(trial, into, seed, tmp_path)
    whole(into, undisturbed, sound)
