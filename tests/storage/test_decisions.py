"""What people decided stays; drafts come and go around it. Published rules come back word for
word."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import Decision
from pipeline.scoring.ruleset import Ruleset, ruleset
from pipeline.scoring.scorecard import Scorecard
from pipeline.scoring.template import Template
from pipeline.storage import Outcome, Placed, Publication, Store, draft_of
from pipeline.storage.database import NEWEST, upgrade_database
from tests.databases import Database
from tests.storage.making import make_database
from tests.storage.test_store import CALL, RECORDING, RULES, card, entry

CHANGED = ruleset(Template(name="t", title="模板", version="2", source="items: [] # 2"))
OTHER = ruleset(Template(name="other", title="另一", version="1", source="items: []"))
UPHELD = Decision(item="greeting", verdict=Verdict.PASS, by="王质检", at=1_000, reason="听过")


def redraft(store: Store, rules: Ruleset, card: Scorecard, alone: bool = False) -> Placed:
    (number,) = store.numbers()
    (call,) = store.calls([number])
    of = (call.id, call.transcript, call.revision)
    (placed,) = store.redraft([draft_of(card, of, alone)], [rules])
    return placed


def test_decisions_are_appended_and_read_with_their_card(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (result,) = store.find("a.wav")
        changed_mind = replace(UPHELD, verdict=Verdict.FAIL, at=0)
        store.decide(result.kept[0].id, UPHELD)
        store.decide(result.kept[0].id, changed_mind)
        (result,) = store.find("a.wav")
    first, second = result.kept[0].decisions
    assert first == UPHELD
    assert second == replace(changed_mind, at=second.at) and second.at > 1_600_000_000_000
    assert result.cards == (card(),)


def test_nobody_decides_on_what_is_not_there(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (result,) = store.find("a.wav")
        with pytest.raises(KeyError):
            store.decide(result.kept[0].id, replace(UPHELD, item="nothing"))
        with pytest.raises(KeyError):
            store.decide(result.kept[0].id + 1, UPHELD)
    with pytest.raises(ValueError, match="unsure"):
        replace(UPHELD, verdict=Verdict.UNSURE)


def test_a_draft_makes_room_for_the_next_by_the_same_template(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        assert redraft(store, CHANGED, card(80, CHANGED)) == Placed.NEW
        (result,) = store.find("a.wav")
    assert [kept.card.total for kept in result.kept] == [80]


def test_a_draft_that_is_made_again_as_it_was_stays_where_it_is(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (before,) = store.find("a.wav")
        assert redraft(store, RULES, card()) == Placed.UNCHANGED
        assert redraft(store, RULES, card(), alone=True) == Placed.UNCHANGED
        (after,) = store.find("a.wav")
        assert [kept.id for kept in after.kept] == [kept.id for kept in before.kept]
        assert redraft(store, RULES, card(60)) == Placed.NEW  # by other settings, say


def test_a_decided_card_stays_and_the_next_draft_stands_beside_it(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (result,) = store.find("a.wav")
        store.decide(result.kept[0].id, UPHELD)
        assert redraft(store, RULES, card()) == Placed.SAME
        assert redraft(store, CHANGED, card(80, CHANGED)) == Placed.BESIDE
        assert redraft(store, CHANGED, card(70, CHANGED)) == Placed.BESIDE
        assert redraft(store, RULES, card(60)) == Placed.BESIDE  # by other settings, say
        (result,) = store.find("a.wav")
    assert [kept.card.total for kept in result.kept] == [60, 90]
    assert [len(kept.decisions) for kept in result.kept] == [0, 1]


def test_scoring_again_does_not_touch_a_decided_card_either(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (result,) = store.find("a.wav")
        store.decide(result.kept[0].id, UPHELD)
        store.keep(entry(newly_heard=False, total=70))
        store.keep(entry(newly_heard=False, total=75))
        (result,) = store.find("a.wav")
    assert [kept.card.total for kept in result.kept] == [75, 90]


def test_a_draft_by_another_template_stays_unless_the_call_is_not_for_it(
    database: Database,
) -> None:
    other = replace(card(50, OTHER), template="other")
    with database.store() as store:
        store.keep(entry())
        assert redraft(store, OTHER, other) == Placed.NEW
        (result,) = store.find("a.wav")
        assert [kept.card.template for kept in result.kept] == ["other", "t"]
        redraft(store, OTHER, other, alone=True)
        (result,) = store.find("a.wav")
    assert [kept.card.template for kept in result.kept] == ["other"]


def test_a_stored_call_comes_as_it_stands_with_what_was_decided(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(swapped=True, newly_heard=False))
        (result,) = store.find("a.wav")
        store.decide(result.kept[0].id, UPHELD)
        (call,) = store.calls(list(store.numbers()))
        (result,) = store.find("a.wav")
    assert call.call == result.call != CALL
    assert (call.revision, call.template, call.recording) == (1, "t", RECORDING)
    assert call.decided == result.kept


def test_undecided_cards_are_not_read_with_a_stored_call(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        (call,) = store.calls(list(store.numbers()))
    assert call.decided == ()


def test_calls_without_a_card_are_gone_through_and_failures_not(database: Database) -> None:
    failed = replace(RECORDING, content="3" * 64, name="/calls/b.wav", sources=("/calls/b.wav",))
    from pipeline.call import Reason

    with database.store() as store:
        store.keep(replace(entry(), cards=()))
        store.keep_failure(failed, Outcome.NO_AUDIO, Reason("audio.no-audio"))
        (call,) = store.calls(list(store.numbers()))
    assert (call.template, call.call.id) == ("", "a")
    assert call.call.turns == CALL.turns


def test_of_a_recording_whose_bytes_changed_the_latest_counts(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(recording=replace(RECORDING, content="2" * 64)))
        (call,) = store.calls(list(store.numbers()))
    assert call.recording.content == "2" * 64


def test_since_is_the_day_of_the_call_else_of_its_storing(database: Database) -> None:
    old = CallRecord(started="2020-02-29T09:30:00+08:00")
    dated = replace(RECORDING, content="2" * 64, name="2", about=old)
    odd = replace(dated, content="3" * 64, name="3", about=CallRecord(started="neulich"))
    with database.store() as store:
        for recording in (dated, RECORDING, odd):
            store.keep(entry(recording=recording))
        assert len(list(store.numbers("2020-02-29"))) == 3
        assert len(list(store.numbers("2020-03-01"))) == 2
        assert list(store.numbers("2999-01-01")) == []


def test_a_published_version_comes_back_word_for_word_and_the_last_by_itself(
    database: Database,
) -> None:
    first = Publication(
        version=0,
        by="李主管",
        at=5,
        note="第一版",
        rulesets={"t": "1" * 64},
        texts={"lexicons/a.yaml": "phrases: [不知道]\n"},
        diff={"files": []},
    )
    with database.store() as store:
        assert store.published() is None
        assert store.publish(first) == 1
        assert store.publish(replace(first, note="第二版", at=0)) == 2
        assert store.published(1) == replace(first, version=1)
        last = store.published()
        assert store.published(3) is None
    assert last is not None
    assert (last.version, last.note) == (2, "第二版") and last.at > 1_600_000_000_000


def test_a_database_of_the_first_schema_keeps_its_cards_and_learns_the_days(
    tmp_path: Path,
) -> None:
    make_database(tmp_path, "0001")
    with sqlite3.connect(tmp_path / "zhiyin.db") as old:
        old.executescript(
            """
            INSERT INTO recording VALUES (1, 'c', '/a.wav', '["/a.wav"]',
                '{"started": "2025-05-01 10:00"}', 'done', 'speech', NULL, 1, 0, 0);
            INSERT INTO recording VALUES (2, 'd', '/b.wav', '["/b.wav"]', '{}', 'done', 'speech',
                NULL, 1, 1760000000000, 0);
            INSERT INTO transcript VALUES (1, 'c', 'f', '', 'voice', 9, NULL, '[]', '[]', 0);
            INSERT INTO ruleset VALUES ('r', 't', '1', '{}', 0);
            """
        )
        old.execute(
            "INSERT INTO scorecard VALUES (7, 1, 1, 0, 'r', 'draft', 90, 100, 0, ?, 0)",
            (draft_of(card(), (1, 1, 0)).body,),
        )
    with pytest.raises(Refusal) as refused:
        Store(tmp_path)
    assert refused.value.reason.key == "storage.older"
    assert upgrade_database(tmp_path, dry_run=True) == "0001"
    assert upgrade_database(tmp_path) == "0001"
    assert upgrade_database(tmp_path) == NEWEST
    with Store(tmp_path) as store:
        (result,) = store.find("/a.wav")
        assert result.cards == (card(),)
        store.decide(result.kept[0].id, UPHELD)
        assert len(list(store.numbers("2025-05-01"))) == 2
        assert len(list(store.numbers("2025-05-02"))) == 1
