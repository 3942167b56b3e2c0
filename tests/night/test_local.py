"""The night on this machine: workers die in every way, and nothing else does."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.night.job import Event, Job, Kind
from pipeline.night.local import devices, run_local, shared
from pipeline.night.preparing import count_of_preparers
from pipeline.night.supervising import Supervisor
from pipeline.refusal import Refusal
from pipeline.settings import Night, Settings, Speech
from pipeline.storage import Ledger, State
from tests.night.nights import QUICK, Told, begun, drafted, state
from tests.night.processes import family
from tests.night.recordings import record
from tests.night.stand_in import StandIn, Way


def go_on() -> int:
    return 0


def night(
    tmp_path: Path, count: int, settings: Settings = QUICK, **poisoned: Way
) -> tuple[Ledger, Job, list[Path]]:
    files = record(tmp_path / "calls", count, **poisoned)
    ledger, job = begun(tmp_path / "home", files, settings)
    return ledger, job, files


def test_a_night_ends_with_all_drafted_and_nobody_left(tmp_path: Path) -> None:
    before, told = family(), Told()
    ledger, job, _ = night(tmp_path, 6)
    with ledger:
        run_local(job, told, go_on)
        assert ledger.sums().of(State.DONE) == 6
    assert set(told.ended().values()) == {State.DONE}
    assert [event.said for event in told.of(Kind.OVER)] == ["nothing-left"]
    assert family() == before


WAYS = [
    pytest.param(Way.CRASH, "night.killed", marks=pytest.mark.faults),
    pytest.param(Way.KILL, "night.killed", marks=pytest.mark.faults),
    pytest.param(Way.EXIT, "night.exited", marks=pytest.mark.faults),
    pytest.param(Way.HANG, "night.hung", marks=pytest.mark.faults),
    pytest.param(Way.MEMORY, "night.too-much-memory", marks=pytest.mark.faults),
]


@pytest.mark.parametrize(("way", "reason"), WAYS)
def test_one_that_ends_its_worker_fails_after_three_attempts_and_costs_no_other(
    tmp_path: Path, way: Way, reason: str
) -> None:
    seconds = 5 if way is Way.HANG else QUICK.night.hang_seconds
    tight = replace(QUICK, night=replace(QUICK.night, worker_megabytes=400, hang_seconds=seconds))
    before, told = family(), Told()
    ledger, job, files = night(tmp_path, 4, tight, call_00002=way)
    with ledger:
        run_local(job, told, go_on)
        (failure,) = ledger.failures()
    assert (failure.name, failure.attempts) == (str(files[2]), 3)
    assert failure.reason is not None and failure.reason.key == reason
    ended = told.ended()
    assert sorted(ended.values(), key=str) == [State.DONE] * 3 + [State.FAILED]
    assert family() == before


def test_one_that_ends_its_worker_costs_no_other(tmp_path: Path) -> None:
    once = replace(QUICK, night=replace(QUICK.night, attempts=1))
    ledger, job, files = night(tmp_path, 3, once, call_00001=Way.CRASH)
    with ledger:
        run_local(job, Told(), go_on)
        (failure,) = ledger.failures()
        assert ledger.sums().of(State.DONE) == 2
    assert (failure.name, failure.attempts) == (str(files[1]), 1)


@pytest.mark.faults
def test_worker_after_worker_that_dies_for_no_recordings_sake_ends_the_run(
    tmp_path: Path,
) -> None:
    ledger, job, _ = night(tmp_path, 2)
    told = Told()
    with ledger:
        with pytest.raises(Refusal) as refused:
            run_local(replace(job, equip=dying), told, go_on)
        assert refused.value.reason.key == "night.workers-die"
        assert ledger.sums().of(State.FOUND) == 2
    assert len(told.of(Kind.DIED)) > QUICK.night.attempts


def dying() -> None:
    os._exit(3)


def test_what_no_worker_can_mend_ends_the_run_in_words(tmp_path: Path) -> None:
    before = family()
    ledger, job, _ = night(tmp_path, 2)
    with ledger:
        with pytest.raises(Refusal) as refused:
            run_local(replace(job, equip=refusing), Told(), go_on)
        assert refused.value.reason.key == "speech.no-gpu"
        assert ledger.sums().of(State.FOUND) == 2
    assert family() == before


def refusing() -> None:
    raise Refusal("speech.no-gpu", found="cuda")


@pytest.mark.faults
def test_one_poisoned_among_a_hundred_costs_itself_alone(tmp_path: Path) -> None:
    ledger, job, files = night(tmp_path, 100, call_00050=Way.CRASH)
    with ledger:
        run_local(job, Told(), go_on)
        sums = ledger.sums()
    assert (sums.of(State.DONE), sums.of(State.FAILED)) == (99, 1)
    assert state(job.home, files[50])[0] is State.FAILED


@pytest.mark.faults
def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path: Path) -> None:
    ledger, job, files = night(tmp_path / "disturbed", 20)
    slow = replace(job, equip=StandIn(seconds=0.1))
    kills = Kills(Kind.HEARING, 1)
    with ledger:
        run_local(slow, kills, go_on)
        sums = ledger.sums()
    assert kills.done == 1
    assert (sums.of(State.DONE), sums.total) == (20, 20)
    calm, job_of_calm, _ = night(tmp_path / "undisturbed", 20)
    with calm:
        run_local(job_of_calm, Told(), go_on)
    names = [path.name for path in files]
    assert drafts(job, names) == drafts(job_of_calm, names)


def drafts(job: Job, names: list[str]) -> list[object]:
    return drafted(job.home, [Path(name) for name in names])


class Kills:
    """Kills the worker when it has told something for the first few times."""

    def __init__(self, kind: Kind, times: int) -> None:
        self.kind = kind
        self.times = times
        self.done = 0

    def __call__(self, event: Event) -> None:
        if event.kind is self.kind and self.done < self.times:
            self.done += 1
            for child in family():
                os.kill(child, signal.SIGKILL)


class Asking:
    """Asks to stop, that urgently, once a recording is finished."""

    def __init__(self, told: Told, urgency: int) -> None:
        self.told = told
        self.urgency = urgency
        self.since = 0.0

    def __call__(self) -> int:
        if not self.told.of(Kind.FINISHED):
            return 0
        self.since = self.since or time.monotonic()
        return self.urgency


@pytest.mark.faults
@pytest.mark.parametrize("urgency", [1, 2])
def test_a_run_that_is_told_to_stop_leaves_all_done_or_waiting(
    tmp_path: Path, urgency: int
) -> None:
    before, told = family(), Told()
    ledger, job, _ = night(tmp_path, 30)
    job = replace(job, equip=StandIn(seconds=0.2))
    asked = Asking(told, urgency)
    with ledger:
        run_local(job, told, asked)
        seconds = time.monotonic() - asked.since
        sums = ledger.sums()
        assert family() == before
        assert sums.of(State.TAKEN) == sums.of(State.FAILED) == 0
        assert 0 < sums.of(State.DONE) < 30 == sums.total
        assert seconds < (QUICK.night.stop_seconds + 5 if urgency == 1 else 3)
        run_local(job, Told(), go_on)
        assert ledger.sums().of(State.DONE) == 30


@pytest.mark.faults
def test_a_worker_is_replaced_after_its_count(tmp_path: Path) -> None:
    few = replace(QUICK, night=replace(QUICK.night, recordings_per_worker=5))
    ledger, job, _ = night(tmp_path, 12, few)
    told = Told()
    with ledger:
        run_local(job, told, go_on)
        assert ledger.sums().of(State.DONE) == 12
    assert [event.said for event in told.of(Kind.OVER)] == ["count", "count", "nothing-left"]


def test_workers_share_the_cores_that_prepare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    job = Job(home=tmp_path, settings=Settings(), night=1, device="cuda")
    assert count_of_preparers(job) == 14
    assert count_of_preparers(shared(job, 4)) == 3
    assert count_of_preparers(replace(job, device="cpu")) == 2
    set_ = replace(job, settings=replace(job.settings, night=Night(preparers=5)))
    assert count_of_preparers(shared(set_, 4)) == 5


@pytest.mark.parametrize("workers", [1, 4])
def test_workers_share_the_memory_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "pipeline.night.supervising.hard_limit", lambda *told: asked.append(told) or 1
    )
    ledger, job, _ = night(tmp_path, 0)
    with ledger:
        Supervisor(shared(job, workers), ledger, Told()).run([], go_on)
    assert asked == [(QUICK.night.worker_megabytes, workers)]


def test_the_processor_has_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [device.kind for device in devices(Settings(speech=Speech(device="cpu")))] == ["cpu"]
    monkeypatch.setattr("pipeline.night.local.gpus", lambda: 2)
    cuda = devices(Settings(speech=Speech(device="cuda")))
    assert [device.environment["CUDA_VISIBLE_DEVICES"] for device in cuda] == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    cuda = devices(Settings(speech=Speech(device="cuda")))
    assert [device.environment["CUDA_VISIBLE_DEVICES"] for device in cuda] == ["3", "5"]
