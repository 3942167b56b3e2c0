"""Calls go when their time is up, whole, and nothing else goes."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Call, CallRecord, Reason
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import Decision
from pipeline.settings import Keeping, Reviewing, Settings
from pipeline.storage import Outcome, Recording, State, as_stored
from pipeline.storage.audit import Audit
from pipeline.workflow import purging
from pipeline.workflow.content import content_of
from pipeline.workflow.purging import Asked, Purged, purge, term_of
from pipeline.workflow.reviewing import confirm, mark
from tests import reviewed
from tests.databases import Database
from tests.storage.test_store import entry
from tests.talk import talk

OLD, YOUNG = "2025-01-31", "2025-02-01"
TERM = "2025-02-01"
UPHELD = Decision(item="greeting", verdict=Verdict.PASS, by="王质检", at=1, reason="张先生说过")


def recording(name: str, day: str, content: str = "") -> Recording:
    about = CallRecord(
        id=name,
        started=f"{day}T09:30:00",
        agent="8001",
        team="一组",
        customer_number="138****1234",
        more={"customer": "张先生"},
    )
    digest = content or f"{sum(name.encode()):064}"
    return Recording(content=digest, name=name, sources=(f"/calls/{name}.wav",), about=about)


def called(words: str) -> Call:
    return as_stored(replace(talk("坐席 1 您好", f"客户 3 {words}"), id="c"))


@pytest.fixture
def kept(database: Database) -> Database:
    """An old call with a decision, an old one without, a failure, a young one, one that waits."""
    with database.store() as store:
        store.keep(entry(called("旧通话一的内容"), recording("old-1", OLD)))
        (result,) = store.find("old-1")
        store.decide(result.kept[0].id, UPHELD)
        store.keep(entry(called("旧通话二的内容"), recording("old-2", OLD)))
        reason = Reason("audio.no-audio", {"found": "PDF"})
        store.keep_failure(recording("old-3", OLD), Outcome.NO_AUDIO, reason)
        store.keep(entry(called("新通话的内容"), recording("young", YOUNG)))
    database.rows(
        "INSERT INTO recording (content, name, sources, about, state, outcome, attempts,"
        " added, changed, day) SELECT '', 'waits', sources, about, 'found', '', 0, 0, 0, day"
        " FROM recording WHERE name = 'old-1'"
    )
    return database


def purged(kept: Database, older_than: str = TERM, **how: Any) -> Purged:
    return purge(asked(kept, older_than=older_than, **how))


def asked(kept: Database, **how: Any) -> Asked:
    return Asked(home=kept.home, settings=Settings(storage=kept.storage), **how)


def names(kept: Database) -> set[object]:
    return {name for (name,) in kept.rows("SELECT name FROM recording")}


def holds(kept: Database, words: str) -> bool:
    """In the files of SQLite; in all tables of PostgreSQL."""
    if kept.storage.url:
        tables = ("recording", "transcript", "turn", "revision", "scorecard", "decision", "mark")
        return any(words in str(row) for t in tables for row in kept.rows(f"SELECT * FROM {t}"))
    files = [file for file in kept.home.iterdir() if file.is_file()]
    return any(words.encode() in file.read_bytes() for file in files)


def test_what_is_older_goes_whole_and_what_is_not_or_waits_stays(kept: Database) -> None:
    found = purged(kept)
    assert names(kept) == {"young", "waits"}
    assert found.gone.days == {OLD: 3}
    assert dict(found.gone.counts) == {
        "transcripts": 2,
        "turns": 4,
        "scorecards": 2,
        "decisions": 1,
    }
    for table, count in (("transcript", 1), ("turn", 2), ("scorecard", 1), ("decision", 0)):
        assert kept.count(table) == count, table
    with kept.store() as store:
        assert len(store.find("young")) == 1


@pytest.mark.parametrize("keep_scores", [False, True])
def test_what_went_is_nowhere_in_the_files(keep_scores: bool, kept: Database) -> None:
    gone = ("旧通话一的内容", "旧通话二的内容", "张先生说过", "old-2")
    kept.rows("DELETE FROM recording WHERE name = 'waits'")
    assert all(holds(kept, words) for words in gone)
    purged(kept, keep_scores=keep_scores)
    assert not [words for words in gone if holds(kept, words)]
    assert holds(kept, "新通话的内容")


def test_a_kept_score_says_what_it_came_to_and_not_whose_it_is(kept: Database) -> None:
    found = purged(kept, keep_scores=True)
    assert found.gone.counts["scores"] == 2 and found.gone.counts["turns"] == 4
    with kept.store() as store:
        cards = store.carded(OLD, TERM)
        assert len(list(store.numbers())) == 1, "nothing is left to check again"
    assert [one.recording.about for one in cards] == [CallRecord(agent="8001", team="一组")] * 2
    first = cards[0].kept[0]
    assert (first.card.total, first.card.items[0].verdict) == (90.0, Verdict.PASS)
    assert first.card.ruleset and first.card.items[0].evidence == ()
    assert first.decisions == (replace(UPHELD, reason=""),)
    assert len({one.kept[0].card.call_id for one in cards}) == 2, "still two calls"
    said = kept.rows("SELECT name, content, sources, about FROM recording WHERE state = 'purged'")
    assert len(said) == 2
    assert not any("old-" in str(row) or "138" in str(row) or "张" in str(row) for row in said)


def test_a_kept_score_goes_with_a_purge_that_keeps_none(kept: Database) -> None:
    purged(kept, keep_scores=True)
    again = purged(kept, keep_scores=True)
    assert not again.gone.days and not again.gone.counts
    purged(kept)
    assert names(kept) == {"young", "waits"}
    assert kept.count("transcript") == 1


@pytest.mark.parametrize("keep_scores", [False, True])
def test_words_that_a_younger_call_shares_stay_until_its_time_is_up(
    keep_scores: bool, kept: Database
) -> None:
    same = recording("old-1", OLD).content
    with kept.store() as store:
        copy = recording("copy", YOUNG, same)
        store.keep(entry(called("旧通话一的内容"), copy, newly_heard=False))
    assert purged(kept, keep_scores=keep_scores).gone.counts["transcripts"] == 1
    with kept.store() as store:
        (result,) = store.find("copy")
        assert result.call is not None and result.call.turns[1].text == "旧通话一的内容"
    assert purged(kept, "2025-02-02", keep_scores=keep_scores).gone.counts["transcripts"] == 2
    assert not holds(kept, "旧通话一的内容")


@pytest.mark.parametrize("keep_scores", [False, True])
@pytest.mark.parametrize("older_than", ["2025-01-31", TERM, "2025-02-02"])
def test_a_trial_says_what_would_go_and_changes_nothing(
    older_than: str, keep_scores: bool, kept: Database
) -> None:
    same = recording("old-1", OLD).content
    with kept.store() as store:
        store.keep(entry(called("x"), recording("copy", YOUNG, same), newly_heard=False))
    before = everything(kept)
    tried = purged(kept, older_than, keep_scores=keep_scores, dry_run=True)
    assert everything(kept) == before
    assert purged(kept, older_than, keep_scores=keep_scores).gone == tried.gone


def test_how_much_went_is_on_record_and_nobodys_name(kept: Database) -> None:
    purged(kept, by="张运维")
    purged(kept, by="张运维")
    (line,) = Audit(kept.home, kept.storage).latest(9)
    assert (line.act.by, line.act.action, line.act.target) == ("张运维", "purge", TERM)
    assert line.act.details == {
        "recordings": 3,
        "transcripts": 2,
        "turns": 4,
        "scorecards": 2,
        "decisions": 1,
        "files": 0,
    }


def everything(kept: Database) -> list[object]:
    return [
        row
        for table in ("recording", "turn", "scorecard")
        for row in kept.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
    ]


def test_a_purge_goes_in_batches_and_one_that_was_cut_off_is_taken_up(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 1)

    def cut(count: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(asked(kept, older_than=TERM), cut)
    assert len(names(kept)) == 3
    assert purged(kept).gone.days == {OLD: 1}


def test_the_term_is_what_was_typed_else_what_the_settings_say(kept: Database) -> None:
    today = date.today()
    settings = Settings(keeping=Keeping(days=180, keep_scores=True))
    by_settings = Asked(home=kept.home, settings=settings)
    assert term_of(by_settings).before == (today - timedelta(days=180)).isoformat()
    assert term_of(by_settings).keep_scores
    assert not term_of(replace(by_settings, keep_scores=False)).keep_scores
    assert (
        term_of(replace(by_settings, older_than="7d")).before == (today - timedelta(7)).isoformat()
    )
    for said, key in (
        ("soon", "purge.not-a-term"),
        ("-3d", "purge.not-a-term"),
        ("2025-13-01", "purge.not-a-term"),
        ((today + timedelta(days=1)).isoformat(), "purge.in-future"),
    ):
        with pytest.raises(Refusal) as refused:
            term_of(replace(by_settings, older_than=said))
        assert refused.value.reason.key == key
    with pytest.raises(Refusal) as refused:
        purged(kept, "")
    assert refused.value.reason.key == "purge.no-term" and len(names(kept)) == 5


@pytest.fixture
def audio(kept: Database) -> Path:
    """Files of the old calls, as their bytes were when they were heard."""
    folder = kept.home / "audio"
    folder.mkdir()
    for name in ("old-1", "old-2", "young"):
        path = folder / f"{name}.wav"
        path.write_text(f"sound of {name}")
        kept.rows(
            "UPDATE recording SET sources = :sources, content = :content WHERE name = :name",
            sources=f'["{path}"]',
            content=content_of([path]),
            name=name,
        )
    return folder


def test_recordings_are_left_alone_unless_asked_for(kept: Database, audio: Path) -> None:
    purged(kept)
    assert len(list(audio.iterdir())) == 3


def test_recordings_go_too_where_they_are_still_what_was_heard(kept: Database, audio: Path) -> None:
    (audio / "old-2.wav").write_text("another call under the old name")
    (audio / "secret").write_text("x")
    found = purged(kept, audio=True)
    assert {path.name for path in audio.iterdir()} == {"old-2.wav", "young.wav", "secret"}
    assert (found.files, found.left) == (1, 1)


def test_a_trial_says_how_many_files_there_are_and_must_not_touch_one(
    kept: Database, audio: Path
) -> None:
    (audio / "old-1.wav").unlink()
    (audio / "old-1.wav").symlink_to(audio / "young.wav")
    tried = purged(kept, audio=True, dry_run=True)
    assert (tried.files, tried.left) == (1, 0)
    assert purged(kept, dry_run=True).files == 0
    assert {path.name for path in audio.iterdir()} == {"old-1.wav", "old-2.wav", "young.wav"}


def test_a_link_in_the_place_of_a_recording_is_not_followed(kept: Database, audio: Path) -> None:
    (audio / "elsewhere").write_text("sound of old-1")
    (audio / "old-1.wav").unlink()
    (audio / "old-1.wav").symlink_to(audio / "elsewhere")
    found = purged(kept, audio=True)
    assert (audio / "elsewhere").exists() and (audio / "old-1.wav").is_symlink()
    assert (found.files, found.left) == (1, 1)


def test_a_purge_leaves_other_states_alone_whoever_is_at_work(kept: Database) -> None:
    kept.rows("UPDATE recording SET state = 'taken' WHERE name = 'old-2'")
    kept.rows("UPDATE recording SET state = 'found' WHERE name = 'old-3'")
    assert purged(kept).gone.days == {OLD: 1}
    assert names(kept) == {"old-2", "old-3", "young", "waits"}
    assert {State.PURGED.value} == set(State) - {"found", "taken", "done", "failed", "skipped"}


@pytest.mark.parametrize("keep_scores", [False, True])
def test_what_people_said_of_a_call_at_the_desk_goes_with_it(
    keep_scores: bool, database: Database
) -> None:
    judged = reviewed.keep(database, "judged", started=f"{OLD}T09:00:00")
    reviewed.keep(database, "waits", started=f"{OLD}T10:00:00")
    with reviewed.reviews(database) as opened:
        said = [reviewed.comment("客户很生气"), reviewed.answer("answer", "fail")]
        mark(opened, reviewed.INSPECTOR, judged, 0, said)
        confirm(opened, reviewed.INSPECTOR, judged, 2, Reviewing())
        opened.looking(judged, "wang")
    dry = purged(database, keep_scores=keep_scores, dry_run=True)
    found = purged(database, keep_scores=keep_scores)
    assert dry.gone.counts == found.gone.counts and found.gone.counts["marks"] == 3
    assert database.count("mark") == database.count("presence") == 0
    assert not holds(database, "客户很生气")
    with reviewed.reviews(database) as opened:
        review = opened.read(judged)
        assert opened.page(reviewed.QUEUE, "wang").total == 0, "nobody looks at what is gone"
    if not keep_scores:
        assert review is None and database.count("review") == database.count("review_item") == 0
        return
    assert review is not None and review.final is not None
    assert (review.listed.total, review.final.total, review.final.by) == (18, 18, "wang")
    assert (review.listed.started, review.call.turns, review.recording.sources) == ("", (), ())


def test_what_was_made_to_listen_to_goes_with_its_call(kept: Database) -> None:
    folder = kept.home / "sounds"
    folder.mkdir()
    sounds = {name: recording(name, OLD).content for name in ("old-1", "young")}
    for content in sounds.values():
        for ending in ("1.mp3", "1.json"):
            (folder / f"{content}.{ending}").touch()
    purged(kept)
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {sounds["young"]}
