"""Windows of many recordings through one recogniser, in full batches, until each is settled.

A window whose words are doubted is decoded alone if it shared a load, then in parts, then with a
wider search; what is doubted even then is kept, but not believed. Only phrases that recognisers are
known to invent are not kept.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from pipeline.call import Interval
from pipeline.settings import Gate
from pipeline.speech.gate import Doubt, doubts, unheard, without_phantoms
from pipeline.speech.loads import Load, parted
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.tokens import Hypothesis
from pipeline.speech.windows import Window, split
from pipeline.text.lexicon import Lexicon

SHORTEST_SPLIT = 3.0
"""Seconds below which a window is not split: a recogniser needs some context."""

LIKE_SECONDS = 1.5
"""Loads whose lengths differ by less are alike: of those the longest waiting come first, so that
recordings come to their end and not many are half heard."""

SHARE_OF_NEW = 0.1
"""Of each new figure in what is learned."""

PART = 0.6
"""Of a window that is split: room for unequal halves, so that no stretch need be cut."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A window with its last hypothesis. doubts: why its words are not believed; unheard: voice
    in it for which there are no words."""

    window: Window
    hypothesis: Hypothesis
    doubts: frozenset[Doubt] = frozenset()
    unheard: tuple[Interval, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether its words, such as they are, are believed."""
        return self.doubts <= {Doubt.UNHEARD}


@dataclass(frozen=True, slots=True)
class _Task:
    """Windows of an owner that are heard at once. part: of a window that was split."""

    owner: Hashable
    load: Load
    part: bool = False

    @property
    def window(self) -> Window:
        """Its window, where it has but one."""
        (window,) = self.load.windows
        return window


@dataclass(frozen=True, slots=True)
class _Batch:
    """Tasks that are heard together. before: the hypotheses of those that are heard for the last
    time, with a wider search; began: when, by time.monotonic()."""

    tasks: Sequence[_Task]
    before: Sequence[Hypothesis] = ()
    began: float = field(default_factory=time.monotonic)


