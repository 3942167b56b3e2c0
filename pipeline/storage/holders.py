"""Which process holds a lock, and whether it is gone.

A number of a process is given again after a while, so the moment of its start belongs to it. That
moment counts from the start of the machine, and numbers count per PID namespace (containers have
their own), so both are written with it: without them nothing can be told of another process.
"""

import os
import platform
from pathlib import Path

from pipeline.storage.taking import Holder

PROC = Path("/proc")


def this_process(engine: str) -> Holder:
    """The process that asks, as the holder of a night."""
    return Holder(
        host=platform.node(),
        pid=os.getpid(),
        process_started=" ".join((_machine(), _started(os.getpid()) or "")),
        engine=engine,
    )


def is_gone(holder: Holder) -> bool:
    """Whether that process certainly runs no more: it ran on this machine, which was not restarted
    since, and there is none of its number that started when it did. False where nobody can tell."""
    machine, _, started = holder.process_started.rpartition(" ")
    if not machine or (holder.host, machine) != (platform.node(), _machine()):
        return False
    return _started(holder.pid) != started


def _machine() -> str:
    """This start of the machine and this namespace of processes; "" where that is not known."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Clock ticks from the machine's start to the process's; None where it is gone. A process that
    ended and that nobody has waited for is gone too."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # its name may hold blanks and brackets
    return None if fields[0] in "ZX" else fields[19]
