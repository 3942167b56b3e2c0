"""Results of recordings are kept whole or not at all, and found again."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text

from pipeline.call import Call, CallRecord, Reason, Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.points import SectionPoints
from pipeline.scoring.ruleset import Ruleset, ruleset
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Template
from pipeline.storage import (
    Entry,
    Outcome,
    Recording,
    State,
    Store,
    Transcript,
    as_stored,
    carried,
)
from pipeline.storage.database import open_database
from tests.databases import Database
from tests.talk import talk

RULES = ruleset(Template(name="t", title="模板", version="1", source="items: []"))
CALL = as_stored(
    replace(talk("坐席 1 您好", "客户 3 我不知道"), id="c", sources=("a.wav",), engine="demo")
)
RECORDING = Recording(
    content="1" * 64,
    name="/calls/a.wav",
    sources=("/calls/a.wav",),
    about=CallRecord(agent="8001", complaint=True),
)


def card(total: float = 90.0, rules: Ruleset = RULES) -> Scorecard:
    hit = Hit(
        start=1, end=2, speaker=Speaker.AGENT, what="您好", kind=Kind.TEXT, quote="您好", turn=0
    )
    item = ItemResult(
        id="greeting",
        ask="问候",
        section="s",
        verdict=Verdict.PASS,
        points_lost=0,
        at_stake=0,
        max=5,
        reason=Reason("scoring.found", {"phrase": "您好"}),
        evidence=(hit,),
    )
    return Scorecard(
        call_id="c",
        template="t",
        title="模板",
        version="1",
        ruleset=rules.digest,
        scale="deduct_from_max",
        total=total,
        max=100,
        at_stake=0,
        fatal=(),
        sections=(SectionPoints("s", "规范", 5, 5, 0),),
        items=(item,),
    )


def entry(
    call: Call = CALL,
    recording: Recording = RECORDING,
    *,
    swapped: bool | None = None,
    newly_heard: bool = True,
    total: float = 90.0,
) -> Entry:
    return Entry(
        recording=recording,
        fingerprint="f",
        transcript=Transcript(call, swapped),
        newly_heard=newly_heard,
        outcome=Outcome.SPEECH,
        cards=((card(total), RULES),),
    )


def test_a_kept_call_and_its_card_come_back_the_same(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
    with database.store() as store:
        (result,) = store.find("/calls/a.wav")
    assert result.call == replace(CALL, about=RECORDING.about)
    assert result.cards == (card(),)
    assert (result.state, result.outcome) == (State.DONE, Outcome.SPEECH)
    assert result.recording == RECORDING


@pytest.mark.parametrize("name", ["/calls/a.wav", "a.wav", "a"])
def test_a_recording_is_found_by_path_by_file_name_and_by_stem(
    name: str, database: Database
) -> None:
    with database.store() as store:
        store.keep(entry())
        assert len(store.find(name)) == 1


def test_a_recording_with_a_call_record_is_found_by_its_file_too(database: Database) -> None:
    with database.store() as store:
        store.keep(entry(recording=replace(RECORDING, name="20261121-7")))
        for name in ("20261121-7", "a.wav", "a", "/calls/a.wav"):
            assert len(store.find(name)) == 1, name


@pytest.mark.parametrize(
    "name", ["b.wav", "calls", "wav", "%", "_", "alls/a.wav", "", "'; DROP TABLE turn; --"]
)
def test_a_recording_is_not_found_by_what_only_looks_like_its_name(
    name: str, database: Database
) -> None:
    with database.store() as store:
        store.keep(entry())
        assert store.find(name) == ()


def test_a_transcript_is_found_by_content_and_fingerprint_only(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        found = store.transcript(RECORDING.content, "f")
        assert found is not None
        assert found.call(RECORDING, "c") == replace(CALL, about=RECORDING.about)
        assert store.transcript(RECORDING.content, "other model") is None
        assert store.transcript("2" * 64, "f") is None


def test_scoring_again_replaces_the_draft_and_adds_no_second(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(newly_heard=False, total=70))
        (result,) = store.find("a.wav")
    assert [c.total for c in result.cards] == [70]
    assert database.count("recording") == database.count("transcript") == 1


def test_equal_bytes_under_two_names_share_one_transcript(database: Database) -> None:
    other = replace(RECORDING, name="/calls/b.wav", sources=("/calls/b.wav",))
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(recording=other, newly_heard=False))
    assert database.count("recording") == 2
    assert database.count("transcript") == 1


def test_an_exchange_of_speakers_is_appended_and_can_be_taken_back(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(swapped=True, newly_heard=False))
        (swapped,) = store.find("a")
        assert swapped.call is not None
        assert [t.speaker for t in swapped.call.turns] == [Speaker.CUSTOMER, Speaker.AGENT]
        assert set(swapped.call.speech or {}) == {Speaker.CUSTOMER, Speaker.AGENT}
        store.keep(entry(swapped=False, newly_heard=False))
        (back,) = store.find("a")
        assert back.call == replace(CALL, about=RECORDING.about)
    assert database.count("revision") == 2
    assert database.count("transcript") == 1


@pytest.mark.parametrize("swapped", [True, False])
def test_a_suspicion_ends_when_a_person_has_decided(swapped: bool, database: Database) -> None:
    turns = tuple(replace(turn, role_confidence=0.4) for turn in CALL.turns)
    suspected = (Reason("speech.swap-suspected", {"channel": 1}), Reason("audio.partial"))
    with database.store() as store:
        store.keep(entry(replace(CALL, turns=turns, remarks=suspected)))
        (open_,) = store.find("a")
        store.keep(entry(swapped=swapped, newly_heard=False))
        (settled,) = store.find("a")
    assert open_.call is not None and settled.call is not None
    assert [r.key for r in open_.call.remarks] == ["speech.swap-suspected", "audio.partial"]
    assert [r.key for r in settled.call.remarks] == ["audio.partial"]
    assert {turn.role_confidence for turn in settled.call.turns} == {1.0}
    assert (settled.call.turns[0].speaker == Speaker.CUSTOMER) is swapped


def test_the_same_exchange_said_twice_is_one(database: Database) -> None:
    with database.store() as store:
        store.keep(entry(swapped=True))
        store.keep(entry(swapped=True, newly_heard=False))
    assert database.count("revision") == 1


def test_hearing_again_replaces_the_words_and_not_what_a_person_decided(database: Database) -> None:
    again = as_stored(replace(talk("坐席 1 您好您好"), id="c"))
    with database.store() as store:
        store.keep(entry(swapped=True))
        store.keep(entry(again))
        (result,) = store.find("a")
    assert result.call is not None
    assert [(t.text, t.speaker) for t in result.call.turns] == [("您好您好", Speaker.CUSTOMER)]
    assert database.count("turn") == database.count("transcript") == 1


def test_hearing_one_copy_again_leaves_the_card_of_the_other(database: Database) -> None:
    other = replace(RECORDING, name="/calls/b.wav", sources=("/calls/b.wav",))
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(recording=other))
        for name in ("a.wav", "b.wav"):
            (result,) = store.find(name)
            assert len(result.cards) == 1, name


def test_the_last_decision_on_the_speakers_is_found_whatever_heard_them(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        assert store.decided(RECORDING.content) is None
        store.keep(entry(swapped=True, newly_heard=False))
        store.keep(replace(entry(), fingerprint="g"))
        found = store.decided(RECORDING.content)
        assert found is not None and found.swapped is True
        assert store.decided("2" * 64) is None


def test_a_decision_is_on_who_is_the_agent_and_not_on_how_it_was_set() -> None:
    turned = replace(CALL, turns=tuple(replace(t, channel=1 - t.channel) for t in CALL.turns))
    assert carried(Transcript(CALL), CALL) is None
    for swapped in (True, False):
        assert carried(Transcript(CALL, swapped), CALL) is swapped
        assert carried(Transcript(CALL, swapped), turned) is not swapped


def test_a_failure_is_kept_with_its_reason(database: Database) -> None:
    with database.store() as store:
        store.keep_failure(RECORDING, Outcome.NO_AUDIO, Reason("audio.no-audio", {"found": "PDF"}))
        (result,) = store.find("a.wav")
    assert (result.state, result.outcome) == (State.FAILED, Outcome.NO_AUDIO)
    assert result.reason == Reason("audio.no-audio", {"found": "PDF"})
    assert result.call is None and result.cards == ()


def test_a_keeping_that_breaks_leaves_nothing_behind(database: Database) -> None:
    with database.store() as store:
        broken = replace(entry(), cards=((card(), RULES), (replace(card(), ruleset=None), RULES)))  # type: ignore[arg-type]
        with pytest.raises(Exception, match=r"(?i)not.null"):
            store.keep(broken)
        assert store.find("a.wav") == ()
    assert database.count("transcript") == database.count("ruleset") == 0


def test_the_ruleset_is_kept_word_for_word(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
    (row,) = database.rows("SELECT digest, texts FROM ruleset")
    assert row == (RULES.digest, '{"scorecards/t.yaml": "items: []"}')


def test_the_database_is_durable_and_private(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }
    assert (tmp_path / "zhiyin.db").stat().st_mode & 0o077 == 0


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.keep(entry())
        with sqlite3.connect(tmp_path / "zhiyin.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            assert store.find("a.wav")
            other.execute("ROLLBACK")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zhiyin.db").write_text("this is not a database, it is a letter " * 50)
    with pytest.raises(Refusal) as refused:
        Store(tmp_path)
    assert refused.value.reason.key == "storage.broken"


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "zhiyin.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refused:
        Store(tmp_path)
    assert refused.value.reason.values["found"] == "9999"


def test_a_second_start_does_not_migrate_again(tmp_path: Path) -> None:
    Store(tmp_path).close()
    engine = open_database(tmp_path)
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert not [statement for statement in said if "CREATE" in statement]
