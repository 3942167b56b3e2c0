"""The checks of invariants find what they are there to find."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.storage import Store
from tests.night import invariants
from tests.night.invariants import Database
from tests.storage.test_store import RECORDING, entry

NAMES = {"/calls/a.wav", "/calls/b.wav"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two calls with a card each; people decided on the first."""
    home = tmp_path_factory.mktemp("made")
    with Store(home) as store:
        invariants.count_cards(Database(home))
        for name in sorted(NAMES):
            store.keep(entry(recording=replace(RECORDING, name=name)))
        decision = Decision(item="greeting", verdict=Verdict.FAIL, by="王质检")
        store.decide(1, decision)
    return home


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Database:
    """A copy of it."""
    return Database(Path(shutil.copytree(made, tmp_path / "home")))


def alter(database: Database, statement: str) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql(statement)


def test_a_healthy_home_must_not_be_blamed(database: Database) -> None:
    invariants.conserved(database, NAMES)
    invariants.scored_once(database)
    invariants.kept(invariants.decided_cards(database), database)
    invariants.intact(database)
    assert len(invariants.decided_cards(database)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM recording WHERE name = '/calls/b.wav'",
        "UPDATE recording SET state = 'taken' WHERE name = '/calls/b.wav'",
        "UPDATE recording SET name = '/calls/a.wav', content = 'other' WHERE id = 2",
        "INSERT INTO recording SELECT 9, 'new', '/calls/c.wav', sources, about, state, outcome,"
        " reason, attempts, added, changed, day FROM recording WHERE id = 1",
    ],
)
def test_a_recording_lost_stuck_doubled_or_invented_is_seen(
    database: Database, statement: str
) -> None:
    alter(database, statement.replace("day FROM", f"day{_rest(database)} FROM"))
    with pytest.raises(AssertionError):
        invariants.conserved(database, NAMES)


def _rest(database: Database) -> str:
    """Columns of recording after its first twelve."""
    columns = [row.name for row in database.rows("PRAGMA table_info(recording)")]
    return "".join(f", {name}" for name in columns[12:])


@pytest.mark.parametrize("total", [90.0, 80.0])
def test_what_came_to_its_end_again_counts_as_scored_twice(
    database: Database, total: float
) -> None:
    """Whether it got the same card or another one."""
    invariants.scored_once(database)
    for _ in range(2):
        alter(database, "UPDATE recording SET state = 'taken' WHERE id = 2")
        with Store(database.home) as store:
            store.keep(entry(recording=replace(RECORDING, name="/calls/b.wav"), total=total))
    with pytest.raises(AssertionError, match="scored twice"):
        invariants.scored_once(database)


def test_a_card_that_was_replaced_counts_as_scored_twice(database: Database) -> None:
    with Store(database.home) as store:
        store.keep(entry(recording=replace(RECORDING, name="/calls/b.wav"), total=80.0))
    with pytest.raises(AssertionError, match="scored twice"):
        invariants.scored_once(database)


def test_a_second_card_beside_the_first_counts_as_two(database: Database) -> None:
    alter(database, "UPDATE scorecard SET recording_id = 2, number = 2 WHERE id = 1")
    alter(database, "DELETE FROM decision")
    with pytest.raises(AssertionError, match="two current"):
        invariants.scored_once(database)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scorecard SET body = replace(body, '\"c\"', '\"d\"') WHERE id = 1",
        "UPDATE scorecard SET state = 'confirmed' WHERE id = 1",
        "DELETE FROM scorecard WHERE id = 1",
        "DELETE FROM decision",
        "UPDATE decision SET verdict = 'pass'",
    ],
)
def test_a_decided_card_that_changed_is_seen(database: Database, statement: str) -> None:
    before = invariants.decided_cards(database)
    alter(database, statement)
    with pytest.raises(AssertionError, match="decided card"):
        invariants.kept(before, database)


def test_one_more_decision_is_no_change(database: Database) -> None:
    before = invariants.decided_cards(database)
    with Store(database.home) as store:
        store.decide(1, Decision(item="greeting", verdict=Verdict.PASS, by="李质检"))
    invariants.kept(before, database)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE turn SET text = '您坏' WHERE number = 0",
        "UPDATE recording SET outcome = 'silent' WHERE id = 2",
        "UPDATE scorecard SET body = replace(body, '\"pass\"', '\"fail\"') WHERE id = 2",
        "DELETE FROM scorecard WHERE id = 2",
    ],
)
def test_other_words_verdicts_or_outcomes_are_a_difference(
    database: Database, statement: str
) -> None:
    before = invariants.results(database)
    assert not invariants.differences(before, invariants.results(database))
    alter(database, statement)
    assert invariants.differences(before, invariants.results(database))


def test_a_confidence_that_is_off_by_half_a_hundredth_is_no_difference() -> None:
    assert not invariants.differences({"confidence": 0.911}, {"confidence": 0.915})
    assert not invariants.differences(
        {"a": [{"confidence": [0.911]}]}, {"a": [{"confidence": [0.915]}]}
    )
    assert invariants.differences({"confidence": 0.91}, {"confidence": 0.93}) == ["/confidence"]
    assert invariants.differences({"total": 0.911}, {"total": 0.915}) == ["/total"]


def test_processes_are_found_by_their_marker_wherever_they_went(tmp_path: Path) -> None:
    marker = f"TRIAL={tmp_path}"
    code = "import os, sys; os.setsid(); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TRIAL": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout and child.stdin
        child.stdout.readline()
        assert list(invariants.processes(marker)) == [child.pid]
        child.stdin.close()
    assert not invariants.processes(marker)
