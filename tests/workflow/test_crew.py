"""The same work on many calls: in order, whoever does it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain

import pytest

from pipeline.workflow.crew import ALONE, BATCH, over_calls


@dataclass(frozen=True)
class Telling:
    """Gives back the numbers and who worked on them."""

    def open(self) -> Callable[[Sequence[int]], tuple[list[int], int]]:
        return lambda batch: (list(batch), os.getpid())


@dataclass(frozen=True)
class Dawdling:
    """Takes its time."""

    def open(self) -> Callable[[Sequence[int]], int]:
        return lambda batch: time.sleep(0.2) or len(batch)


@dataclass(frozen=True)
class Dying:
    """Ends its process, as a lack of memory would."""

    def open(self) -> Callable[[Sequence[int]], int]:
        return lambda batch: os._exit(9)


@pytest.mark.parametrize("count", [0, 1, BATCH, BATCH + 1, 8 * BATCH])
def test_every_number_is_worked_on_once_and_results_come_in_order(count: int) -> None:
    results = list(over_calls(Telling(), range(count), processes=2))
    assert list(chain.from_iterable(numbers for numbers, _ in results)) == list(range(count))


def test_many_calls_are_shared_and_few_are_not() -> None:
    many = {who for _, who in over_calls(Telling(), range(30 * BATCH), processes=2)}
    few = {who for _, who in over_calls(Telling(), range(ALONE * BATCH), processes=2)}
    alone = {who for _, who in over_calls(Telling(), range(30 * BATCH), processes=1)}
    assert os.getpid() not in many
    assert few == alone == {os.getpid()}


def test_numbers_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        while taken < 1_000 * BATCH:
            taken += 1
            yield taken

    results = over_calls(Telling(), numbers(), processes=2)
    next(results)
    assert taken < 20 * BATCH
    results.close()  # type: ignore[attr-defined]


def test_pressing_ctrl_c_twice_ends_all_of_them_soon() -> None:
    program = (
        "from pipeline.workflow.crew import over_calls\n"
        "from tests.workflow.test_crew import Dawdling\n"
        "for n in over_calls(Dawdling(), range(10**9), 2): print(n, flush=True)"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert ran.stdout is not None and ran.stdout.readline()
    for _ in range(2):
        os.killpg(ran.pid, signal.SIGINT)
        time.sleep(0.1)
    ran.communicate(timeout=30)
    assert ran.returncode != 0
    until = time.monotonic() + 10
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < until:
            os.killpg(ran.pid, 0)
            time.sleep(0.1)


def test_a_process_that_dies_is_an_error_and_no_endless_wait() -> None:
    with pytest.raises(BrokenProcessPool):
        list(over_calls(Dying(), range(30 * BATCH), processes=2))
