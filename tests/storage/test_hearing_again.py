"""What becomes of recordings that were done, are to be heard again, and cannot be."""

from collections.abc import Callable

import pytest

from pipeline.call import Reason
from pipeline.storage import Claim, Ledger, Outcome, State
from tests.databases import Database
from tests.storage.by_hand import CRASH, content_of, counts, finish, found, take
from tests.storage.test_store import RECORDING, entry

GONE = Reason("night.not-there")


def heard_once(ledger: Ledger, night: int) -> None:
    """A recording that is done, with its card, and is to be heard again."""
    ledger.add([found("a")])
    finish(ledger, *take(ledger, night))
    assert ledger.retranscribe(["a"]) == 1


def unread(ledger: Ledger, claim: Claim) -> None:
    ledger.fail(claim, "", Outcome.FAILED, GONE)


def read(ledger: Ledger, claim: Claim) -> None:
    ledger.fail(claim, content_of(claim), Outcome.NO_AUDIO, GONE)


def tried(ledger: Ledger, claim: Claim) -> None:
    assert ledger.again(claim, GONE, attempts=1)


def died_of(ledger: Ledger, claim: Claim) -> None:
    assert ledger.gone(claim.night, claim.worker, GONE, attempts=1) == [claim.id]


@pytest.mark.parametrize("fails", [unread, read, tried, died_of])
def test_what_cannot_be_heard_again_is_done_as_before_and_its_card_counts(
    ledger: Ledger, night: int, database: Database, fails: Callable[[Ledger, Claim], None]
) -> None:
    heard_once(ledger, night)
    fails(ledger, *take(ledger, night))
    for sums in (ledger.sums(), ledger.sums(night)):
        assert sums.counts == {State.DONE: {Outcome.KEPT: 1}}
        assert (sums.total, sums.wrong, sums.reasons) == (1, 1, {"night.not-there": 1})
    (failure,) = ledger.failures()
    assert (failure.outcome, failure.reason, failure.attempts) == (Outcome.KEPT, GONE, 1)
    with database.store() as store:
        (result,) = store.find("a")
        assert (result.state, result.outcome) == (State.DONE, Outcome.SPEECH)
        assert len(result.cards) == 1
        assert list(store.numbers()) == [failure.id]


def test_it_waits_again_by_retry_and_a_success_clears_it(ledger: Ledger, night: int) -> None:
    heard_once(ledger, night)
    unread(ledger, *take(ledger, night))
    assert take(ledger, night) == []
    assert ledger.retry(["a"]) == 1
    (claim,) = take(ledger, night)
    assert (claim.wish, claim.attempts) == ("retranscribe", 0)
    finish(ledger, claim)
    assert ledger.failures() == () and ledger.sums().wrong == 0
    assert counts(ledger) == {"done": 1}


def test_a_wish_must_not_be_forgotten_where_the_file_was_only_touched(
    ledger: Ledger, night: int, database: Database
) -> None:
    heard_once(ledger, night)
    assert ledger.add([found("a", stamp="2")]).changed == 1
    (claim,) = take(ledger, night)
    assert (claim.wish, claim.found.stamp) == ("retranscribe", "2")
    read(ledger, claim)
    with database.store() as store:
        assert store.find("a")[0].outcome is Outcome.SPEECH


def test_other_bytes_that_fail_must_not_be_taken_for_the_old_ones(
    ledger: Ledger, night: int, database: Database
) -> None:
    heard_once(ledger, night)
    ledger.add([found("a", stamp="2")])
    ledger.fail(*take(ledger, night), "2" * 64, Outcome.NO_AUDIO, GONE)
    assert counts(ledger) == {"done": 1, "failed": 1}
    assert [failure.outcome for failure in ledger.failures()] == [Outcome.NO_AUDIO]
    with database.store() as store:
        assert [len(result.cards) for result in store.find("a")] == [0, 1]


def test_nobody_is_asked_to_hear_bytes_that_the_files_no_longer_hold(
    ledger: Ledger, night: int
) -> None:
    heard_once(ledger, night)
    unread(ledger, *take(ledger, night))
    assert ledger.add([found("a", stamp="2")]).changed == 1
    assert ledger.failures() == () and counts(ledger) == {"done": 1, "found": 1}
    assert ledger.retranscribe() == 0
    finish(ledger, *take(ledger, night), content="2" * 64)
    assert ledger.retranscribe() == 1
    (claim,) = take(ledger, night, 2)
    assert claim.found.stamp == "2"


def test_a_first_failure_must_not_look_like_a_result(ledger: Ledger, night: int) -> None:
    ledger.add([found("a")])
    ledger.fail(*take(ledger, night), "1" * 64, Outcome.NO_AUDIO, CRASH)
    assert counts(ledger) == {"failed": 1} and ledger.sums().wrong == 1
    assert ledger.retry() == 1
    assert [claim.wish for claim in take(ledger, night)] == [""]


def test_what_score_cannot_hear_again_is_done_as_before_too(
    ledger: Ledger, database: Database
) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep_failure(RECORDING, Outcome.FAILED, GONE)
        (result,) = store.find("a")
    assert (result.state, len(result.cards)) == (State.DONE, 1)
    assert [failure.outcome for failure in ledger.failures()] == [Outcome.KEPT]
