"""Long work in processes of its own: told how far it is, ended at will, and never a crash here."""

import time
from collections.abc import Callable, Iterator

import pytest

from pipeline.desk.runs import AT_ONCE, Run, Runs, State
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
    until(lambda: run.state != State.RUNNING)
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
    refused, broken = (runs.start("lead", None, task) for task in (tasks.refuse, tasks.break_down))
    assert over(refused).state == State.REFUSED
    assert refused.refusal is not None and refused.refusal.reason.key == "yaml.tab"
    assert (over(broken).state, broken.result) == (State.BROKEN, None)
    assert over(runs.start("lead", None, tasks.die)).state == State.BROKEN


def test_it_is_ended_at_will_and_room_is_made(runs: Runs) -> None:
    many = [runs.start("lead", None, tasks.go_on) for _ in range(AT_ONCE)]
    with pytest.raises(Refusal, match="busy"):
        runs.start("trainer", None, tasks.COUNT)
    until(lambda: many[0].done == 1)
    runs.stop(many[0])
    assert many[0].state == State.STOPPED
    process = many[0].process
    assert process is not None
    until(lambda: not process.is_alive())
    assert over(runs.start("trainer", None, tasks.COUNT)).result == 30


def test_with_the_desk_they_all_end(runs: Runs) -> None:
    run = runs.start("lead", None, tasks.go_on)
    until(lambda: run.done == 1)
    runs.close()
    until(lambda: run.process is not None and not run.process.is_alive())
