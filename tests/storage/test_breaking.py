"""A night breaks at any statement, as databases break; the next night makes it whole.

What must hold then: tests/night/invariants.py.
"""

import os
from collections.abc import Callable, Sequence
from itertools import cycle, product
from pathlib import Path

import pytest

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import Decision
from pipeline.storage import Holder, Lost, Outcome, this_process
from tests.databases import Database
from tests.night import invariants
from tests.storage.broken import Breaking, Fault, breaking
from tests.storage.by_hand import CRASH, LEASE, dead_process, finish, found

CALLS = [found(str(number), urgency=number) for number in range(5)]
NAMES = {call.name for call in CALLS}


def run(database: Database, holder: Holder) -> None:
    """A night over five calls: one fails, one is put back first, one had a decided card."""
    with database.ledger() as ledger:
        night = ledger.begin(holder, LEASE)
        ledger.add(CALLS)
        put_back = False
        while claims := ledger.claim(night, f"w{night}", 2, LEASE):
            ledger.renew(f"w{night}", LEASE)
            for claim in claims:
                if claim.found.name == CALLS[4].name:
                    ledger.fail(claim, "", Outcome.UNSUPPORTED, CRASH)
                elif claim.found.name == CALLS[3].name and not put_back:
                    put_back = True
                    ledger.put_back(claim)
                else:
                    finish(ledger, claim)
        assert ledger.beat(night, LEASE)
        ledger.end(night, {})


def prepare(database: Database) -> None:
    """One call is done and decided on, and is to be heard again."""
    with database.ledger() as ledger, database.store() as store:
        ledger.add(CALLS[:1])
        (claim,) = ledger.claim(ledger.begin(dead_process(), LEASE), "w", 1, LEASE)
        finish(ledger, claim)
        (result,) = store.find(CALLS[0].name)
        store.decide(result.kept[0].id, Decision(item="greeting", verdict=Verdict.FAIL, by="王"))
        ledger.retranscribe()
    invariants.count_cards(plainly(database))


def plainly(database: Database) -> invariants.Database:
    return invariants.Database(database.home, database.storage.url)


def broken_run(database: Database, fault: Fault, k: int | None) -> Breaking:
    """A run of a process that is gone afterwards; it ends in one line for people, or not at all."""
    with breaking(fault, k) as counting:
        try:
            run(database, dead_process())
        except Refusal as refusal:
            assert refusal.reason.key.startswith("storage."), refusal
            assert k is not None
        except Lost:
            assert fault is Fault.UNANSWERED
    return counting


def check(
    database: Database, folder: Path, cases: Callable[[int], Sequence[tuple[int, Fault]]]
) -> int:
    """Break a night at each of the cases, of so many statements as it has; how many they were."""
    prepare(database)
    whole = database.copy(folder / "whole")
    statements = broken_run(whole, Fault.LOCKED, None).count
    expected = invariants.results(plainly(whole))
    decided = invariants.decided_cards(plainly(whole))
    assert statements > 50 and len(decided) == 1
    for k, fault in cases(statements):
        copy = database.copy(folder / f"{fault}-{k}")
        assert broken_run(copy, fault, k).count > k
        run(copy, this_process("local"))
        seen = plainly(copy)
        invariants.conserved(seen, NAMES)
        invariants.scored_once(seen)
        invariants.kept(decided, seen)
        invariants.intact(seen)
        assert invariants.differences(expected, invariants.results(seen)) == [], (fault, k)
        copy.drop()
    return len(cases(statements))


def faults_of(database: Database) -> list[Fault]:
    """A file has no connection that can be cut."""
    return [fault for fault in Fault if database.storage.url or fault is not Fault.CUT]


def test_a_night_that_breaks_now_and_then_is_made_whole(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def now_and_then(statements: int) -> list[tuple[int, Fault]]:
        return [(k, Fault.UNANSWERED) for k in range(0, statements, 9)]

    assert check(database, tmp_path_factory.mktemp("copies"), now_and_then) > 5


@pytest.mark.faults
def test_a_night_that_breaks_at_any_statement_is_made_whole(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The faults in turn, at every other statement, those that the other database leaves out; all
    of them at every statement where ZHIYIN_EVERY_FAULT is set."""
    faults = faults_of(database)

    def any_statement(statements: int) -> list[tuple[int, Fault]]:
        if os.environ.get("ZHIYIN_EVERY_FAULT"):
            return list(product(range(statements), faults))
        first = 1 if database.storage.url else 0
        return list(zip(range(first, statements, 2), cycle(faults), strict=False))

    broken = check(database, tmp_path_factory.mktemp("copies"), any_statement)
    print(f"{broken} nights broken at a statement, all whole after the next")