class Batches:
    """Windows that wait, each for an owner, and how many of each owner's are not settled yet.

    A recogniser hears several batches at once: draw() chooses the next, begin() lets it hear them,
    settle() takes what it has heard. Whoever has nothing else to do meanwhile: run_full, run_all.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        gate: Gate,
        phantoms: Lexicon | None,
        settled: Callable[[Hashable, Settled], None],
    ) -> None:
        self.open: Counter[Hashable] = Counter()
        self.seconds_of_a_batch: float | None = None
        self._recognizer = recognizer
        self._size = recognizer.batch_windows
        self._gate = gate
        self._phantoms = phantoms
        self._settled = settled
        self._waiting: deque[_Task] = deque()
        self._doubted: list[tuple[_Task, Hypothesis]] = []
        self._drawn: list[_Batch] = []
        self._running: dict[Future[Any], _Batch] = {}

    def put(self, owner: Hashable, loads: Sequence[Load]) -> None:
        """Let the loads of a recording wait."""
        self._waiting += [_Task(owner, load) for load in loads]
        self.open[owner] += sum(len(load.windows) for load in loads)

    def full(self) -> int:
        """How many full batches wait."""
        return self.waiting() // self._size

    def waiting(self) -> int:
        """How many loads wait."""
        return len(self._waiting)

    @property
    def owners(self) -> set[Hashable]:
        """Whose windows the recogniser has, or is given by begin()."""
        batches = (*self._running.values(), *self._drawn)
        return {task.owner for batch in batches for task in batch.tasks}

    @property
    def since(self) -> float | None:
        """When the recogniser began what it has had longest, by time.monotonic(); None where it
        has nothing."""
        return min((batch.began for batch in self._running.values()), default=None)

    def draw(self, rest: bool = False) -> bool:
        """Choose what the recogniser, which has room, is given next: full batches, and with rest
        also what fills none. Whether there is something."""
        while (room := self._room()) > 0:
            if len(self._doubted) >= self._size or (rest and self._doubted and not self._waiting):
                self._draw_doubted()
            elif self.full() or (rest and self._waiting):
                shared = ceil(len(self._waiting) / min(room, self._recognizer.side_by_side))
                self._draw(min(self._size, shared) if rest else self._size)
            else:
                break
        return bool(self._drawn)

    def begin(self) -> None:
        """Let the recogniser hear what was drawn."""
        for batch in self._drawn:
            loads = [task.load for task in batch.tasks]
            again = self._recognizer.reconsider if batch.before else self._recognizer.begin
            self._running[again(loads)] = batch
        self._drawn = []

    def settle(self, seconds: float | None = None) -> None:
        """Settle what the recogniser has heard; wait for it, at most for so long. Raises what the
        recogniser raised."""
        for future in wait(self._running, seconds, FIRST_COMPLETED).done:
            batch, found = self._running[future], future.result()
            del self._running[future]
            if batch.before:
                self._decide(batch, found)
            else:
                self._learn(batch)
                self._hear(batch, found)

    def run_full(self) -> None:
        """Hear full batches until none waits."""
        while self.full():
            self.draw()
            self.begin()
            self.settle()

    def run_all(self) -> None:
        """Settle everything that waits."""
        while self.draw(rest=True) or self._running:
            self.begin()
            self.settle()

    def _room(self) -> int:
        return self._recognizer.at_once - len(self._running) - len(self._drawn)

    def _draw(self, count: int) -> None:
        """A batch: what waits longest, with that which is nearest to it in length, as a batch takes
        as long as its longest load."""
        near = _nearest(self._waiting, count)
        taken = set(map(id, near))
        self._waiting = deque(task for task in self._waiting if id(task) not in taken)
        self._drawn.append(_Batch(near))

    def _draw_doubted(self) -> None:
        doubted, self._doubted = self._doubted[: self._size], self._doubted[self._size :]
        tasks, hypotheses = zip(*doubted, strict=True)
        self._drawn.append(_Batch(tasks, hypotheses))

    def _learn(self, batch: _Batch) -> None:
        """How long a full batch takes, as others are heard beside it; before one was heard, how
        long the first took."""
        seconds, known = time.monotonic() - batch.began, self.seconds_of_a_batch
        if known is None:
            self.seconds_of_a_batch = seconds
        elif len(batch.tasks) == self._size:
            self.seconds_of_a_batch = known + SHARE_OF_NEW * (seconds - known)

    def _hear(self, batch: _Batch, hypotheses: Sequence[Hypothesis]) -> None:
        again: list[_Task] = []
        for task, hypothesis in zip(batch.tasks, hypotheses, strict=True):
            for window, heard in zip(task.load.windows, parted(task.load, hypothesis), strict=True):
                if not self._doubts(heard, window):
                    self._settle(task.owner, window, heard)
                elif len(task.load.windows) > 1:
                    again.append(_Task(task.owner, Load((window,))))
                elif parts := self._parts(task):
                    again += parts
                    self.open[task.owner] += len(parts) - 1
                else:
                    self._doubted.append((task, heard))
        self._waiting.extendleft(reversed(again))

    def _decide(self, batch: _Batch, answers: Sequence[Sequence[Hypothesis]]) -> None:
        """The first alternative without doubt; what was heard first where there is none."""
        for task, first, others in zip(batch.tasks, batch.before, answers, strict=True):
            good = (other for other in others if not self._doubts(other, task.window))
            self._settle(task.owner, task.window, next(good, first))

    def _settle(self, owner: Hashable, window: Window, hypothesis: Hypothesis) -> None:
        found = self._doubts(hypothesis, window)
        if Doubt.PHANTOM in found:
            hypothesis = without_phantoms(hypothesis, self._phantoms)
        silent = tuple(unheard(hypothesis, window)) if found else ()
        self.open[owner] -= 1
        self._settled(owner, Settled(window, hypothesis, found, silent))

    def _doubts(self, hypothesis: Hypothesis, window: Window) -> frozenset[Doubt]:
        return doubts(hypothesis, window, self._gate, self._phantoms)

    @staticmethod
    def _parts(task: _Task) -> list[_Task]:
        """The only window in two or more; nothing where it is short or was split before."""
        limit = task.window.seconds * PART
        if task.part or limit < SHORTEST_SPLIT:
            return []
        parts = split(task.window, limit)
        return (
            [_Task(task.owner, Load((part,)), part=True) for part in parts]
            if len(parts) > 1
            else []
        )


def _nearest(waiting: Iterable[_Task], count: int) -> list[_Task]:
    tasks = list(waiting)
    first = tasks[0].load.seconds
    return sorted(tasks, key=lambda task: int(abs(task.load.seconds - first) / LIKE_SECONDS))[
        :count
    ]
