"""A worker's preparers: a few processes that ready recordings ahead of the recogniser.

A recording that ends its preparer, or is silent for too long, is known to be the guilty one: there
was no other. The process is replaced, and the others notice nothing.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from queue import SimpleQueue
from typing import Any

from pipeline.call import Reason
from pipeline.night.job import Job
from pipeline.night.line import Line
from pipeline.night.preparer import Brought, Made, Task
from pipeline.night.processes import Process, started
from pipeline.night.telling import Noted
from pipeline.storage import Claim

MODULE = "pipeline.night.preparer"
CORES_OF_A_PREPARER = 8
RECORDINGS_PER_PREPARER = 500
"""Then it is replaced: whatever its libraries leak goes with it."""
OPENING_SECONDS = 120.0
"""Libraries may come from a slow disk."""
BYTES_PER_SECOND = 50_000
"""A big recording may take longer than a hang: a second for so many of its bytes."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What came of a claim: made, or None where it is known what the bytes hold; broke: the reason
    why it ended its preparer."""

    claim: Claim
    content: str = ""
    made: Made | None = None
    broke: Reason | None = None


class Preparers:
    """The processes, each with a thread that talks to it. ready: what they made, as it comes, or
    what broke us.

    wanted: asked for every recording when its content is known; False: it is known what the bytes
    hold, and nothing has to be made of them."""

    def __init__(self, task: Task, count: int, wanted: Callable[[Claim, str], bool]) -> None:
        self.ready: SimpleQueue[Ready | Exception] = SimpleQueue()
        self._task = task
        self._wanted = wanted
        self._waiting: SimpleQueue[Claim | None] = SimpleQueue()
        self._processes: dict[int, Process] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._mind, args=(number,), daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, claim: Claim) -> None:
        """Let it be prepared when its turn comes."""
        self._waiting.put(claim)

    def close(self) -> None:
        """End all processes, whatever they are at; what is not ready never will be."""
        self._closed = True
        for _ in self._threads:
            self._waiting.put(None)
        for process in list(self._processes.values()):
            process.popen.kill()  # the thread that waits for it hears that
        for thread in self._threads:
            thread.join()

    def _mind(self, number: int) -> None:
        served = 0
        while (claim := self._waiting.get()) is not None and not self._closed:
            if served >= RECORDINGS_PER_PREPARER or self._is_dead(number):
                self._end(number)
                served = 0
            try:
                self.ready.put(self._asked(number, claim))
                served += 1
            except Exception as error:
                self.ready.put(error)
        self._end(number)

    def _asked(self, number: int, claim: Claim) -> Ready:
        """What the process makes of it, or how it broke."""
        line = self._process(number).line
        try:
            line.send(claim.found)
            brought = self._answer(line, self._seconds_to_bring(claim))
            if not isinstance(brought, Brought):
                return Ready(claim, made=brought)
            line.send(self._wanted(claim, brought.content))
            seconds = self._task.settings.night.hang_seconds + brought.size / BYTES_PER_SECOND
            return Ready(claim, brought.content, self._answer(line, seconds))
        except TimeoutError:
            self._end(number)
            return Ready(claim, broke=Reason("night.preparer-hung"))
        except (EOFError, OSError):
            return Ready(claim, broke=self._ended(number))

    def _seconds_to_bring(self, claim: Claim) -> float:
        night = self._task.settings.night
        far = any("://" in source for source in claim.found.sources)
        return night.hang_seconds + (night.max_megabytes if far else 0)

    def _answer(self, line: Line, seconds: float) -> Any:
        while isinstance(message := line.receive(seconds), Noted):
            message.keep()
        return message

    def _process(self, number: int) -> Process:
        """It is ready to begin; that it cannot start at all is no recording's fault."""
        if number not in self._processes:
            self._processes[number] = process = started(MODULE)
            process.line.send(self._task)
            self._answer(process.line, OPENING_SECONDS)
        return self._processes[number]

    def _is_dead(self, number: int) -> bool:
        process = self._processes.get(number)
        return process is not None and process.popen.poll() is not None

    def _ended(self, number: int) -> Reason:
        return self._processes.pop(number).ended()

    def _end(self, number: int) -> None:
        if process := self._processes.pop(number, None):
            process.kill()


def count_of_preparers(job: Job) -> int:
    """As it is set; else beside a GPU all cores but two, and on a processor one for every eight:
    it is many times as fast as a recogniser there, and each takes from that what it uses."""
    if job.settings.night.preparers:
        return job.settings.night.preparers
    cores = os.cpu_count() or 1
    return ceil(cores / CORES_OF_A_PREPARER) if job.device == "cpu" else max(1, cores - 2)
