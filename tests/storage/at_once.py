"""What the processes of the tests do; each opens the database for itself."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from pipeline.refusal import Refusal
from pipeline.storage import Lost, this_process
from tests.databases import Database
from tests.storage.by_hand import LEASE, finish

PROCESSES = get_context("forkserver")  # which imports all this once, for all of them
PROCESSES.set_forkserver_preload([__name__])
PATIENCE = 60.0


def side_by_side(count: int, what: Callable[..., Any], *given: Any) -> list[Any]:
    """What each of so many processes gives back; what(number, barrier, *given)."""
    barrier = PROCESSES.Barrier(count)
    ends = [PROCESSES.Pipe(duplex=False) for _ in range(count)]
    started = [
        PROCESSES.Process(target=_tell, args=(end, what, number, barrier, *given), daemon=True)
        for number, (_, end) in enumerate(ends)
    ]
    for process in started:
        process.start()
    said = []
    for (end, _), process in zip(ends, started, strict=True):
        assert end.poll(PATIENCE), "a process says nothing"
        said.append(end.recv())
        process.join(PATIENCE)
    for one in said:
        if isinstance(one, BaseException):
            raise one
    return said


def _tell(end: Connection, what: Callable[..., Any], *given: Any) -> None:
    try:
        end.send(what(*given))
    except BaseException as error:
        end.send(error)


def claim_all(
    number: int, barrier: threading.Barrier, database: Database, night: int
) -> list[tuple[int, int]]:
    """Take all there is, a few at a time; the rows and fences."""
    worker, taken = f"w{number}", []
    with database.ledger() as ledger:
        barrier.wait(PATIENCE)
        while several := ledger.claim(night, worker, number % 4 + 1, LEASE):
            taken += [(claim.id, claim.fence) for claim in several]
            ledger.renew(worker, LEASE)
    return taken


def begin_often(
    _: int, barrier: threading.Barrier, database: Database, rounds: int
) -> list[int | str]:
    """Begin a night when the others do, each time; its number, or who was said to run."""
    said: list[int | str] = []
    with database.ledger() as ledger:
        for _ in range(rounds):
            barrier.wait(PATIENCE)
            try:
                said.append(ledger.begin(this_process("local"), LEASE))
            except Refusal as refusal:
                said.append(f"{refusal.reason.key} {refusal.reason.values.get('by')}")
            barrier.wait(PATIENCE)
            if isinstance(said[-1], int):
                ledger.end(said[-1], {})
    return said


def finish_all(number: int, barrier: threading.Barrier, database: Database, night: int) -> int:
    """Take and finish all there is, each with bytes that another recording has too."""
    done = 0
    with database.ledger() as ledger:
        barrier.wait(PATIENCE)
        while several := ledger.claim(night, f"w{number}", 2, LEASE):
            for claim in several:
                finish(ledger, claim, str(claim.id // 4).rjust(64, "0"))
                done += 1
    return done


@contextmanager
def a_run(database: Database, lease: float, inside: bool = False) -> Iterator["Run"]:
    """A process of its own that holds the night and a recording."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_hold, args=(theirs, database, lease, inside), daemon=True)
    process.start()
    run = Run(process, ours)
    try:
        yield run
    finally:
        process.kill()
        process.join()


class Run:
    """A process that holds the night; it says what happens to it when it is told to go on."""

    def __init__(self, process: BaseProcess, pipe: Connection):
        self._process = process
        self._pipe = pipe

    def said(self) -> Any:
        """The next thing that it says."""
        assert self._pipe.poll(PATIENCE), "it says nothing"
        return self._pipe.recv()

    def go_on(self) -> None:
        """What it waits for."""
        self._pipe.send(None)

    def signal(self, what: signal.Signals) -> None:
        """kill, and wait where that is its end."""
        assert self._process.pid is not None
        os.kill(self._process.pid, what)
        if what == signal.SIGKILL:
            self._process.join()


def _hold(pipe: Connection, database: Database, lease: float, inside: bool) -> None:
    """inside: it freezes in the middle of a transaction."""
    with database.ledger() as ledger:
        night = ledger.begin(this_process("local"), lease)
        (claim,) = ledger.claim(night, "frozen", 1, lease)
        if inside:
            from sqlalchemy import event
            from sqlalchemy.engine import Engine

            @event.listens_for(Engine, "before_cursor_execute")
            def freeze(*said: Any) -> None:
                if "INSERT INTO scorecard" in said[2]:
                    pipe.send((night, claim.id))
                    os.kill(os.getpid(), signal.SIGSTOP)

        else:
            pipe.send((night, claim.id))
            pipe.recv()
        try:
            finish(ledger, claim)
            said = "finished"
        except Lost:
            said = "lost"
        except Refusal as refusal:
            said = refusal.reason.key
        pipe.send((said, ledger.beat(night, lease)))
    sys.exit(0)
