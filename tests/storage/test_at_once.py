"""Several processes at one database: each recording is one worker's, each night one run's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pipeline.storage import Found, Placed, State, draft_of, this_process
from pipeline.storage.database import open_database, writing
from pipeline.storage.decision_rows import add_decision
from tests.databases import Database
from tests.storage import at_once
from tests.storage.at_once import side_by_side
from tests.storage.by_hand import LEASE, counts, found
from tests.storage.test_decisions import CHANGED, UPHELD
from tests.storage.test_store import RECORDING, card, entry


def night_of(database: Database, recordings: list[Found]) -> int:
    with database.ledger() as ledger:
        ledger.add(recordings)
        return ledger.begin(this_process("local"), LEASE)


@pytest.mark.parametrize("count", [200, pytest.param(1_000, marks=pytest.mark.faults)])
def test_of_recordings_that_eight_processes_take_each_is_taken_once(
    count: int, database: Database
) -> None:
    night = night_of(database, [found(str(number)) for number in range(count)])
    taken = [one for all_ in side_by_side(8, at_once.claim_all, database, night) for one in all_]
    assert len(taken) == len({row for row, _ in taken}) == count
    assert {fence for _, fence in taken} == {1}
    with database.ledger() as ledger:
        assert counts(ledger) == {"taken": count}


def test_of_two_runs_that_begin_at_once_one_runs_and_the_other_is_told_who(
    database: Database,
) -> None:
    rounds = 50
    one, other = side_by_side(2, at_once.begin_often, database, rounds)
    me = this_process("local").host
    for pair in zip(one, other, strict=True):
        (told,) = [said for said in pair if isinstance(said, str)]
        assert told.startswith(f"night.running {me}:"), pair
    assert len({said for said in (*one, *other) if isinstance(said, int)}) == rounds


def test_copies_that_are_finished_at_once_are_kept_once(database: Database) -> None:
    recordings = [found(str(number)) for number in range(1, 80)]
    night = night_of(database, recordings)
    assert sum(side_by_side(4, at_once.finish_all, database, night)) == len(recordings)
    with database.ledger() as ledger:
        sums = ledger.sums()
    assert (sums.of(State.DONE), sums.of(State.SKIPPED)) == (20, 59)
    assert database.count("transcript") == database.count("scorecard") == 20
    assert database.count("ruleset") == 1


def test_a_decision_made_while_the_rules_change_is_not_lost(database: Database) -> None:
    """A draft makes room for the next; not so once somebody has begun to decide on it."""
    with database.store() as store, ThreadPoolExecutor(1) as other:
        store.keep(entry())
        (result,) = store.find(RECORDING.name)
        (call,) = store.calls(list(store.numbers()))
        younger = replace(card(10), ruleset=CHANGED.digest)
        draft = draft_of(younger, (call.id, call.transcript, call.revision))
        engine = open_database(database.home, database.storage)
        with writing(engine) as connection:
            add_decision(connection, result.kept[0].id, UPHELD)
            drafting = other.submit(store.redraft, [draft], [CHANGED])
            with pytest.raises(TimeoutError):
                drafting.result(0.3)
        engine.dispose()
        assert drafting.result() == [Placed.BESIDE]
        (after,) = store.find(RECORDING.name)
    assert [kept.card.total for kept in after.kept] == [10, 90]
    assert after.kept[1].decisions == (UPHELD,)
