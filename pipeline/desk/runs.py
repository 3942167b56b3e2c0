"""Work that takes long, each piece in a process of its own: told how far it is, and ended at will.

The desk answers everybody else meanwhile. What came of it is kept in memory, for who asked alone,
and is gone with the desk.
"""

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, cast

from starlette.requests import Request

from pipeline.refusal import Refusal
from pipeline.speech.lifeline import die_with
from pipeline.unexpected import note_unexpected

AT_ONCE = 2
"""So many run at a time: each takes a core, and the night may want the others."""
KEPT = 20
KEPT_SECONDS = 3600.0
MODESTLY = 5
"""How nice such a process is to others."""
Tell = Callable[[int], None]


class Task(Protocol):
    """What is done; it travels to its process. It tells how much is done."""

    def __call__(self, *, tell: Tell) -> Any: ...


class State(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    BROKEN = "broken"
    STOPPED = "stopped"


@dataclass(slots=True)
class Run:
    """A piece of work. asked: what it is about, as the pages know it; done: how far it is;
    result: what came of it, once it is done, or the refusal."""

    id: str
    by: str
    asked: Any
    began: float
    state: State = State.RUNNING
    done: int = 0
    result: Any = None
    refusal: Refusal | None = None
    process: BaseProcess | None = None


class Runs:
    """All runs of a desk."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()

    def start(self, by: str, asked: Any, task: Task) -> Run:
        """Begin; Refusal desk-rules.busy where as many run as may."""
        run = Run(secrets.token_urlsafe(12), by, asked, time.monotonic())
        with self._lock:
            self._forget()
            if sum(one.state == State.RUNNING for one in self._runs.values()) >= AT_ONCE:
                raise Refusal("desk-rules.busy", allowed=AT_ONCE)
            self._runs[run.id] = run
        # The child dies with the thread that started it: this one, which waits for it.
        threading.Thread(target=_follow, args=(run, task), daemon=True).start()
        return run

    def find(self, number: str, by: str) -> Run | None:
        """A run of that person."""
        run = self._runs.get(number)
        return run if run is not None and run.by == by else None

    def stop(self, run: Run) -> None:
        """End it, if it still runs."""
        with self._lock:
            if run.state == State.RUNNING:
                run.state = State.STOPPED
                if run.process is not None:
                    run.process.kill()

    def close(self) -> None:
        """End them all: the desk closes."""
        for run in list(self._runs.values()):
            self.stop(run)

    def _forget(self) -> None:
        """What is old, and of the rest all but the last ones."""
        now = time.monotonic()
        over = [run for run in self._runs.values() if run.state != State.RUNNING]
        old = [run for run in over if now - run.began > KEPT_SECONDS]
        for run in [*old, *over[:-KEPT]]:
            self._runs.pop(run.id, None)


def _follow(run: Run, task: Task) -> None:
    """Start the process, and hear it out."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, theirs, os.getpid()), name="zhiyin-run")
    with ours:
        process.start()
        run.process = process
        theirs.close()
        if run.state == State.STOPPED:  # before it began
            process.kill()
        said, what = "", None
        try:
            while said not in (State.DONE, State.REFUSED):
                said, what = ours.recv()
                if said == "told":
                    run.done = what
        except (EOFError, OSError):
            said = State.BROKEN
    process.join()
    if run.state == State.RUNNING:
        run.result = what if said == State.DONE else None
        run.refusal = what if said == State.REFUSED else None
        run.state = State(said)


def _work(task: Task, connection: Connection, parent: int) -> None:
    """In the process."""
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk ends us
    os.nice(MODESTLY)
    try:
        result = task(tell=lambda count: connection.send(("told", count)))
    except Refusal as refusal:
        connection.send((State.REFUSED, refusal))
    except Exception as error:
        note_unexpected(error, "run")
    else:
        connection.send((State.DONE, result))
    connection.close()


def runs(request: Request) -> Runs:
    """Of the desk that is asked."""
    return cast(Runs, request.app.state.runs)
