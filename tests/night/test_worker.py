"""One worker: from claims to drafts, and back where it is told to stop."""

import json
import time
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from pipeline.call import Reason
from pipeline.night.job import Event, Kind, Over
from pipeline.night.worker import work
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.storage import Ledger, Outcome, State, Store
from pipeline.workflow.publishing import publish
from pipeline.workflow.rescoring import Again
from pipeline.workflow.scoring import Asked, score
from tests.night import stand_in
from tests.night.nights import QUICK, Told, begun, drafted, found, result, state
from tests.night.processes import family
from tests.night.recordings import record
from tests.night.stand_in import Quick, StandIn

CHAT = {
    "medium": "chat",
    "turns": [
        {"speaker": "agent", "start": 0, "text": "您好，请问有什么可以帮您？"},
        {"speaker": "customer", "start": 5, "text": "我想查话费。"},
    ],
}


def never() -> bool:
    return False


def test_all_that_waits_is_drafted_or_has_its_reason(tmp_path: Path) -> None:
    files = record(tmp_path / "calls", 5)
    (tmp_path / "calls" / "broken.wav").write_bytes(b"RIFF....WAVE and no more")
    (tmp_path / "calls" / "chat.json").write_text(json.dumps(CHAT), "utf-8")
    others = [tmp_path / "calls" / name for name in ("broken.wav", "chat.json", "gone.wav")]
    before, told = family(), Told()
    ledger, job = begun(tmp_path / "home", [*files, *others])
    with ledger:
        assert work(job, ledger, told, never) is Over.NOTHING_LEFT
        sums = ledger.sums()
    assert (sums.of(State.DONE), sums.of(State.FAILED), sums.total) == (6, 2, 8)
    assert set(sums.reasons) == {"audio.damaged", "night.not-there"}
    assert len(told.ended()) == 8
    for path in files:
        kept = result(job.home, path)
        assert kept.call and kept.call.id == path.stem and kept.cards
    assert state(job.home, others[1]) == (State.DONE, Outcome.SPEECH)
    assert family() == before


def test_a_night_drafts_what_score_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = record(tmp_path / "calls", 4)
    ledger, job = begun(tmp_path / "night", files)
    with ledger:
        work(job, ledger, Told(), never)
    (tmp_path / "score").mkdir()
    monkeypatch.setattr("pipeline.workflow.scoring.open_recognizer", StandIn()())
    asked = Asked(paths=files, home=tmp_path / "score", settings=Settings())
    list(score(asked))
    assert drafted(job.home, files) == drafted(asked.home, files)


def test_what_was_heard_before_is_not_heard_again_unless_that_is_wished(tmp_path: Path) -> None:
    files = record(tmp_path / "calls", 3)
    copy = tmp_path / "calls" / "copy.wav"
    copy.write_bytes(files[0].read_bytes())
    ledger, job = begun(tmp_path / "home", files)
    with ledger:
        work(job, ledger, Told(), never)
        ledger.add(found(copy))
        told = Told()
        work(job, ledger, told, never)
        assert told.of(Kind.HEARING) == []
        assert state(job.home, copy) == (State.SKIPPED, Outcome.DUPLICATE)
        first = drafted(job.home, files)
        assert ledger.retranscribe() == 3
        work(job, ledger, told, never)
        assert told.of(Kind.HEARING)
    assert drafted(job.home, files) == first


def test_drafts_follow_the_published_rules_and_not_the_working_copy(tmp_path: Path) -> None:
    home, files = tmp_path / "home", record(tmp_path / "calls", 1)
    home.mkdir()
    rules = home / "scorecards"
    rules.mkdir()
    own = 'title: 第一版\nversion: "1"\nitems:\n  - {id: tone, ask: 语气, points: 5}\n'
    (rules / "telecom-inbound.yaml").write_text(own, "utf-8")
    settings = replace(QUICK, scoring=replace(QUICK.scoring, template="telecom-inbound"))
    version = publish(
        Again(home=home, settings=settings.scoring, storage=settings.storage), "qa", "first"
    ).publication
    assert version is not None
    (rules / "telecom-inbound.yaml").write_text(own.replace("第一版", "草稿"), "utf-8")
    ledger, job = begun(home, files, settings)
    with ledger:
        work(replace(job, rules=version.version), ledger, Told(), never)
    assert [card.title for card in result(home, files[0]).cards] == ["第一版"]


def test_a_recording_that_breaks_the_rules_code_is_tried_again_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = record(tmp_path / "calls", 4)
    plain = Store.decided

    def breaks(self: Store, content: str) -> object:
        if content == guilty:
            raise RuntimeError("客户说的话")
        return plain(self, content)

    from pipeline.workflow.content import content_of

    guilty = content_of([files[1]])
    monkeypatch.setattr(Store, "decided", breaks)
    ledger, job = begun(tmp_path / "home", files)
    with ledger:
        work(job, ledger, Told(), never)
        (failure,) = ledger.failures()
    assert (failure.name, failure.attempts) == (str(files[1]), 3)
    assert failure.reason is not None and failure.reason.key == "speech.broke"


