"""The case library: cut, kept, taught from; and what must not leave it, or be heard in it."""

import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.call import Interval
from pipeline.refusal import Refusal
from pipeline.settings import Audio, Settings
from pipeline.speech.clip import RATE, TONE_HERTZ, excerpt
from pipeline.storage import Audit, Person, Role, Store
from pipeline.storage.case_records import Notes, Quality, Sought, Stage
from pipeline.storage.cases import Cases
from pipeline.storage.reviews import Reviews
from pipeline.workflow import cases, clips, handing_out, playlists, purging
from pipeline.workflow.backing_up import back_up
from pipeline.workflow.bringing_back import bring_back
from pipeline.workflow.cases import Held
from pipeline.workflow.correcting import Wording, correct
from pipeline.workflow.handing_out import pack_cases, pack_playlist
from pipeline.workflow.purging import Asked, purge
from tests.databases import Database
from tests.desk.calls import ABOUT, keep
from tests.talk import talk

CALL = talk(
    "坐席 1-4 您好请问有什么可以帮您",
    "客户 5-12 我的手机号是***********请您记一下",
    "坐席 13-16 好的已经为您登记了",
    "客户 17-19 谢谢再见",
    duration=20,
    about=ABOUT,
)
SPAN = Interval(4.5, 16.5)
NOTES = Notes(
    title="核对号码",
    quality=Quality.GOOD,
    topic="登记",
    tags=("核对", "礼貌"),
    learn="复述之前先说明用途。",
    stages=(Stage(title="开场", strengths="问候完整"), Stage(title="结束")),
    questions=("为什么要复述？",),
)
TRAINER = Person(id=1, login="peixun", name="培", role=Role.TRAINER)
LEAD = Person(id=2, login="zhao", name="赵", role=Role.LEAD)
INSPECTOR = Person(id=3, login="wang", name="王", role=Role.INSPECTOR)
ELSEWHERE = Person(id=4, login="li", name="李", role=Role.INSPECTOR, teams=("乙组",))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one call, made once; tests have copies of its database."""
    home = tmp_path_factory.mktemp("stored")
    assert keep(home, CALL, "call") == 1
    return home


@pytest.fixture
def held(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Cutting costs a process each time: bytes stand for sounds but where one is listened to."""
    home = Path(shutil.copytree(stored, tmp_path / "home"))
    sources = json.dumps([str(home / "calls" / "call.wav")])
    Database(home).rows("UPDATE recording SET sources = :sources", sources=sources)
    monkeypatch.setattr(clips, "excerpt", lambda *_: b"sound")
    with Cases(home) as library, Store(home) as store:
        yield Held(cases=library, store=store, home=home, audio=Audio())


def made(held: Held, notes: Notes = NOTES, span: Interval = SPAN) -> int:
    return cases.make(held, TRAINER, 1, span, notes)


def key(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.reason.key


def sounds(home: Path) -> list[Path]:
    return sorted((home / clips.FOLDER).glob("*"))


def acts(held: Held) -> list[str]:
    return [line.act.action for line in reversed(Audit(held.home).latest(50))]


def test_a_case_is_words_notes_and_a_sound_that_is_its_owners_alone(held: Held) -> None:
    told = cases.open_case(held, INSPECTOR, made(held))
    assert [line.text for line in told.lines] == [
        "我的手机号是***********请您记一下",
        "好的已经为您登记了",
    ]
    assert told.lines[0].start == pytest.approx(0.5) and told.card == 1
    assert told.case.notes == replace(NOTES, stages=NOTES.stages[:1]), "a bare stage says nothing"
    (sound,) = sounds(held.home)
    assert stat.S_IMODE(sound.stat().st_mode) == 0o600
    assert stat.S_IMODE(sound.parent.stat().st_mode) == 0o700
    assert "call" not in sound.name and acts(held)[-2:] == ["case-made", "case-viewed"]


def test_the_masked_number_is_beeped_and_the_words_around_it_are_not(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "excerpt", excerpt)
    path = cases.sound_of(held, INSPECTOR, made(held))
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray() for frame in file.decode(audio=0)]
    samples = np.concatenate(frames, axis=1).astype(np.float64)

    def loud(hertz: float, start: float, end: float) -> float:
        """Of that frequency in seconds of the recording, on the louder channel."""
        part = samples[:, int((start - SPAN.start) * RATE) : int((end - SPAN.start) * RATE)]
        turn = np.exp(-2j * np.pi * hertz * np.arange(part.shape[1]) / RATE)
        return float(np.abs(np.mean(part * turn, axis=1)).max())

    (beep,) = cases.read(held, LEAD, 1).cut.beeps
    each = 7.0 / 23
    assert beep.start < 5 + 6 * each and beep.end > 5 + 17 * each
    inside = (beep.start + 0.1, beep.end - 0.1)
    assert loud(TONE_HERTZ, *inside) > 0.03
    assert loud(300, *inside) < 0.001, "what the customer said there"
    assert loud(300, 13.2, 15.8) > 0.1 and loud(TONE_HERTZ, 13.2, 15.8) < 0.001


