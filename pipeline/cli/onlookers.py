"""How a run of the night is shown: a moving line on a terminal, JSON lines elsewhere.

The lines hold numbers of recordings and keys of reasons, never names of files or words of calls.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pipeline.cli.night_view import seen_line
from pipeline.cli.session import Session
from pipeline.night.job import Event, Kind
from pipeline.night.onlooker import Stop
from pipeline.night.progress import Progress
from pipeline.night.rounds import Rounds
from pipeline.refusal import Advice, Refusal
from pipeline.storage import Added, State
from pipeline.text.private import mask
from pipeline.wording import clock, say, say_refusal

BAR = 24
"""Columns of the bar."""
TOLD = 20
"""So many odd things of the sources are told; all are counted."""


@contextmanager
def onlooking(session: Session, stop: Stop = lambda: 0) -> "Iterator[Screen | Lines]":
    """Shows a run for as long as the `with` lasts, on standard error; stop: whether it is to."""
    if session.talk.is_terminal:
        screen = Screen(session, stop)
        live = Live(console=session.talk, get_renderable=screen.view, transient=True)
        with live:
            yield screen
    else:
        lines = Lines()
        with Rounds(session.settings.night.progress_seconds, lines.tell_progress):
            yield lines


class Screen:
    """One moving line: how many of how many, how fast, how long still, how many failed."""

    def __init__(self, session: Session, stop: Stop) -> None:
        self._session = session
        self._stop = stop
        self._progress: Progress | None = None
        self._odd = 0
        self._looked = False
        self._spinner = Spinner("dots")

    def began(self, night: int, progress: Progress) -> None:
        self._progress = progress
        self._session.tell(self._session.word("night.began", number=night))

    def listed(self, seen: int, added: Added) -> None:
        self._looked = True
        self._session.tell(seen_line(seen, added, self._session.language))

    def odd(self, said: Refusal | Advice) -> None:
        self._odd += 1
        if self._odd <= TOLD:
            self._session.tell(say_refusal(said, self._session.language), style="yellow")

    def happened(self, event: Event) -> None:
        if event.kind == Kind.DIED:
            why = say(event.reason, self._session.language) if event.reason else event.said
            told = self._session.word("night.worker-replaced", reason=why)
            self._session.tell(told, style="yellow")

    def warned(self, key: str) -> None:
        self._session.tell(self._session.word(key), style="yellow")

    def view(self) -> RenderableType:
        """The line as it stands now."""
        line = Table.grid(padding=(0, 1))
        progress = self._progress
        if progress is None or not self._looked:
            line.add_row(self._spinner, self._session.word("night.looking"))
        elif progress.began is None:
            line.add_row(self._spinner, self._session.word("night.opening"))
        else:
            total = progress.total or 1
            bar = ProgressBar(total=total, completed=progress.finished, width=BAR)
            line.add_row(self._spinner, bar, self._said(progress))
        if urgency := self._stop():
            key = "night.stopping" if urgency == 1 else "night.stopping-now"
            return Group(line, Text(self._session.word(key), style="yellow"))
        return line

    def _said(self, progress: Progress) -> str:
        left = progress.remaining_seconds
        return self._session.word(
            "night.progress",
            done=progress.finished,
            total=progress.total,
            times=progress.times_real_time,
            left="–" if left is None else clock(left),
            failed=progress.count(State.FAILED),
        )


class Lines:
    """A line of JSON for everything that an operator may want to find again, and every so often
    one of how far the run is."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._lock = threading.Lock()

    def began(self, night: int, progress: Progress) -> None:
        self._progress = progress
        self._tell("began", night=night)

    def listed(self, seen: int, added: Added) -> None:
        counts = {"new": added.new, "known": added.known, "changed": added.changed}
        self._tell("listed", recordings=seen, **counts, joined=added.joined)

    def odd(self, said: Refusal | Advice) -> None:
        told: dict[str, object] = {"reason": said.reason.key, "place": mask([said.file])[0]}
        if said.line is not None:
            told["line"] = said.line
        values = {name: mask([str(value)])[0] for name, value in said.reason.values.items()}
        self._tell("odd", **told, **({"values": values} if values else {}))

    def warned(self, key: str) -> None:
        self._tell("warning", reason=key)

    def happened(self, event: Event) -> None:
        if event.kind == Kind.FINISHED and event.state != State.FAILED:
            return
        if event.kind in (Kind.ALIVE, Kind.TAKEN, Kind.HEARING):
            return
        if event.kind == Kind.BACK and not event.recordings:
            return
        told: dict[str, object] = {"worker": event.worker, "recordings": list(event.recordings)}
        if event.reason is not None:
            told["reason"] = event.reason.key
        if event.said:
            told["said"] = event.said
        kind = "failed" if event.state == State.FAILED else event.kind.value
        self._tell(kind, **told)

    def tell_progress(self) -> None:
        """How far the run is; nothing before it has begun."""
        progress = self._progress
        if progress is None:
            return
        left = progress.remaining_seconds
        self._tell(
            "progress",
            done=progress.finished,
            total=progress.total,
            failed=progress.count(State.FAILED),
            audio_seconds=round(progress.audio_seconds),
            times_real_time=round(progress.times_real_time, 1),
            remaining_seconds=None if left is None else round(left),
        )

    def _tell(self, event: str, **values: object) -> None:
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        line = json.dumps({"at": at, "event": event, **values}, ensure_ascii=False)
        with self._lock:
            print(line, file=sys.stderr, flush=True)
