"""The record of what everybody did shows when somebody meddles with it."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.storage import Act, Audit
from pipeline.storage.audit import HEADS
from tests.databases import Database

LINES = 8


@pytest.fixture
def audit(database: Database) -> Audit:
    made = Audit(database.home, database.storage)
    for number in range(LINES):
        made.note(Act("wang", "listened", f"call-{number}", {"seconds": number * 1.5}))
    return made


def test_an_untouched_record_is_whole(audit: Audit) -> None:
    found = audit.verify()
    assert (found.whole, found.lines) == (True, LINES)
    assert found.head == audit.latest(1)[0].hash


def test_lines_come_last_first_as_they_were_written(audit: Audit) -> None:
    first = audit.latest(LINES)[-1]
    assert first.act == Act("wang", "listened", "call-0", {"seconds": 0.0})
    assert [line.number for line in audit.latest(3)] == [8, 7, 6]


def change(database: Database, at: int) -> None:
    database.rows("UPDATE audit SET target = 'another' WHERE number = :at", at=at)


def backdate(database: Database, at: int) -> None:
    database.rows("UPDATE audit SET at = at - 86400000 WHERE number = :at", at=at)


def leave_out(database: Database, at: int) -> None:
    database.rows("DELETE FROM audit WHERE number = :at", at=at)
    for number in range(at + 1, LINES + 1):
        database.rows("UPDATE audit SET number = :n - 1 WHERE number = :n", n=number)


def exchange(database: Database, at: int) -> None:
    other = at % (LINES - 1) + 1
    for a, b in ((at, 99), (other, at), (99, other)):
        database.rows("UPDATE audit SET number = :b WHERE number = :a", a=a, b=b)


def put_in(database: Database, at: int) -> None:
    for number in range(LINES, at - 1, -1):
        database.rows("UPDATE audit SET number = :n + 1 WHERE number = :n", n=number)
    columns = "at, by, action, target, details, hash"
    quoted = columns.replace("by", '"by"')
    source = at + 1
    database.rows(
        f"INSERT INTO audit (number, {quoted}) SELECT :at, {quoted} FROM audit WHERE number = :s",
        at=at,
        s=source,
    )


@pytest.mark.parametrize("meddle", [change, backdate, leave_out, exchange, put_in])
def test_meddling_shows_at_its_line_or_before(
    audit: Audit, database: Database, meddle: Callable[[Database, int], None]
) -> None:
    at = random.Random(meddle.__name__).randint(1, LINES - 1)
    meddle(database, at)
    found = audit.verify()
    assert not found.whole and found.broken is not None and found.broken <= at + 1


def test_a_tail_that_was_cut_off_shows_beside_a_head_that_was_kept(
    audit: Audit, database: Database
) -> None:
    audit.verify()
    database.rows("DELETE FROM audit WHERE number > 5")
    found = audit.verify()
    assert (found.whole, found.broken, found.cut) == (False, None, 3)


def test_a_record_written_anew_shows_beside_a_head_that_was_kept(
    audit: Audit, database: Database
) -> None:
    audit.verify()
    database.rows("DELETE FROM audit")
    for _ in range(LINES + 1):
        audit.note(Act("wang", "listened", "call-innocent"))
    assert audit.verify().broken == LINES


def test_a_broken_record_leaves_no_head(audit: Audit, database: Database) -> None:
    change(database, 2)
    audit.verify()
    assert not (database.home / HEADS).exists()


def test_lines_cannot_be_made_alike_by_shifting_words_between_fields(database: Database) -> None:
    audit = Audit(database.home, database.storage)
    audit.note(Act("a", "b", "c,d"))
    line = audit.latest(1)[0]
    database.rows("UPDATE audit SET action = 'b,c', target = 'd'")
    assert not audit.verify().whole
    assert replace(line, hash="").act.target == "c,d"
