"""A worker in a process of its own on this machine: its loop, and the line to the supervisor.

Started by processes.py. It is told to stop, and tells what happens; it ends with its supervisor,
and the supervisor may end it at any moment.
"""

import os
import threading
from dataclasses import dataclass

from pipeline.night.job import Event, Job, Kind
from pipeline.night.line import Line
from pipeline.night.processes import answering
from pipeline.night.telling import Telling
from pipeline.night.worker import work
from pipeline.refusal import Refusal
from pipeline.storage import Ledger
from pipeline.unexpected import note_unexpected


@dataclass(frozen=True, slots=True)
class Impossible:
    """The night cannot go on."""

    refusal: Refusal


class Stop:
    """What a worker is told: finish what is in hand."""


def main() -> None:
    """Do the job that comes over the line; leave without a farewell to libraries' threads."""
    line = answering()
    job: Job = line.receive()
    Telling(line.send)
    told = threading.Event()
    threading.Thread(target=_listen, args=(line, told), daemon=True).start()
    try:
        with Ledger(job.home, job.settings.storage) as ledger:
            over = work(job, ledger, line.send, told.is_set)
        line.send(Event(kind=Kind.OVER, worker=job.worker, said=over.value))
    except Refusal as refusal:
        line.send(Impossible(refusal))
    except BaseException as error:
        note_unexpected(error, "work")
        os._exit(1)
    os._exit(0)


def _listen(line: Line, told: threading.Event) -> None:
    try:
        while isinstance(line.receive(), Stop):
            told.set()
    except (EOFError, OSError):
        os._exit(1)  # nobody watches over us any more
