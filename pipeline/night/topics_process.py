"""What calls are about, found after a run in a process of its own: it may be slow, take too much
memory or break, and the run has come to its end all the same.

Started by processes.py; what it has cut so far is kept, so the next run goes on from there.
"""

import os
import resource
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.call import Reason
from pipeline.night.onlooker import Stop
from pipeline.night.preparer import MEGABYTE
from pipeline.night.processes import Process, answering, started
from pipeline.night.telling import Noted, Telling
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.unexpected import note_unexpected
from pipeline.workflow.gathering import Gathered, enough, gather

LOOK_SECONDS = 0.5
"""How often it is seen whether the run is to stop."""
NICE = 10


@dataclass(frozen=True, slots=True)
class Task:
    """Whose topics."""

    home: Path
    settings: Settings


def find_topics(home: Path, settings: Settings, stop: Stop) -> Gathered | Reason | None:
    """What was found, or why nothing was; None where there are too few calls to look. Never
    raises: the run is over, and went as it went."""
    try:
        if not enough(home, settings, date.today()):
            return None
        process = started("pipeline.night.topics_process")
        try:
            process.line.send(Task(home, settings))
            return _answer(process, time.monotonic() + settings.topics.seconds, stop)
        finally:
            process.kill()
    except Refusal as refusal:
        return refusal.reason
    except Exception as error:
        note_unexpected(error, "topics")
        return Reason("topics.failed")


def _answer(process: Process, until: float, stop: Stop) -> Gathered | Reason:
    while not stop():
        try:
            said = process.line.receive(LOOK_SECONDS)
        except TimeoutError:
            if time.monotonic() > until:
                return Reason("topics.too-slow")
        except (EOFError, OSError):
            return process.ended()
        else:
            if isinstance(said, Noted):
                said.keep()
            elif isinstance(said, Gathered | Reason):
                return said
    return Reason("topics.stopped")


def main() -> None:
    """Find them, tell, and leave without a farewell to libraries' threads."""
    line = answering()
    task: Task = line.receive()
    Telling(line.send)
    os.nice(NICE)
    limit = task.settings.topics.megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        line.send(gather(task.home, task.settings, date.today(), lambda done, of: None))
    except Refusal as refusal:
        line.send(refusal.reason)
    except MemoryError:
        line.send(Reason("topics.too-much-memory"))
    except Exception as error:
        note_unexpected(error, "topics")
        line.send(Reason("topics.failed"))
    os._exit(0)
