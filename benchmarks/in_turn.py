"""Several measurements at the same time, each with the machine to itself for some seconds in turn.

A machine that others share is faster in one minute than in the next. What is measured slice by
slice has its share of both, so that a ratio holds where one after the other would not.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SLICE_SECONDS = 10.0
LOOKS = 3
"""At a session that is to stop: a process may just have started another."""

Work = Callable[[Callable[[], None]], Any]
"""Is given what it calls when all is ready and the measured part begins. It travels to another
process."""


@dataclass(slots=True)
class _Player:
    """A measurement in a process, and a session, of its own. seconds: that it has had so far."""

    process: Any
    pipe: Connection
    seconds: float = 0.0
    result: Any = None

    def is_done_after(self, seconds: float) -> bool:
        """Give it the machine for so long, or until it is done."""
        began = time.perf_counter()
        _tell(self.process.pid, signal.SIGCONT)
        done = self.pipe.poll(seconds)
        self.seconds += time.perf_counter() - began
        if done:
            self.result = self.pipe.recv()
        else:
            _tell(self.process.pid, signal.SIGSTOP)
        return done


def in_turn(
    works: Mapping[str, Work], slice_seconds: float = SLICE_SECONDS
) -> dict[str, tuple[float, Any]]:
    """Seconds that each had the machine until it was done, and what it gave back."""
    players = {name: _begun(work) for name, work in works.items()}
    for player in players.values():
        player.pipe.send(None)
    left = list(players.values())
    while left:
        left = [player for player in left if not player.is_done_after(slice_seconds)]
    for player in players.values():
        player.process.join()
    return {name: (player.seconds, player.result) for name, player in players.items()}


def _begun(work: Work) -> _Player:
    """Ready, and at rest."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_play, args=(theirs, work))
    process.start()
    theirs.close()
    ours.recv()
    _tell(process.pid or 0, signal.SIGSTOP)
    return _Player(process, ours)


def _play(pipe: Connection, work: Work) -> None:
    os.setsid()

    def ready() -> None:
        pipe.send(None)
        pipe.recv()

    pipe.send(work(ready))


def _tell(session: int, number: int) -> None:
    for _ in range(LOOKS):
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it is gone
                if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                    os.kill(int(stat.parent.name), number)
