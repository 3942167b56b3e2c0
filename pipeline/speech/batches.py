"""Windows of many recordings through one recogniser, in full batches, until each is settled.

A window whose words are doubted is decoded alone if it shared a load, then in parts, then with a
wider search; what is doubted even then is kept, but not believed. Only phrases that recognisers are
known to invent are not kept.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

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


class Batches:
    """Windows that wait, each for an owner, and how many of each owner's are not settled yet."""

    def __init__(
        self,
        recognizer: Recognizer,
        gate: Gate,
        phantoms: Lexicon | None,
        settled: Callable[[Hashable, Settled], None],
    ) -> None:
        self.open: Counter[Hashable] = Counter()
        self._recognizer = recognizer
        self._gate = gate
        self._phantoms = phantoms
        self._settled = settled
        self._waiting: deque[_Task] = deque()
        self._doubted: list[tuple[_Task, Hypothesis]] = []

    def put(self, owner: Hashable, loads: Sequence[Load]) -> None:
        """Let the loads of a recording wait."""
        self._waiting += [_Task(owner, load) for load in loads]
        self.open[owner] += sum(len(load.windows) for load in loads)

    def full(self) -> int:
        """How many full batches wait."""
        return self.waiting() // self._recognizer.batch_windows

    def waiting(self) -> int:
        """How many loads wait."""
        return len(self._waiting)

    def next_owners(self, most: int | None = None) -> set[Hashable]:
        """Whose windows the recogniser would be given by run_full(most), or by run_all() where no
        batch is full."""
        tasks = self._drawn(self._count(most))[0] if self.full() else self._waiting
        return {task.owner for task in tasks} | {task.owner for task, _ in self._doubted}

    def run_full(self, most: int | None = None) -> None:
        """Settle what fills batches, at most so many of them; the rest waits for more."""
        tasks, self._waiting = self._drawn(self._count(most))
        self._transcribe(tasks)
        if len(self._doubted) >= self._recognizer.batch_windows:
            self._reconsider()

    def run_all(self) -> None:
        """Settle everything that waits."""
        while self._waiting:
            tasks, self._waiting = list(self._waiting), deque()
            self._transcribe(tasks)
        self._reconsider()

    def _count(self, most: int | None) -> int:
        return self.full() if most is None else min(self.full(), most)

    def _drawn(self, batches: int) -> tuple[list[_Task], deque[_Task]]:
        """So many batches, and what goes on waiting. In each the one that waits longest, with those
        that are nearest to it in length: a batch takes as long as its longest load."""
        drawn: list[_Task] = []
        rest = self._waiting
        for _ in range(batches):
            near = _nearest(rest, self._recognizer.batch_windows)
            taken = set(map(id, near))
            rest = deque(task for task in rest if id(task) not in taken)
            drawn += near
        return drawn, rest

    def _transcribe(self, tasks: Sequence[_Task]) -> None:
        hypotheses = self._recognizer.transcribe([task.load for task in tasks])
        again: list[_Task] = []
        for task, hypothesis in zip(tasks, hypotheses, strict=True):
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

    def _reconsider(self) -> None:
        doubted, self._doubted = self._doubted, []
        if not doubted:
            return
        answers = self._recognizer.reconsider([task.load for task, _ in doubted])
        for (task, first), others in zip(doubted, answers, strict=True):
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