def test_who_may_not_make_cases_must_not_and_who_may_not_see_the_call_finds_none(
    held: Held,
) -> None:
    number = made(held)
    for role in (Role.INSPECTOR, Role.LEADER, Role.AGENT, Role.MANAGER, Role.ADMIN):
        somebody = Person(id=9, login="x", name="x", role=role, agent="8001", teams=("甲组",))
        with pytest.raises(Refusal) as refused:
            cases.make(held, somebody, 1, SPAN, NOTES)
        assert key(refused) == "desk-review.not-allowed"
        with pytest.raises(Refusal):
            pack_cases(held, somebody, [number], "html")
    for asker, wanted in (
        (ELSEWHERE, "cases.no-case"),
        (Person(id=8, login="a", name="a", role=Role.AGENT, agent="8001"), None),
    ):
        with pytest.raises(Refusal) as refused:
            cases.read(held, asker, number)
        assert key(refused) == (wanted or "desk-review.not-allowed")
    assert cases.listed(held.cases, ELSEWHERE, Sought()).total == 0
    assert cases.listed(held.cases, INSPECTOR, Sought()).total == 1


def test_notes_are_looked_over(held: Held) -> None:
    told = cases.read(held, LEAD, made(held, replace(NOTES, learn="回拨13812345678")))
    assert told.notes.learn == "回拨***********"
    for wrong, wanted in (
        (replace(NOTES, title=" "), "cases.no-title"),
        (replace(NOTES, title="长" * 101), "cases.too-long"),
        (replace(NOTES, tags=tuple(map(str, range(11)))), "cases.too-many"),
    ):
        with pytest.raises(Refusal) as refused:
            made(held, wrong)
        assert key(refused) == wanted
    for span in (Interval(5, 4), Interval(5, 5.5), Interval(15, 60)):
        with pytest.raises(Refusal):
            made(held, span=span)
    assert len(sounds(held.home)) == 1, "what was refused leaves nothing"


def test_a_list_is_restricted_and_nothing_else(held: Held) -> None:
    good = made(held)
    bad = made(held, replace(NOTES, title="没有核对", quality=Quality.BAD, tags=(), topic=""))

    def found(sought: Sought) -> list[int]:
        return [case.id for case in cases.listed(held.cases, LEAD, sought).rows]

    assert found(Sought()) == [bad, good]
    assert found(Sought(quality=Quality.GOOD)) == found(Sought(tag="核对")) == [good]
    assert found(Sought(topic="登记")) == [good] and found(Sought(words="没有")) == [bad]
    assert found(Sought(words="%")) == found(Sought(tag="核")) == []
    assert held.cases.counts(None) == ({"登记": 1}, {"核对": 1, "礼貌": 1})


