"""The parent's side of decoding: child processes that wait for recordings, and their replies."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.refusal import Refusal

RECORDINGS_PER_CHILD = 200
"""Then it is replaced: whatever its libraries leak goes with it."""

PACKAGE = Path(__file__).parents[2]
MESSAGE_BYTES = 65_536
MAX_CHANNELS = 2


@dataclass(slots=True)
class Child:
    """A decoding process and the socket to it."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    memory: int
    owner: int
    served: int = 0

    def end(self) -> int:
        """End it at once; its exit status."""
        self.line.close()
        self.process.kill()
        return self.process.wait()


_idle: list[Child] = []


def ask(
    request: Mapping[str, Any], descriptor: int, memory: int, seconds: float
) -> tuple[dict[str, Any], list[int]]:
    """Have the open file decoded: the child's reply and one descriptor per channel.

    seconds is wall-clock time, after which the child is ended. Refusal audio.too-slow,
    audio.too-much-memory or audio.broke-decoder where the child did not survive the file.
    """
    child = _waiting(memory) or _started(memory)
    message, files = _exchange(child, json.dumps(request).encode(), descriptor, seconds)
    if not message and child.served:  # it may have died while it waited
        child = _started(memory)
        message, files = _exchange(child, json.dumps(request).encode(), descriptor, seconds)
    if not message:
        raise _why_it_died(child, seconds)
    child.served += 1
    if child.served < RECORDINGS_PER_CHILD:
        _idle.append(child)
    else:
        child.end()
    reply: dict[str, Any] = json.loads(message)
    return reply, files


def _exchange(
    child: Child, request: bytes, descriptor: int, seconds: float
) -> tuple[bytes, list[int]]:
    """The child's answer, empty where it died; it is ended where it does not answer in time."""
    try:
        child.line.settimeout(seconds)
        socket.send_fds(child.line, [request], [descriptor])
        message, files, _, _ = socket.recv_fds(child.line, MESSAGE_BYTES, MAX_CHANNELS)
    except TimeoutError:
        child.end()
        raise Refusal("audio.too-slow", seconds=seconds) from None
    except OSError:
        return b"", []
    except BaseException:
        child.end()
        raise
    return message, files


def _waiting(memory: int) -> Child | None:
    """A child that waits, with these limits, started by this very process (not before a fork)."""
    with suppress(IndexError):
        while True:
            child = _idle.pop()
            if child.owner != os.getpid():
                child.line.close()  # a fork's copy: the process is not ours
            elif child.memory == memory and child.process.poll() is None:
                return child
            else:
                child.end()
    return None


def _started(memory: int) -> Child:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path = os.pathsep.join(filter(None, (str(PACKAGE), os.environ.get("PYTHONPATH"))))
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    given = (str(theirs.fileno()), str(memory), str(os.getpid()))
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "pipeline.speech.decode_child", *given],
            env={**os.environ, **one_thread, "PYTHONPATH": path},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return Child(process, ours, memory, os.getpid())


def _why_it_died(child: Child, seconds: float) -> Refusal:
    status = child.process.wait()
    child.line.close()
    if -status == signal.SIGXCPU:
        return Refusal("audio.too-slow", seconds=seconds)
    if -status == signal.SIGKILL:  # by the system, for want of memory
        return Refusal("audio.too-much-memory")
    return Refusal("audio.broke-decoder")


@atexit.register
def end_all() -> None:
    """End the children that wait."""
    while _idle:
        child = _idle.pop()
        if child.owner == os.getpid():
            child.end()
