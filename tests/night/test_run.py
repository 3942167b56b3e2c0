"""A run from its lock to its summary: conservation, the lock, the rules, a night over again."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.night import run
from pipeline.night.job import Event, Job, Kind
from pipeline.night.progress import Progress
from pipeline.night.run import Asked, Ended, run_night
from pipeline.night.summary import Summary, read_summary
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Settings
from pipeline.storage import Added, Ledger, State, Store, this_process
from pipeline.workflow.publishing import publish
from pipeline.workflow.rescoring import Again
from tests.databases import Database
from tests.night.nights import QUICK
from tests.night.recordings import record
from tests.night.stand_in import StandIn


@dataclass
class Onlooking:
    """Remembers what it was shown."""

    nights: list[int] = field(default_factory=list)
    seen: list[tuple[int, Added]] = field(default_factory=list)
    odd_ones: list[Refusal | Advice] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)

    def began(self, night: int, progress: Progress) -> None:
        self.nights.append(night)
        self.progress = progress

    def listed(self, seen: int, added: Added) -> None:
        self.seen.append((seen, added))

    def odd(self, said: Refusal | Advice) -> None:
        self.odd_ones.append(said)

    def happened(self, event: Event) -> None:
        self.events.append(event)


@dataclass(frozen=True)
class Centre:
    """A home, a folder into which recordings come, and settings with short waits."""

    home: Path
    folder: Path
    settings: Settings

    def run(
        self,
        stop: Callable[[], int] = lambda: 0,
        onlooker: Onlooking | None = None,
        **asked: object,
    ) -> Ended:
        wish = Asked(home=self.home, settings=self.settings, equip=StandIn(), **asked)  # type: ignore[arg-type]
        return run_night(wish, onlooker or Onlooking(), stop)

    def with_night(self, **more: object) -> "Centre":
        night = replace(self.settings.night, **more)  # type: ignore[arg-type]
        return replace(self, settings=replace(self.settings, night=night))

    def ledger(self) -> Ledger:
        return Ledger(self.home, self.settings.storage)

    def cards(self) -> dict[str, str]:
        """Recording -> the digest of the rules of its last card."""
        with Store(self.home, self.settings.storage) as store:
            calls = store.calls(list(store.numbers()))
            found = [store.find(call.recording.name)[0] for call in calls]
        return {Path(one.recording.name).name: one.cards[0].ruleset for one in found if one.cards}

    def templates(self) -> list[str]:
        """Those of the last cards."""
        with Store(self.home, self.settings.storage) as store:
            return [call.template for call in store.calls(list(store.numbers()))]


@pytest.fixture
def centre(tmp_path: Path, database: Database) -> Centre:
    database.home.mkdir(exist_ok=True)
    (tmp_path / "calls").mkdir()
    made = Centre(database.home, tmp_path / "calls", replace(QUICK, storage=database.storage))
    return made.with_night(sources=(str(tmp_path / "calls"),), settle_seconds=0.0)


def total(summary: Summary) -> int:
    return sum(sum(outcomes.values()) for outcomes in summary.standing.values())


def test_all_that_is_found_is_in_one_state_and_the_sums_agree(centre: Centre) -> None:
    """And the same night again: nothing new, nothing changed, nothing heard."""
    record(centre.folder, 2)
    (centre.folder / "copy.wav").write_bytes((centre.folder / "call-00000.wav").read_bytes())
    (centre.folder / "empty.mp3").write_bytes(b"")
    (centre.folder / "text.wav").write_text("no sound")
    metrics = centre.home / "zhiyin.prom"
    nowhere = str(centre.folder / "nowhere")
    sources = (nowhere, *centre.settings.night.sources)
    wider = centre.with_night(sources=sources, prometheus=str(metrics))
    onlooker = Onlooking()
    summary = wider.run(onlooker=onlooker).summary
    assert summary.listed == 5 == summary.new == total(summary)
    assert summary.ended == summary.standing
    assert summary.standing == {
        "done": {"speech": 2},
        "skipped": {"duplicate": 1},
        "failed": {"no_audio": 1, "unsupported": 1},
    }
    assert summary.reasons == {"audio.empty-file": 1, "audio.unsupported-text": 1}
    assert not summary.stopped and summary.rules is None
    assert summary.unread == 1 == len(onlooker.odd_ones)
    assert onlooker.progress.finished == onlooker.progress.total == 5
    with centre.ledger() as ledger:
        (night,) = ledger.nights()
    assert night.ended is not None and night.summary is not None
    assert read_summary(json.loads(json.dumps(night.summary))) == summary
    assert 'zhiyin_recordings{outcome="speech",state="done"} 2.0' in metrics.read_text()

    before = centre.cards()
    again = centre.run().summary
    assert (again.new, again.changed, again.known) == (0, 0, 5)
    assert again.ended == {} and again.speed.audio_seconds == 0
    assert again.standing == summary.standing and centre.cards() == before


@pytest.mark.usefixtures("within")
def test_new_rules_are_for_new_recordings_alone(centre: Centre) -> None:
    """Three nights, a lexicon changed and published between them."""
    record(centre.folder, 1)
    first = centre.run().summary
    assert first.rules is None
    own = centre.home / "lexicons"
    own.mkdir()
    bundled = Path("lexicons/forbidden.yaml").read_text("utf-8")
    (own / "forbidden.yaml").write_text(bundled + "  - 这句话从来没有人说过\n", "utf-8")
    again = Again(
        home=centre.home, settings=centre.settings.scoring, storage=centre.settings.storage
    )
    assert publish(again, "qa", "one more phrase", look_at_calls=False).publication is not None
    record(centre.folder, 1, first=1)
    second = centre.run().summary
    assert (second.rules, second.new, second.known) == (1, 1, 1)
    cards = centre.cards()
    assert len(set(cards.values())) == 2
    third = centre.run().summary
    assert (third.new, third.changed, third.known) == (0, 0, 2)
    assert centre.cards() == cards


@pytest.mark.usefixtures("within")
def test_a_limit_adds_so_many_and_leaves_the_rest_for_another_time(centre: Centre) -> None:
    record(centre.folder, 3)
    summary = centre.run(limit=2, stop=lambda: 2).summary
    assert (summary.listed, summary.new, total(summary)) == (3, 2, 2)


def test_a_second_run_is_refused_by_name_and_nothing_is_heard(centre: Centre) -> None:
    record(centre.folder, 1)
    with centre.ledger() as ledger:
        ledger.begin(this_process("local"), 60)
        began = time.monotonic()
        with pytest.raises(Refusal) as refused:
            centre.run()
        assert time.monotonic() - began < 5
        assert refused.value.reason.key == "night.running"
        assert ledger.sums().total == 0


def test_a_run_that_died_is_taken_over(centre: Centre) -> None:
    record(centre.folder, 1)
    mine = this_process("local")
    with centre.ledger() as ledger:
        machine = mine.process_started.rpartition(" ")[0]
        ledger.begin(replace(mine, pid=1_999_999, process_started=f"{machine} 1"), 3600)
    assert total(centre.run().summary) == 1


def test_no_sources_and_no_model_are_said_before_anything_is_begun(
    centre: Centre, tmp_path: Path
) -> None:
    centre = replace(centre, home=tmp_path / "new")
    centre.home.mkdir()
    with pytest.raises(Refusal) as refused:
        centre.with_night(sources=()).run()
    assert refused.value.reason.key == "night.no-source"
    assert not (centre.home / "zhiyin.db").exists()
    speech = replace(centre.settings.speech, model=str(centre.home / "none"))
    with pytest.raises(Refusal) as refused:
        replace(centre, settings=replace(centre.settings, speech=speech)).run()
    assert refused.value.reason.key.startswith("speech.")
    assert not (centre.home / "zhiyin.db").exists()


def test_wrong_rules_end_the_run_and_give_the_lock_back(centre: Centre) -> None:
    record(centre.folder, 1)
    (centre.home / "lexicons").mkdir()
    bad = centre.home / "lexicons" / "bad.yaml"
    bad.write_text("name: bad\ntitle: 坏\nmatch: wrod\nphrases: [不]\n", "utf-8")
    with pytest.raises(Refusal):
        centre.run()
    with centre.ledger() as ledger:
        assert ledger.nights()[0].ended is not None
        assert ledger.sums().of(State.FOUND) == ledger.sums().total == 1


@pytest.mark.usefixtures("within")
def test_a_run_that_is_told_to_stop_says_so_and_leaves_the_rest_waiting(centre: Centre) -> None:
    record(centre.folder, 2)
    summary = centre.run(stop=lambda: 1).summary
    assert summary.stopped and total(summary) == 2
    assert "taken" not in summary.standing


def test_call_records_that_come_late_are_joined_and_what_they_change_is_drafted_again(
    centre: Centre,
) -> None:
    """Also where the first run that sees them is stopped; and only once."""
    record(centre.folder, 2)
    centre.run()
    table = centre.home / "cdr.csv"
    table.write_text("录音文件,工号,项目\ncall-00000.wav,8001,保险\n", "gbk")
    told = centre.with_night(records=(str(table),))
    onlooker = Onlooking()
    stopped = told.run(stop=lambda: 1, onlooker=onlooker).summary
    assert (stopped.new, stopped.known, stopped.joined, stopped.redrafted) == (0, 2, 1, 0)
    assert centre.templates() == ["telecom-inbound"] * 2
    summary = told.run(onlooker=onlooker).summary
    assert (summary.known, summary.joined, summary.redrafted) == (2, 0, 1)
    assert summary.ended == {} and summary.standing == {"done": {"speech": 2}}
    assert centre.templates() == ["insurance-centre", "telecom-inbound"]
    assert not onlooker.events  # nothing was heard, and nobody was started to hear
    again = told.run().summary
    assert (again.known, again.joined, again.redrafted) == (2, 0, 0)


def test_a_watch_drafts_again_while_others_are_heard(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def caught_up(home: Path, settings: Settings, processes: int, stop: object) -> int:
        asked.append(processes)
        return 3

    def idle(job: Job, says: object, stop: Callable[[], int]) -> None:
        while not stop():
            time.sleep(0.01)

    monkeypatch.setattr(run, "catch_up", caught_up)
    monkeypatch.setattr(run, "run_local", idle)
    watching = centre.with_night(watch_seconds=0.02)
    summary = watching.run(stop=lambda: int(len(asked) > 1), watch=True).summary
    assert set(asked) == {1} and summary.redrafted == 3 * len(asked)


def test_what_comes_during_a_watch_is_taken_until_it_is_stopped(centre: Centre) -> None:
    record(centre.folder, 1)
    (centre.folder / "link.wav").symlink_to("/etc/passwd")
    watching = centre.with_night(watch_seconds=0.1)
    onlooker = Onlooking()
    came = False

    def stop() -> int:
        nonlocal came
        if onlooker.progress.finished == 1 and not came:
            came = True
            record(centre.folder, 1, first=1)
        return int(onlooker.progress.finished == 2)

    summary = watching.run(stop=stop, onlooker=onlooker, watch=True).summary
    assert summary.new == 2 and summary.listed == 2
    assert summary.standing == {"done": {"speech": 2}}
    assert len(onlooker.seen) > 1 and len(onlooker.odd_ones) == 1  # said once, however often met


def test_a_watch_makes_a_run_of_every_day(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_midnight", lambda: datetime.now() + timedelta(seconds=0.5))
    summary = centre.run(watch=True).summary
    assert not summary.stopped and summary.listed == 0


def test_metrics_that_cannot_be_written_end_no_night(centre: Centre) -> None:
    (centre.home / "file").write_text("")
    onlooker = Onlooking()
    wrong = centre.with_night(prometheus=str(centre.home / "file" / "zhiyin.prom"))
    assert wrong.run(onlooker=onlooker).summary.unread == 0
    keys = [one.reason.key for one in onlooker.odd_ones]
    assert keys.count("night.metrics-not-written") == 1


@pytest.mark.usefixtures("within")
def test_states_add_up_to_what_was_found_whatever_the_state(centre: Centre) -> None:
    record(centre.folder, 2)
    centre.run()
    with centre.ledger() as ledger:
        assert ledger.sums().total == 2
        assert ledger.retranscribe(None, "2000-01-01") == 2
        assert ledger.sums().of(State.FOUND) == 2 and ledger.sums().total == 2
    again = centre.run().summary
    assert (again.new, again.known) == (0, 2)
    assert again.ended == {"done": {"speech": 2}} and total(again) == 2


@pytest.mark.usefixtures("within")
def test_what_a_run_ended_is_what_the_ledger_says_whatever_was_heard_of_it(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker can die between what it writes and what it tells."""
    engine = run.run_local
    record(centre.folder, 2)
    (centre.folder / "text.wav").write_text("no sound")

    def deaf(job: Job, says: Callable[[Event], None], stop: Callable[[], int]) -> None:
        engine(job, lambda event: None if event.kind == Kind.FINISHED else says(event), stop)

    monkeypatch.setattr(run, "run_local", deaf)
    summary = centre.run().summary
    assert summary.ended == summary.standing
    assert summary.ended == {"done": {"speech": 2}, "failed": {"unsupported": 1}}
    assert sum(summary.reasons.values()) == 1
    assert centre.run().summary.ended == {}


@pytest.mark.usefixtures("within")
def test_a_card_of_bytes_that_are_gone_is_not_counted_among_what_a_run_ended(
    centre: Centre,
) -> None:
    record(centre.folder, 1)
    assert centre.run().summary.ended == {"done": {"speech": 1}}
    record(centre.folder, 1, first=1)
    (centre.folder / "call-00001.wav").replace(centre.folder / "call-00000.wav")
    changed = centre.run().summary
    assert changed.changed == 1 and changed.ended == {"done": {"speech": 1}}
    assert changed.standing == {"done": {"speech": 2}}
