"""The same work on many stored calls, by several processes where there are many.

Numbers go out in batches, results come back in order, and only so many of both are under way that
memory does not grow with the number of calls.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

BATCH = 50
AHEAD = 2
"""Batches under way per process: one being worked on, one waiting."""
ALONE = 4
"""So few batches are done in this process: another takes a second or two to load the rules."""

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Result_co]):
    """What to do. It travels to the processes; open() makes there what does it."""

    def open(self) -> Callable[[Sequence[int]], Result_co]:
        """Load rules, open the store; the function takes the numbers of a batch of calls."""
        ...


def over_calls(work: Work[Result], numbers: Iterable[int], processes: int) -> Iterator[Result]:
    """The result of each batch, in order. processes: 0 takes all cores."""
    batches = _batches(numbers)
    first = list(islice(batches, ALONE + 1))
    count = processes or os.cpu_count() or 1
    if len(first) <= ALONE or count == 1:
        if first:
            yield from map(work.open(), chain(first, batches))
        return
    # Started afresh: a fork would copy whatever threads the libraries have, in whatever state.
    others = active_children()
    pool = ProcessPoolExecutor(count, get_context("spawn"), _begin, (work,))
    try:
        waiting: deque[Future[Any]] = deque()
        for batch in chain(first, batches):
            waiting.append(pool.submit(_do, batch))
            if len(waiting) >= AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BaseException:
        # Interrupted, or nobody wants the rest. They only read: ended at once, they cannot make a
        # second Ctrl-C wait for ever, as the pool's own good-bye does.
        _end([child for child in active_children() if child not in others])
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _end(children: Sequence[BaseProcess]) -> None:
    """All of them, whatever is pressed meanwhile: one that is left may wait for ever for a lock
    that another one held when it was ended."""
    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if mine else None
    for child in children:
        child.kill()
    if mine:
        signal.signal(signal.SIGINT, before)


_doing: list[Callable[[Sequence[int]], Any]] = []
"""In a process of the crew: what it does."""


def _begin(work: Work[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asked ends us, without our noise
    _doing.append(work.open())


def _do(batch: Sequence[int]) -> Any:
    return _doing[0](batch)
