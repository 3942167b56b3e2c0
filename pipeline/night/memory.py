"""How much memory a process takes, and when that is too much."""

import os
from pathlib import Path, PurePosixPath

KILOBYTE = 1 << 10
MEGABYTE = 1 << 20
WARM_RECORDINGS = 50
"""After so many a worker has seen what takes memory and stays."""
GROWTH = 1.3
LEAST_GROWTH = 200 * MEGABYTE
"""A long call leaves so much behind without anything being wrong."""
HARD_SHARE = 0.8
"""Of this machine's memory, which all workers together may take before one is ended at once."""
GROUPS = Path("/sys/fs/cgroup")


def taken(pid: int) -> int:
    """Bytes of memory of its own that a process holds, without the files that it maps; 0 where
    nobody can tell."""
    try:
        for line in (
            (Path("/proc") / str(pid) / "status").read_text("ascii", "replace").splitlines()
        ):
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * KILOBYTE
    except (OSError, ValueError, IndexError):
        pass
    return 0


def hard_limit(megabytes: int, workers: int) -> int:
    """Bytes at which a worker is ended at once, whatever it does. megabytes: what it is replaced
    at when it is between two recordings; 0: not set. workers: all that share the machine."""
    share = int(_whole() * HARD_SHARE / workers)
    return min(share, 2 * megabytes * MEGABYTE) if megabytes else share


def _whole() -> int:
    """Bytes that there are: of the machine, or of the container or the service that this is in."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        told = Path("/proc/self/cgroup").read_text("utf-8", "replace")
    except OSError:
        return machine
    return min(machine, granted(told, GROUPS) or machine)


def granted(told: str, root: Path) -> int | None:
    """Bytes that the control groups of a process leave it, the tightest counts; None: no limit.
    told: the groups, as /proc/self/cgroup says them; root: where their files lie."""
    limits = []
    for line in told.splitlines():
        _, _, kind_and_path = line.partition(":")
        kinds, _, path = kind_and_path.partition(":")
        if kinds and "memory" not in kinds.split(","):
            continue
        folder, name = (root / "memory", "memory.limit_in_bytes") if kinds else (root, "memory.max")
        group = PurePosixPath("/", path).relative_to("/")
        limits += [_number_in(folder / one / name) for one in (group, *group.parents)]
    return min((limit for limit in limits if limit), default=None)


def _number_in(file: Path) -> int:
    """0 where there is none."""
    try:
        text = file.read_text("ascii", "replace").strip()
    except OSError:
        return 0
    return int(text) if text.isascii() and text.isdigit() else 0


class Allowance:
    """What this process may grow to before it is replaced: megabytes, or with 0 a third more than
    it took after its first recordings."""

    def __init__(self, megabytes: int) -> None:
        self._limit = megabytes * MEGABYTE

    def is_spent(self, finished: int) -> bool:
        """finished: recordings so far."""
        now = taken(os.getpid())
        if not self._limit and finished >= WARM_RECORDINGS:
            self._limit = int(max(now * GROWTH, now + LEAST_GROWTH))
        return bool(self._limit) and now > self._limit
