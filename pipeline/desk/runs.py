"""Work that takes long, each piece in a process of its own: told how far it is, and ended at will.

The desk answers everybody else meanwhile. So many run at a time; the others wait their turn and are
told for what. A run belongs to who asked for it: beginning another ends the one before, and one
whose page nobody has open any more ends by itself. What came of it is kept in memory, for who asked
alone, and is gone with the desk.
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
MOST_WAITING = 20
KEPT = 20
KEPT_SECONDS = 3600.0
UNSEEN_SECONDS = 180.0
"""A page asks every second how far its run is, or once a minute where it is not in sight."""
LOOK_SECONDS = 5.0
MODESTLY = 5
"""How nice such a process is to others."""
Tell = Callable[[int], None]


class Task(Protocol):
    """What is done; it travels to its process. It tells how much is done."""

    def __call__(self, *, tell: Tell) -> Any: ...


class State(StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    """Others run; its turn comes by itself."""
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    BROKEN = "broken"
    STOPPED = "stopped"
    ABANDONED = "abandoned"
    """Nobody looked at it any more."""
    ENDED = "ended"
    """By somebody else, who waited for it."""


UNDER_WAY = (State.WAITING, State.RUNNING)


@dataclass(slots=True)
class Run:
    """A piece of work. asked: what it is about, as the pages know it; done: how far it is, of so
    many; lasting: it goes on unseen, and nobody else ends it; seen: when its page was last open;
    result: what came of it, once it is done, or the refusal."""

    id: str
    by: str
    asked: Any
    task: Task
    of: int
    lasting: bool
    began: float
    seen: float
    state: State = State.WAITING
    done: int = 0
    result: Any = None
    refusal: Refusal | None = None
    process: BaseProcess | None = None


class Runs:
    """All runs of a desk."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()

    def start(self, by: str, asked: Any, task: Task, of: int = 0, lasting: bool = False) -> Run:
        """Begin, or wait for its turn; Refusal desk-rules.busy where too many wait already. The
        person's own run before it ends, unless it is lasting."""
        at = time.monotonic()
        run = Run(secrets.token_urlsafe(12), by, asked, task, of, lasting, at, at)
        own = [one for one in self._under_way() if one.by == by and not one.lasting]
        with self._lock:
            self._forget()
            others = (one for one in self._runs.values() if one not in own)
            if sum(one.state == State.WAITING for one in others) >= MOST_WAITING:
                raise Refusal("desk-rules.busy", allowed=MOST_WAITING)
            self._runs[run.id] = run
        for one in own:
            self.stop(one)
        self._go_on()
        return run

    def find(self, number: str, by: str) -> Run | None:
        """A run of that person, who looks at it now."""
        run = self._runs.get(number)
        if run is None or run.by != by:
            return None
        run.seen = time.monotonic()
        return run

    def ahead(self, run: Run) -> tuple[Run, ...]:
        """Those that it waits for, the first to begin first."""
        if run.state != State.WAITING:
            return ()
        return tuple(one for one in self._under_way() if one.state == State.RUNNING)

    def end(self, number: str) -> Run | None:
        """End somebody else's, which must not be lasting; None where there is none under way."""
        run = self._runs.get(number)
        if run is None or run.lasting or run.state not in UNDER_WAY:
            return None
        self.stop(run, State.ENDED)
        return run

    def stop(self, run: Run, state: State = State.STOPPED) -> None:
        """End it, if it still runs, and let the next one begin."""
        with self._lock:
            if run.state in UNDER_WAY:
                run.state = state
                if run.process is not None:
                    run.process.kill()
        self._go_on()

    def close(self) -> None:
        """End them all: the desk closes."""
        for run in reversed(self._under_way()):  # those that wait first, or they would begin
            self.stop(run)

    def _under_way(self) -> tuple[Run, ...]:
        return tuple(run for run in list(self._runs.values()) if run.state in UNDER_WAY)

    def _go_on(self) -> None:
        """Begin what waits, as far as there is room; what nobody looks at has had its turn."""
        with self._lock:
            for run in self._under_way():
                if _is_abandoned(run) and run.state == State.WAITING:
                    run.state = State.ABANDONED
            room = AT_ONCE - sum(one.state == State.RUNNING for one in self._runs.values())
            waiting = [one for one in self._under_way() if one.state == State.WAITING]
            for run in waiting[: max(0, room)]:
                run.state = State.RUNNING
                # The child dies with the thread that started it: this one, which waits for it.
                threading.Thread(target=self._follow, args=(run,), daemon=True).start()

    def _forget(self) -> None:
        """What is old, and of the rest all but the last ones."""
        now = time.monotonic()
        over = [run for run in self._runs.values() if run.state not in UNDER_WAY]
        old = [run for run in over if now - run.began > KEPT_SECONDS]
        for run in [*old, *over[:-KEPT]]:
            self._runs.pop(run.id, None)

    def _follow(self, run: Run) -> None:
        """Start the process, and hear it out."""
        try:
            said, what = self._done_there(run)
        except OSError as error:  # no room for another process
            note_unexpected(error, "run")
            said, what = State.BROKEN, None
        if run.state == State.RUNNING:
            run.result = what if said == State.DONE else None
            run.refusal = what if said == State.REFUSED else None
            run.state = State(said)
        self._go_on()

    def _done_there(self, run: Run) -> tuple[str, Any]:
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        told = (run.task, theirs, os.getpid())
        process = context.Process(target=_work, args=told, name="zhiyin-run")
        with ours:
            with theirs:
                process.start()
            run.process = process
            if run.state != State.RUNNING:  # it was ended before it began
                process.kill()
            found = self._heard_out(run, ours)
        process.join()
        return found

    def _heard_out(self, run: Run, ours: Connection) -> tuple[str, Any]:
        """Its last word, and what it says by that."""
        try:
            while True:
                while not ours.poll(LOOK_SECONDS):
                    if _is_abandoned(run):
                        self.stop(run, State.ABANDONED)
                said, what = ours.recv()
                if said in (State.DONE, State.REFUSED):
                    return said, what
                run.done = what
                if _is_abandoned(run):
                    self.stop(run, State.ABANDONED)
        except (EOFError, OSError):
            return State.BROKEN, None


def _is_abandoned(run: Run) -> bool:
    return not run.lasting and time.monotonic() - run.seen > UNSEEN_SECONDS


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
