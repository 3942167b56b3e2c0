"""The ledger of nights: every recording is in one state, in one worker's hands, scored once."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pipeline.call import CallRecord, Reason
from pipeline.refusal import Refusal
from pipeline.storage import (
    Ledger,
    Lost,
    Outcome,
    State,
    this_process,
)
from pipeline.storage.database import open_database
from tests.databases import Database
from tests.storage.by_hand import CRASH, LEASE, counts, dead_process, finish, found, heard, take
from tests.storage.test_store import CALL, card


def test_what_was_found_is_taken_and_done_with_its_card(
    ledger: Ledger, night: int, database: Database
) -> None:
    assert ledger.add([found("a")]).new == 1
    assert counts(ledger) == {"found": 1}
    (claim,) = take(ledger, night)
    assert counts(ledger) == {"taken": 1}
    assert (claim.found, claim.attempts, claim.alone) == (found("a"), 0, False)
    finish(ledger, claim)
    assert ledger.sums().counts == {State.DONE: {Outcome.SPEECH: 1}}
    with database.store() as store:
        (result,) = store.find("a")
    assert result.cards == (card(),)
    assert result.call == replace(CALL, about=CallRecord(), sources=("a.wav",))


def test_the_most_urgent_comes_first_then_the_oldest(ledger: Ledger, night: int) -> None:
    ledger.add([found("a"), found("b", urgency=5), found("c"), found("d", urgency=5)])
    names = [claim.found.name for claim in take(ledger, night, 3)]
    assert names == ["/calls/b.wav", "/calls/d.wav", "/calls/a.wav"]


def test_what_has_to_wait_is_not_taken_before_its_time(ledger: Ledger, night: int) -> None:
    ledger.add([replace(found("a"), not_before=4_000_000_000_000), found("b")])
    (claim,) = take(ledger, night, 2)
    ledger.put_back(claim, not_before=4_000_000_000_000)
    assert take(ledger, night, 2) == []
    assert counts(ledger) == {"found": 2}


def test_a_failure_is_final_until_it_is_retried(ledger: Ledger, night: int) -> None:
    ledger.add([found("a"), found("b")])
    one, other = take(ledger, night, 2)
    ledger.fail(one, "1" * 64, Outcome.NO_AUDIO, Reason("audio.no-audio", {"found": "PDF"}))
    finish(ledger, other)
    assert take(ledger, night) == []
    (failure,) = ledger.failures()
    assert (failure.name, failure.outcome) == ("/calls/a.wav", Outcome.NO_AUDIO)
    assert failure.reason == Reason("audio.no-audio", {"found": "PDF"})
    assert ledger.sums().reasons == {"audio.no-audio": 1}
    assert ledger.retry(["b"]) == 0
    assert ledger.retry(["a.wav"]) == 1
    assert [claim.attempts for claim in take(ledger, night)] == [0]


def test_what_is_heard_again_keeps_its_row(ledger: Ledger, night: int) -> None:
    ledger.add([found("a"), found("b", started="2026-01-02")])
    for claim in take(ledger, night, 2):
        finish(ledger, claim)
    assert ledger.retranscribe(since="2030-01-01") == 0
    assert ledger.retranscribe(["b"]) == 1
    (claim,) = take(ledger, night, 2)
    assert claim.wish == "retranscribe"
    finish(ledger, claim)
    assert counts(ledger) == {"done": 2}
    assert ledger.retranscribe() == 2


def test_a_claim_that_is_anothers_by_now_writes_nothing(
    ledger: Ledger, night: int, database: Database
) -> None:
    ledger.add([found("a")])
    (late,) = take(ledger, night, worker="frozen")
    ledger.gone(night, "frozen", CRASH, 3)
    for _ in range(2):
        with pytest.raises(Lost):
            finish(ledger, late)
        with pytest.raises(Lost):
            ledger.fail(late, "", Outcome.FAILED, CRASH)
        with pytest.raises(Lost):
            ledger.put_back(late)
        with pytest.raises(Lost):
            ledger.again(late, CRASH, 3)
        take(ledger, night, worker="other")
    with database.store() as store:
        assert store.find("a")[0].cards == ()
    assert ledger.sums().counts == {State.TAKEN: {Outcome.NONE: 1}}


def test_finishing_what_one_has_finished_says_how_it_ended(
    ledger: Ledger, night: int, database: Database
) -> None:
    """An answer that was lost is asked for again."""
    ledger.add([found("a"), found("b")])
    one, copy = take(ledger, night, 2)
    for _ in range(2):
        assert ledger.finish(one, "1" * 64, [heard(one, "1" * 64)])[0] == State.DONE
        assert ledger.finish(copy, "1" * 64, [heard(copy, "1" * 64)])[0] == State.SKIPPED
    assert database.count("scorecard") == 1
    assert database.rows("SELECT attempts FROM recording") == [(1,), (1,)]


def test_a_recording_that_kills_its_worker_fails_and_the_innocent_do_not(
    ledger: Ledger, night: int
) -> None:
    ledger.add([found(name) for name in "abc"])
    assert len(take(ledger, night, 3)) == 3
    assert ledger.gone(night, "w", CRASH, 2) == []
    (first,) = take(ledger, night, 3)
    assert first.alone and first.attempts == 0
    assert take(ledger, night, 3) == [], "whoever has one in hand gets no suspect"
    assert ledger.gone(night, "w", CRASH, 2) == []
    ended = []
    for _ in range(4):
        (claim,) = take(ledger, night, 3)
        if claim.found.name == "/calls/a.wav":
            ended += ledger.gone(night, "w", CRASH, 2)
        else:
            finish(ledger, claim)
        if ended and not counts(ledger).get("found"):
            break
    assert counts(ledger) == {"done": 2, "failed": 1}
    assert ledger.sums().reasons == {"night.worker-died": 1}


def test_suspects_wait_until_nothing_else_does(ledger: Ledger, night: int) -> None:
    ledger.add([found("a"), found("b")])
    take(ledger, night, 2)
    ledger.gone(night, "w", CRASH, 3)
    ledger.add([found("c")])
    assert [claim.found.name for claim in take(ledger, night, 5)] == ["/calls/c.wav"]
    assert len(take(ledger, night, 5, worker="idle")) == 1


def test_transient_trouble_is_tried_so_often_and_no_more(ledger: Ledger, night: int) -> None:
    ledger.add([found("a")])
    ended = []
    while claims := take(ledger, night):
        ended.append(ledger.again(claims[0], Reason("night.unreachable"), 3))
    assert ended == [False, False, True]
    assert ledger.sums().reasons == {"night.unreachable": 1}


def test_putting_back_counts_no_attempt(ledger: Ledger, night: int) -> None:
    ledger.add([found("a")])
    for _ in range(5):
        (claim,) = take(ledger, night)
        assert claim.attempts == 0
        ledger.put_back(claim)


def test_only_an_expired_lease_is_rescued(ledger: Ledger, night: int) -> None:
    ledger.add([found("a"), found("b")])
    (late,) = ledger.claim(night, "late", 1, 0.0)
    (alive,) = ledger.claim(night, "alive", 1, LEASE)
    while not (rescued := ledger.rescue(night, 3)):
        pass
    assert rescued == 1
    with pytest.raises(Lost):
        finish(ledger, late)
    finish(ledger, alive)


def test_a_renewed_lease_is_not_rescued(ledger: Ledger, night: int) -> None:
    ledger.add([found("a")])
    (claim,) = ledger.claim(night, "w", 1, 0.0)
    ledger.renew("w", LEASE)
    assert ledger.rescue(night, 3) == 0
    finish(ledger, claim)


def test_one_night_at_a_time(ledger: Ledger, night: int) -> None:
    with pytest.raises(Refusal) as refused:
        ledger.begin(this_process("local"), LEASE)
    assert refused.value.reason.key == "night.running"
    assert str(refused.value.reason.values["by"]).startswith(this_process("local").host)
    ledger.end(night, {"done": 3})
    assert ledger.begin(this_process("local"), LEASE) > night
    assert [one.summary for one in ledger.nights()] == [None, {"done": 3}]


def test_a_night_whose_process_is_gone_is_taken_over_at_once(ledger: Ledger) -> None:
    ledger.add([found("a")])
    old = ledger.begin(dead_process(), LEASE)
    (claim,) = take(ledger, old)
    new = ledger.begin(this_process("local"), LEASE)
    assert counts(ledger) == {"found": 1}
    assert ledger.beat(new, LEASE) and not ledger.beat(old, LEASE)
    assert take(ledger, old) == [] and ledger.rescue(old, 3) == 0
    with pytest.raises(Lost):
        finish(ledger, claim)
    assert [c.attempts for c in take(ledger, new)] == [0]


def test_a_night_of_another_machine_is_taken_over_when_its_heart_stopped(ledger: Ledger) -> None:
    me = this_process("local")
    elsewhere = replace(me, host="elsewhere")
    ledger.begin(elsewhere, LEASE)
    with pytest.raises(Refusal):
        ledger.begin(me, LEASE)
    (night,) = ledger.nights()
    ledger.end(night.id, {})
    ledger.begin(elsewhere, -1.0)
    assert ledger.begin(me, LEASE)


def test_a_summary_is_kept_as_it_was_given(ledger: Ledger, night: int) -> None:
    ledger.end(night, {"done": 1, "reasons": {"audio.no-audio": 2}, "带": "字"})
    (one,) = ledger.nights()
    assert json.dumps(one.summary, ensure_ascii=False)
    assert one.summary == {"done": 1, "reasons": {"audio.no-audio": 2}, "带": "字"}
    assert one.ended is not None and one.holder.engine == "local"


def test_a_claim_reads_no_more_rows_than_it_takes(ledger: Ledger, database: Database) -> None:
    heard: list[tuple[str, Any]] = []

    def listen(*said: Any) -> None:
        heard.append((said[2], said[3]))

    night = ledger.begin(this_process("local"), LEASE)
    event.listen(Engine, "before_cursor_execute", listen)
    try:
        take(ledger, night)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    asked, given = next(one for one in heard if "ORDER BY recording.urgency" in one[0])
    explain = "EXPLAIN (COSTS OFF) " if database.storage.url else "EXPLAIN QUERY PLAN "
    engine = open_database(database.home, database.storage)
    with engine.begin() as connection:
        if database.storage.url:  # it has no rows, for which no index is worth the way
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(explain + asked, given)
        plan = "\n".join(" ".join(map(str, row)) for row in rows)
    engine.dispose()
    assert "ix_recording_waiting" in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan
