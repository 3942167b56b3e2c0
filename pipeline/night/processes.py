"""Processes of the night: started alike, and none outlives the one that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pipeline.call import Reason
from pipeline.night.line import Line
from pipeline.speech.lifeline import die_with

NOTHING: Mapping[str, str] = MappingProxyType({})
PACKAGE = Path(__file__).parents[2]
GOING_SECONDS = 2.0
"""A process that goes by itself is given so long to do so."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""The recogniser is told its threads by number; all else of a process runs on one, or together they
would fight for the cores."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process of ours and the line to it."""

    popen: subprocess.Popen[bytes]
    line: Line

    def kill(self) -> int:
        """End it at once, and all that it started if it leads a group; how it ended."""
        with suppress(ProcessLookupError, PermissionError):
            if os.getpgid(self.popen.pid) == self.popen.pid:
                os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.kill()
        self.line.close()
        return self.popen.wait()

    def _is_over(self) -> bool:
        """It stays a zombie, so that its number, and its group's, are nobody else's yet."""
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.popen.pid, how) is not None

    def ended(self) -> Reason:
        """Why it ended, where nobody ended it on purpose; what it started goes with it."""
        until = time.monotonic() + GOING_SECONDS
        while not self._is_over() and time.monotonic() < until:
            time.sleep(0.01)  # its line breaks a moment before it is gone
        status = self.kill()
        if status < 0:
            return Reason("night.killed", {"signal": signal.Signals(-status).name})
        return Reason("night.exited", {"status": status})


def started(
    module: str, *, leads_group: bool = False, environment: Mapping[str, str] = NOTHING
) -> Process:
    """Run the module's main(), which takes up the line by answering()."""
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(filter(None, (str(PACKAGE), os.environ.get("PYTHONPATH"))))
    # Imported and not run: a module that runs is __main__, and its classes no other process's.
    code = f"from {module} import main; main()"
    with theirs:
        popen = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-c", code, str(theirs.fileno()), str(os.getpid())],
            env={**os.environ, **ONE_THREAD, **environment, "PYTHONPATH": path},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # what is unexpected comes over the line, for the log
            process_group=0 if leads_group else None,
        )
    return Process(popen, Line(ours))


def answering() -> Line:
    """In a process that was started: the line to the one that did. It decides what signals mean."""
    die_with(int(sys.argv[2]))
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    return Line(socket.socket(fileno=int(sys.argv[1])))
