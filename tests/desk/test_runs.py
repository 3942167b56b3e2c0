"""Long work in processes of its own: told how far it is, ended at will, and never a crash here."""

import time
from collections.abc import Callable, Iterator

import pytest

from pipeline.desk.runs import AT_ONCE, UNDER_WAY, Run, Runs, State
from pipeline.refusal import Refusal
from tests.desk import tasks

SECONDS = 60


@pytest.fixture
def runs() -> Iterator[Runs]:
    made = Runs()
    yield made
    made.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def over(run: Run) -> Run:
    until(lambda: run.state not in UNDER_WAY)
    return run


def test_what_is_done_comes_back_and_how_far_it_is_is_told(runs: Runs) -> None:
    run = over(runs.start("lead", "asked", tasks.COUNT))
    assert (run.state, run.result, run.done) == (State.DONE, 30, 3)
    assert runs.find(run.id, "lead") is run


def test_nobody_else_finds_it(runs: Runs) -> None:
    run = runs.start("lead", None, tasks.go_on)
    assert runs.find(run.id, "trainer") is None
    assert runs.find("", "lead") is None


def test_what_goes_wrong_there_must_not_go_wrong_here(runs: Runs) -> None:
    refused = runs.start("lead", None, tasks.refuse)
    broken = runs.start("trainer", None, tasks.break_down)
    assert over(refused).state == State.REFUSED
    assert refused.refusal is not None and refused.refusal.reason.key == "yaml.tab"
    assert (over(broken).state, broken.result) == (State.BROKEN, None)
    assert over(runs.start("lead", None, tasks.die)).state == State.BROKEN


def test_where_there_is_no_room_for_a_process_whoever_waits_is_told(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", full)
    assert over(runs.start("lead", None, tasks.COUNT)).state == State.BROKEN


def test_who_comes_next_waits_a_turn_and_is_told_for_what(runs: Runs) -> None:
    many = [runs.start(f"lead{i}", None, tasks.go_on) for i in range(AT_ONCE)]
    third = runs.start("trainer", None, tasks.COUNT, of=3)
    assert third.state == State.WAITING and runs.ahead(third) == tuple(many)
    until(lambda: many[0].done == 1)
    runs.stop(many[0])
    assert many[0].state == State.STOPPED
    process = many[0].process
    assert process is not None
    until(lambda: not process.is_alive())
    assert over(third).result == 30
    assert runs.ahead(third) == () and many[1].state == State.RUNNING


def test_what_waits_is_stopped_without_ever_beginning(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.runs.MOST_WAITING", 1)
    own = [runs.start(f"lead{i}", None, tasks.go_on) for i in range(AT_ONCE)]
    waits = runs.start("trainer", None, tasks.COUNT)
    for by in ("another", "lead0"):
        with pytest.raises(Refusal, match="busy"):
            runs.start(by, None, tasks.COUNT)
    assert own[0].state == State.RUNNING, "refused, and the run before it must not be lost"
    runs.stop(waits)
    assert (waits.state, waits.process) == (State.STOPPED, None)
    assert runs.start("another", None, tasks.COUNT).state == State.WAITING


def test_beginning_another_ends_ones_own_and_must_not_end_what_lasts(runs: Runs) -> None:
    lasting = runs.start("lead", None, tasks.go_on, lasting=True)
    first = runs.start("lead", None, tasks.go_on)
    second = runs.start("lead", None, tasks.COUNT)
    assert first.state == State.STOPPED
    assert over(second).result == 30 and lasting.state == State.RUNNING


def test_what_nobody_looks_at_ends_by_itself_and_must_not_where_somebody_does(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.runs.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("pipeline.desk.runs.UNSEEN_SECONDS", 600)
    lasting = runs.start("lead", None, tasks.go_on, lasting=True)
    left = runs.start("trainer", None, tasks.go_on)
    waits = runs.start("inspector", None, tasks.COUNT)
    until(lambda: left.done == lasting.done == 1)
    assert left.state == State.RUNNING, "its page was open just now"
    left.seen = lasting.seen = time.monotonic() - 601
    assert over(waits).result == 30
    assert (left.state, lasting.state) == (State.ABANDONED, State.RUNNING)


def test_another_ends_what_they_wait_for_but_must_not_end_a_version_in_the_making(
    runs: Runs,
) -> None:
    trial = runs.start("trainer", None, tasks.go_on)
    making = runs.start("lead", None, tasks.go_on, lasting=True)
    assert runs.end(making.id) is runs.end("none") is None
    assert runs.end(trial.id) is trial
    assert (trial.state, making.state) == (State.ENDED, State.RUNNING)
    assert runs.end(trial.id) is None, "it is over"


def test_with_the_desk_they_all_end(runs: Runs) -> None:
    run = runs.start("lead", None, tasks.go_on)
    others = [runs.start(f"lead{i}", None, tasks.go_on) for i in range(AT_ONCE)]
    until(lambda: run.done == 1)
    runs.close()
    assert {one.state for one in (run, *others)} == {State.STOPPED}
    until(lambda: run.process is not None and not run.process.is_alive())