def test_what_must_be_taken_alone_or_later_is_taken_when_nothing_else_waits(
    tmp_path: Path,
) -> None:
    files = record(tmp_path / "calls", 5)
    ledger, job = begun(tmp_path / "home", files)
    with ledger:
        ledger.claim(job.night, "dead", 2, 60)
        ledger.gone(job.night, "dead", Reason("night.worker-died"), 3)
        (late,) = ledger.claim(job.night, "early", 1, 60)
        ledger.put_back(late, int((time.time() + 1.5) * 1000))
        told = Told()
        assert work(job, ledger, told, never) is Over.NOTHING_LEFT
        assert ledger.sums().of(State.DONE) == 5
    taken = [event.recordings for event in told.of(Kind.TAKEN)]
    assert [(number,) in taken for number in (1, 2)] == [True, True]


def test_a_full_disk_ends_the_work_in_words_and_is_no_recordings_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refusal("storage.full", "zhiyin.db", free="0.00", need=1.0)

    ledger, job = begun(tmp_path / "home", record(tmp_path / "calls", 1))
    with ledger:
        with monkeypatch.context() as patched, pytest.raises(Refusal) as refused:
            patched.setattr(Ledger, "finish", full)
            work(job, ledger, Told(), never)
        assert refused.value.reason.key == "storage.full"
        assert ledger.release(job.night, job.worker) == 1
        work(job, ledger, Told(), never)
        assert ledger.sums().of(State.DONE) == 1


def test_only_what_is_heard_or_comes_to_its_end_is_under_suspicion(tmp_path: Path) -> None:
    """Many more are in hand, and none of those need be tried alone when the worker dies."""
    ledger, job = begun(tmp_path / "home", record(tmp_path / "calls", 30))
    told = Told()
    with ledger:
        work(job, ledger, told, never)
    heard = [event.recordings for event in told.of(Kind.HEARING)]
    assert len(heard[0]) == Quick.batch_windows
    assert set(chain.from_iterable(heard)) == set(range(1, 31))


def test_what_is_in_hand_is_finished_and_the_rest_put_back_when_told_to_stop(
    tmp_path: Path,
) -> None:
    files = record(tmp_path / "calls", 40)
    ledger, job = begun(tmp_path / "home", files)
    told = Told()
    with ledger:
        over = work(job, ledger, told, lambda: bool(told.of(Kind.FINISHED)))
        sums = ledger.sums()
    assert over is Over.STOPPED
    assert sums.of(State.TAKEN) == 0
    assert 0 < sums.of(State.DONE) < 40
    assert sums.of(State.DONE) + sums.of(State.FOUND) == 40
    assert {failure.attempts for failure in ledger.failures()} == set()


def test_a_worker_ends_after_its_count_and_leaves_the_rest(tmp_path: Path) -> None:
    files = record(tmp_path / "calls", 6)
    few = replace(QUICK, night=replace(QUICK.night, recordings_per_worker=2))
    ledger, job = begun(tmp_path / "home", files, few)
    overs, done = [], []
    with ledger:
        for worker in ("w1", "w2", "w3"):
            overs.append(work(replace(job, worker=worker), ledger, Told(), never))
            done.append(ledger.sums().of(State.DONE))
    assert overs == [Over.COUNT, Over.COUNT, Over.NOTHING_LEFT]
    assert done == [2, 4, 6]


def test_a_claim_that_another_has_by_now_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = record(tmp_path / "calls", 2)
    ledger, job = begun(tmp_path / "home", files)
    told = Told()

    def says(event: Event) -> None:
        told(event)
        if event.kind is Kind.TAKEN and len(told.of(Kind.TAKEN)) == 1:
            ledger.release(job.night, job.worker)

    with ledger:
        work(job, ledger, says, never)
        assert ledger.sums().of(State.DONE) == 2
    assert sum(len(event.recordings) for event in told.of(Kind.BACK)) == 2


def test_leases_are_renewed_while_the_recogniser_is_busy(tmp_path: Path) -> None:
    files = record(tmp_path / "calls", 2)
    short = replace(QUICK, night=replace(QUICK.night, lease_seconds=0.6, beat_seconds=0.1))
    ledger, job = begun(tmp_path / "home", files, short)
    with ledger:
        slow, told, rescued = StandIn(seconds=1.5), Told(), []

        def says(event: Event) -> None:
            told(event)
            rescued.append(ledger.rescue(job.night, 3))

        work(replace(job, equip=slow), ledger, says, never)
        assert set(rescued) == {0}
        assert ledger.sums().of(State.DONE) == 2


def test_what_the_recogniser_raises_ends_the_worker_and_leaves_all_in_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = record(tmp_path / "calls", 3)

    def raises(_: object) -> None:
        raise RuntimeError("CUDA error")

    monkeypatch.setattr(stand_in, "way_of", raises)
    before = family()
    ledger, job = begun(tmp_path / "home", files)
    with ledger:
        with pytest.raises(RuntimeError):
            work(job, ledger, Told(), never)
        assert ledger.sums().of(State.TAKEN) == 3
    assert family() == before
