"""The same work on many calls: in order, whoever does it."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import pytest

from pipeline.workflow.crew import ALONE, BATCH, over_calls


@dataclass(frozen=True)
class Telling:
    """Gives back the numbers and who worked on them."""

    def open(self) -> Callable[[Sequence[int]], tuple[list[int], int]]:
        return lambda batch: (list(batch), os.getpid())


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