def test_notes_are_changed_without_the_recording_and_of_two_one_is_told(held: Held) -> None:
    number = made(held)
    case = cases.read(held, LEAD, number)
    (sound,) = sounds(held.home)
    (held.home / "calls" / "call.wav").unlink()
    cases.change(held, LEAD, case, SPAN, replace(NOTES, title="另一个标题"))
    assert cases.read(held, LEAD, number).notes.title == "另一个标题" and sounds(held.home) == [
        sound
    ]
    with pytest.raises(Refusal) as refused:
        cases.change(held, TRAINER, case, SPAN, NOTES)
    assert key(refused) == "cases.changed"
    again = cases.read(held, LEAD, number)
    with pytest.raises(Refusal) as refused:  # another stretch needs the recording
        cases.change(held, LEAD, again, Interval(4, 15), NOTES)
    assert key(refused) == "desk-call.gone" and sounds(held.home) == [sound]
    assert acts(held).count("case-changed") == 1, "what was refused is not done"


def test_a_call_whose_recording_is_gone_has_words_alone(held: Held) -> None:
    (held.home / "calls" / "call.wav").unlink()
    told = cases.open_case(held, LEAD, made(held))
    assert told.lines and not told.sound and not sounds(held.home)


def test_a_number_that_is_masked_later_must_not_be_heard(held: Held) -> None:
    call = replace(CALL, turns=tuple(t for t in CALL.turns if "*" not in t.text))
    keep(held.home, replace(call, duration=20), "later")
    number = cases.make(held, LEAD, 2, SPAN, NOTES)
    assert cases.open_case(held, LEAD, number).sound
    with Reviews(held.home) as reviews:
        wording = Wording(turn=1, first=0, last=2, text="13812345678")
        card = correct(reviews, LEAD, 2, 0, wording)
    told = cases.open_case(held, LEAD, number)
    assert told.lines[0].text.startswith("****") and not told.sound and told.card == card
    with pytest.raises(Refusal) as refused:
        cases.sound_of(held, LEAD, number)
    assert key(refused) == "cases.unbeeped"
    (part,) = pack_cases(held, LEAD, [number], "html").parts
    assert part.sound is None
    cases.change(held, LEAD, told.case, SPAN, NOTES)
    assert cases.open_case(held, LEAD, number).sound and len(sounds(held.home)) == 1


def test_a_deleted_case_leaves_nothing(held: Held) -> None:
    number = made(held)
    listed = playlists.begin_playlist(held.cases, LEAD, "新人")
    playlists.put_in(held.cases, LEAD, listed, number)
    cases.remove(held, LEAD, number, cases.read(held, LEAD, number).changed)
    assert not sounds(held.home) and held.cases.read(number) is None
    assert playlists.playlist(held.cases, LEAD, listed).count == 0
    assert acts(held)[-3:] == ["playlist-made", "playlist-changed", "case-deleted"]
    playlists.end_playlist(held.cases, LEAD, listed)
    assert acts(held)[-1] == "playlist-deleted"


def test_a_playlist_keeps_its_order_and_shows_nobody_more_than_they_see(held: Held) -> None:
    first, second, third = (made(held, replace(NOTES, title=name)) for name in "一二三")
    number = playlists.begin_playlist(held.cases, TRAINER, " 新人 ")
    for case in (first, second, third, first):
        playlists.put_in(held.cases, TRAINER, number, case)
    playlists.move(held.cases, TRAINER, number, third, -1)
    playlists.move(held.cases, TRAINER, number, third, -5)
    playlists.move(held.cases, TRAINER, number, first, 1)

    def shown(asker: Person) -> list[str]:
        rows = cases.listed(held.cases, asker, Sought(playlist=number)).rows
        return [case.notes.title for case in rows]

    assert shown(INSPECTOR) == ["三", "二", "一"] and shown(ELSEWHERE) == []
    assert [part.told.case.id for part in pack_playlist(held, LEAD, number, "pptx").parts] == [
        third,
        second,
        first,
    ]
    with pytest.raises(Refusal):
        playlists.put_in(held.cases, LEAD, number, 999)
    with pytest.raises(Refusal):
        playlists.put_in(held.cases, INSPECTOR, number, first)


