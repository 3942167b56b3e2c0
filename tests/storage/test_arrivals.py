"""What a listing finds is laid beside what is known: new, changed, known, a copy."""

from dataclasses import replace

from pipeline.storage import (
    Ledger,
    Outcome,
    State,
)
from tests.databases import Database
from tests.storage.broken import Fault, breaking
from tests.storage.by_hand import counts, finish, found, take
from tests.storage.test_store import RECORDING, entry


def test_what_is_known_and_as_it_was_is_not_written_again(ledger: Ledger, night: int) -> None:
    several = [found("a"), found("b")]
    ledger.add(several)
    for claim in take(ledger, night, 2):
        finish(ledger, claim)
    again = ledger.add(several)
    assert (again.new, again.known, again.changed) == (0, 2, 0)
    assert take(ledger, night) == []


def test_a_name_that_a_listing_gives_twice_is_one_recording(ledger: Ledger) -> None:
    far_apart = [found("a"), *(found(str(number)) for number in range(5_000))]
    for new in (5_001, 0):
        added = ledger.add([*far_apart, found("a", stamp="2")])
        assert (added.new, added.changed) == (new, 0)


def test_a_limit_leaves_the_rest_for_another_time(ledger: Ledger) -> None:
    several = [found(name) for name in "abcde"]
    assert ledger.add(several, limit=2).new == 2
    assert ledger.add(several, limit=2).new == 2
    assert ledger.add(several).new == 1


def test_a_file_replaced_under_its_name_is_heard_anew_and_the_old_card_stays(
    ledger: Ledger, night: int, database: Database
) -> None:
    ledger.add([found("a")])
    finish(ledger, *take(ledger, night), content="1" * 64)
    assert ledger.add([found("a", stamp="2")]).changed == 1
    finish(ledger, *take(ledger, night), content="2" * 64)
    assert counts(ledger) == {"done": 2}
    assert ledger.add([found("a", stamp="2")]).known == 1
    with database.store() as store:
        assert [r.recording.content[0] for r in store.find("a")] == ["2", "1"]
        assert len(list(store.numbers())) == 1


def test_a_file_put_back_as_it_was_is_the_recording_that_it_was(
    ledger: Ledger, night: int, database: Database
) -> None:
    for stamp, content in (("1", "1" * 64), ("2", "2" * 64), ("1", "1" * 64)):
        ledger.add([found("a", stamp=stamp)])
        finish(ledger, *take(ledger, night), content=content)
    assert counts(ledger) == {"done": 2}
    with database.store() as store:
        assert [r.recording.content[0] for r in store.find("a")] == ["1", "2"]


def test_a_file_touched_and_not_changed_stays_one_recording(ledger: Ledger, night: int) -> None:
    for stamp in ("1", "2"):
        ledger.add([found("a", stamp=stamp)])
        finish(ledger, *take(ledger, night))
    assert counts(ledger) == {"done": 1}
    assert ledger.add([found("a", stamp="2")]).known == 1


def test_a_file_that_changes_while_it_is_in_hand_is_taken_again_after(
    ledger: Ledger, night: int
) -> None:
    ledger.add([found("a")])
    (claim,) = take(ledger, night)
    assert ledger.add([found("a", stamp="2")]).changed == 0
    finish(ledger, claim)
    assert ledger.add([found("a", stamp="2")]).changed == 1


def test_what_was_scored_by_hand_before_is_not_scored_twice(
    ledger: Ledger, night: int, database: Database
) -> None:
    with database.store() as store:
        store.keep(entry())
    ledger.add([found("a")])
    finish(ledger, *take(ledger, night), content=RECORDING.content)
    assert counts(ledger) == {"done": 1}
    assert ledger.add([found("a")]).known == 1


def test_a_copy_without_an_id_is_skipped_and_one_with_an_id_is_not(
    ledger: Ledger, night: int
) -> None:
    ledger.add([found("a"), found("b"), found("c", id="call-7")])
    for claim in take(ledger, night, 3):
        finish(ledger, claim, "1" * 64)
    assert ledger.sums().counts == {
        State.DONE: {Outcome.SPEECH: 2},
        State.SKIPPED: {Outcome.DUPLICATE: 1},
    }
    assert ledger.duplicate_of("1" * 64, "/calls/b.wav") == "/calls/a.wav"
    assert ledger.duplicate_of("2" * 64, "/calls/b.wav") is None


def test_the_chats_of_a_log_are_recordings_of_their_own(ledger: Ledger, night: int) -> None:
    ledger.add([found("log")])
    (claim,) = take(ledger, night)
    chats = [
        entry(recording=replace(RECORDING, content=part * 64, name=f"/calls/log.wav#{part}"))
        for part in "12"
    ]
    ledger.finish(claim, "9" * 64, chats)
    assert ledger.sums().counts == {State.DONE: {Outcome.SPEECH: 2, Outcome.LOG: 1}}
    assert ledger.add([found("log")]).known == 1


def test_a_finished_night_again_asks_little_and_writes_nothing(database: Database) -> None:
    several = [found(str(number)) for number in range(6_000)]
    with database.ledger() as ledger:
        assert ledger.add(several).new == 6_000
        with breaking(Fault.LOCKED) as counting:
            assert ledger.add(several).known == 6_000
    assert counting.count <= 8, "two queries of 5,000 names, with their beginnings and ends"
