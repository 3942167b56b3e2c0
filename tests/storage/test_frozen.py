"""Runs that die or freeze: what they had in hand is another's, and they write nothing any more."""

import signal
import time
from dataclasses import replace

import pytest

from pipeline.refusal import Refusal
from pipeline.storage import this_process
from tests.databases import Database
from tests.storage.at_once import a_run
from tests.storage.by_hand import LEASE, counts, finish, found

SHORT = 0.3
TAKEOVER_SECONDS = 10.0


def take_over(database: Database) -> tuple[int, float]:
    """Begin as soon as that is allowed; the night, and after how many seconds."""
    began = time.monotonic()
    with database.ledger() as ledger:
        while time.monotonic() - began < TAKEOVER_SECONDS:
            try:
                return ledger.begin(this_process("local"), LEASE), time.monotonic() - began
            except Refusal as refusal:
                assert refusal.reason.key in ("night.running", "storage.locked")
                time.sleep(0.02)
    raise AssertionError("nobody may take over")


def add_one(database: Database) -> None:
    with database.ledger() as ledger:
        ledger.add([found("a")])


def test_a_run_that_was_killed_is_taken_over_at_once(database: Database) -> None:
    add_one(database)
    with a_run(database, LEASE) as run:
        run.said()
        run.signal(signal.SIGKILL)
        night, waited = take_over(database)
    assert waited < LEASE / 10
    with database.ledger() as ledger:
        (claim,) = ledger.claim(night, "w", 5, LEASE)
        finish(ledger, claim)
        assert counts(ledger) == {"done": 1}


def test_a_run_that_lives_is_not_taken_over(database: Database) -> None:
    add_one(database)
    with a_run(database, LEASE) as run, database.ledger() as ledger:
        run.said()
        with pytest.raises(Refusal):
            ledger.begin(this_process("local"), LEASE)
        run.go_on()
        assert run.said() == ("finished", True)


def test_a_run_that_froze_past_its_lease_writes_nothing_when_it_wakes(database: Database) -> None:
    add_one(database)
    with a_run(database, SHORT) as run:
        run.said()
        run.signal(signal.SIGSTOP)
        night, _ = take_over(database)
        with database.ledger() as ledger:
            (claim,) = ledger.claim(night, "w", 5, LEASE)
            run.signal(signal.SIGCONT)
            run.go_on()
            assert run.said() == ("lost", False)
            finish(ledger, claim)
            assert counts(ledger) == {"done": 1}
    assert database.count("scorecard") == database.count("transcript") == 1


def test_a_run_that_froze_within_a_transaction_holds_nobody_up_for_long(
    database: Database,
) -> None:
    """PostgreSQL ends its session. SQLite cannot take a lock away: the process has to go."""
    add_one(database)
    impatient = replace(database, storage=replace(database.storage, busy_seconds=0.5))
    with a_run(impatient, SHORT, inside=True) as run:
        run.said()
        if not database.storage.url:
            with impatient.ledger() as ledger, pytest.raises(Refusal) as refused:
                ledger.begin(this_process("local"), LEASE)
            assert refused.value.reason.key == "storage.locked"
            run.signal(signal.SIGKILL)
        night, _ = take_over(impatient)
        with database.ledger() as ledger:
            (claim,) = ledger.claim(night, "w", 5, LEASE)
            finish(ledger, claim)
        if database.storage.url:
            run.signal(signal.SIGCONT)
            assert run.said() == ("storage.unreachable", False)
    assert database.count("scorecard") == database.count("transcript") == 1


def test_a_worker_that_dies_before_its_lease_was_written_is_rescued(database: Database) -> None:
    """The trap of `lease < now`: it is never true of nothing."""
    add_one(database)
    with database.ledger() as ledger:
        night = ledger.begin(this_process("local"), LEASE)
        ledger.claim(night, "w", 1, LEASE)
        assert ledger.rescue(night, 3) == 0
        database.rows("UPDATE recording SET lease_until = NULL")
        assert ledger.rescue(night, 3) == 1
        assert counts(ledger) == {"found": 1}
        (claim,) = ledger.claim(night, "other", 1, LEASE)
        assert (claim.attempts, claim.alone) == (1, True)
        database.rows("UPDATE recording SET lease_until = NULL, worker = NULL")
        assert ledger.rescue(night, 2) == 1
        assert counts(ledger) == {"failed": 1}