@pytest.mark.parametrize("keep_scores", [False, True])
def test_a_case_goes_with_its_recording_and_that_is_said(held: Held, keep_scores: bool) -> None:
    stays = keep(held.home, replace(CALL, about=replace(ABOUT, started="2026-11-22")), "young")
    assert stays == 2
    made(held)
    kept = cases.make(held, LEAD, 2, SPAN, NOTES)
    asked = Asked(
        home=held.home, settings=Settings(), older_than="2026-11-21", keep_scores=keep_scores
    )
    dry = purge(replace(asked, dry_run=True))
    gone = purge(asked)
    assert dry.gone.counts["cases"] == gone.gone.counts["cases"] == 1
    assert [case.id for case in cases.listed(held.cases, LEAD, Sought()).rows] == [kept]
    assert [path.stem for path in sounds(held.home)] == [cases.read(held, LEAD, kept).cut.clip]
    act = Audit(held.home).latest(1)[0].act
    assert act.action == "purge" and act.details["cases"] == 1


def test_a_purge_that_is_cut_off_leaves_no_case_without_its_sound(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made(held)
    asked = Asked(home=held.home, settings=Settings(), older_than="2026-11-21")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Store, "forget", cut_off)
        purge(asked)
    assert cases.open_case(held, LEAD, number).sound, "what is still there is whole"
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(purging, "forget_clips", cut_off)
        purge(asked)
    assert cases.listed(held.cases, LEAD, Sought()).total == 0 and len(sounds(held.home)) == 1
    monkeypatch.setattr(clips, "STRAY_SECONDS", -1.0)
    purge(asked)
    assert not sounds(held.home), "the next one takes what was left"


def test_a_sound_that_no_case_has_is_swept_and_one_being_made_is_not(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(held)
    stray = clips.clip_path(held.home, "stray")
    stray.write_bytes(b"")
    clips.sweep_clips(held.home, held.cases.clips())
    assert stray.exists(), "somebody may be about to keep it"
    monkeypatch.setattr(clips, "STRAY_SECONDS", -1.0)
    clips.sweep_clips(held.home, held.cases.clips())
    assert not stray.exists() and len(sounds(held.home)) == 1


def test_a_backup_holds_the_sounds_and_brings_them_back(held: Held, tmp_path: Path) -> None:
    number = made(held)
    name = cases.read(held, LEAD, number).cut.clip
    file = back_up(held.home, Settings(), tmp_path / "b.tar.gz").path
    there = tmp_path / "there"
    there.mkdir()
    bring_back(file, there, Settings())
    assert (
        clips.clip_path(there, name).read_bytes() == clips.clip_path(held.home, name).read_bytes()
    )
    assert stat.S_IMODE(clips.clip_path(there, name).stat().st_mode) == 0o600


def test_a_file_of_hours_is_refused_with_how_long_it_is(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "MOST_MINUTES", 0.3)  # one is 12 seconds
    one, two = made(held), made(held)
    number = playlists.begin_playlist(held.cases, TRAINER, "新人")
    playlists.put_in(held.cases, TRAINER, number, one)
    assert len(pack_playlist(held, TRAINER, number, "html").parts) == 1
    playlists.put_in(held.cases, TRAINER, number, two)
    for take in (
        lambda: pack_playlist(held, TRAINER, number, "pptx"),
        lambda: pack_cases(held, TRAINER, [one, two], "html"),
    ):
        with pytest.raises(Refusal) as refused:
            take()
        assert key(refused) == "cases.too-much-sound"
        assert refused.value.reason.values == {"found": 1, "allowed": 0.3}
    assert acts(held).count("cases-exported") == 1, "what was refused is not on record as taken"


def test_what_is_taken_along_is_on_record(held: Held) -> None:
    number = made(held)
    pack_cases(held, LEAD, [number], "html")
    cases.sound_of(held, LEAD, number, "case-downloaded")
    first, second = (line.act for line in reversed(Audit(held.home).latest(2)))
    assert (first.by, first.action, first.target) == ("zhao", "cases-exported", str(number))
    assert first.details == {"cases": 1, "as": "html"}
    assert (second.action, second.target) == ("case-downloaded", str(number))
    said = str(Audit(held.home).latest(50))
    assert "核对" not in said and "手机号" not in said
