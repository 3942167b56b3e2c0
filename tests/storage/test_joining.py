"""Call records that come after their recordings: joined to what is known, once, and cheaply."""

from dataclasses import replace

import pytest

from pipeline.call import CallRecord, Reason
from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.storage import Draft, Found, Ledger, Outcome, State, Store, draft_of
from tests.databases import Database
from tests.night import invariants
from tests.storage.by_hand import content_of, counts, finish, found, take
from tests.storage.test_store import RULES, card

LATE = {"agent": "8001", "team": "二组", "started": "2026-11-20T09:30:00"}


def done(ledger: Ledger, night: int, *names: str) -> None:
    """Recordings that were heard without a record."""
    ledger.add([found(name) for name in names])
    for claim in take(ledger, night, len(names)):
        finish(ledger, claim)


def about(store: Store, name: str) -> CallRecord:
    (result,) = store.find(name)
    return result.recording.about


def drafted_again(store: Store, numbers: list[int]) -> list[Draft]:
    """New drafts of these recordings, on the words that they have."""
    calls = store.calls(numbers)
    return [draft_of(card(80.0), (one.id, one.transcript, one.revision)) for one in calls]


def test_a_record_that_comes_late_is_joined_once_and_known_wherever_calls_are_listed(
    ledger: Ledger, night: int, database: Database
) -> None:
    done(ledger, night, "a", "b")
    late = [found("a", **LATE), found("b")]
    added = ledger.add(late)
    assert (added.new, added.changed, added.known, added.joined) == (0, 0, 2, 1)
    assert ledger.add(late).joined == 0
    with database.store() as store:
        assert about(store, "a") == CallRecord(**LATE)
        assert [store.calls([number])[0].recording.name for number in store.joined()] == [
            "/calls/a.wav"
        ]
    listed = "SELECT agent, team, day FROM review ORDER BY recording_id"
    assert database.rows(listed)[0] == ("8001", "二组", "2026-11-20")
    assert database.rows(listed)[1][:2] == ("", "")
    assert counts(ledger) == {"done": 2}


def test_what_was_said_is_searched_under_the_day_of_the_record(
    ledger: Ledger, night: int, database: Database
) -> None:
    done(ledger, night, "a")
    ledger.add([found("a", started="2000-01-11T10:00:00")])
    assert database.rows("SELECT day FROM spoken") == [(10,)]


def test_a_new_draft_by_its_record_fulfils_the_wish_and_a_decided_card_stays_byte_for_byte(
    ledger: Ledger, night: int, database: Database
) -> None:
    done(ledger, night, "a", "b")
    home = invariants.Database(database.home, database.storage.url)
    with database.store() as store:
        (result,) = store.find("a")
        store.decide(result.kept[0].id, Decision(item="greeting", verdict=Verdict.PASS, by="王"))
        before = invariants.decided_cards(home)
        ledger.add([found("a", **LATE), found("b", **LATE)])
        waiting = store.joined()
        store.redraft(drafted_again(store, list(waiting)), [RULES])
        ledger.add([found("b", queue="投诉")])
        store.caught_up(waiting)
        assert [about(store, "b")] == [CallRecord(**LATE, queue="投诉")]
        assert list(store.joined()) == list(waiting)[1:]
        store.caught_up(store.joined())
        assert store.joined() == {}
        invariants.kept(before, home)
        assert [len(store.find(name)[0].kept) for name in "ab"] == [2, 1]


def test_a_table_that_was_put_away_must_not_take_anything_back(
    ledger: Ledger, night: int, database: Database
) -> None:
    ledger.add([found("a", **LATE)])
    finish(ledger, *take(ledger, night))
    assert ledger.add([found("a")]).joined == 0
    assert ledger.add([found("a", queue="投诉")]).joined == 1
    with database.store() as store:
        assert about(store, "a") == CallRecord(**LATE, queue="投诉")


def test_an_id_that_comes_late_must_not_make_another_recording_of_it(
    ledger: Ledger, night: int, database: Database
) -> None:
    done(ledger, night, "a")
    late = found("a", id="C1", agent="8001")
    assert [standing for _, standing in ledger.compared([late])] == ["joined"]
    added = ledger.add([late])
    assert (added.new, added.known, added.joined) == (0, 1, 1)
    assert counts(ledger) == {"done": 1}
    with database.store() as store:
        assert store.find("C1")[0].recording.name == "C1" and len(store.find("C1")[0].kept) == 1
    assert ledger.add([late]).joined == 0
    assert ledger.add([replace(late, stamp="2")]).changed == 1
    (claim,) = take(ledger, night)
    assert claim.found.name == "C1"


def test_what_waits_is_heard_with_its_record_and_in_its_turn(
    ledger: Ledger, night: int, database: Database
) -> None:
    ledger.add([found("a"), found("b")])
    late = replace(found("b", **LATE), urgency=9)
    assert ledger.add([late]).joined == 1
    first, second = take(ledger, night, 2)
    assert (first.found.about.agent, second.found.about.agent) == ("8001", None)
    with database.store() as store:
        assert store.joined() == {}


def test_what_is_in_hand_is_left_alone_until_the_next_listing(ledger: Ledger, night: int) -> None:
    ledger.add([found("a")])
    (claim,) = take(ledger, night)
    late = [found("a", **LATE)]
    assert ledger.add(late).joined == 0
    finish(ledger, claim)
    assert ledger.add(late).joined == 1


def test_what_was_said_in_writing_has_its_own_record(ledger: Ledger, night: int) -> None:
    done(ledger, night, "a")
    late: Found = replace(found("a", **LATE), joins=False)
    assert ledger.add([late]).joined == 0


@pytest.mark.parametrize("fails", [False, True])
def test_a_record_that_says_which_channel_is_the_agents_is_a_reason_to_listen(
    ledger: Ledger, night: int, database: Database, fails: bool
) -> None:
    done(ledger, night, "a")
    late = found("a", agent_channel=1)  # type: ignore[arg-type]
    assert ledger.add([late]).joined == 1
    with database.store() as store:
        assert store.joined() == {}
    (claim,) = take(ledger, night)
    assert (claim.wish, claim.found.about.agent_channel) == ("joined", 1)
    if fails:
        ledger.fail(claim, content_of(claim), Outcome.NO_AUDIO, Reason("night.not-there"))
        assert ledger.sums().counts == {State.DONE: {Outcome.KEPT: 1}}
    else:
        finish(ledger, claim)
    assert counts(ledger) == {"done": 1} and ledger.add([late]).joined == 0
