"""A real Ray cluster on this machine: a head that works on nothing, and nodes that can be killed,
frozen for a while. A node is a raylet with its workers and agents, all processes of their own."""

import os
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.night.cluster import QUIET
from tests.night.invariants import processes

OBJECTS = 80 * 2**20
"""Shared memory of a node, the least that Ray takes: recordings never pass through it."""

LAST_SECONDS = 30.0
"""Everything that was started has to be gone by then."""


@dataclass(slots=True)
class Nodes:
    """The cluster. address: for `--address`."""

    cluster: Any
    address: str
    added: list[Any] = field(default_factory=list)

    def add(self, count: int = 1, cpus: int = 1) -> list[Any]:
        """So many nodes more, ready for work."""
        new = [
            self.cluster.add_node(num_cpus=cpus, object_store_memory=OBJECTS, wait=False)
            for _ in range(count)
        ]
        self.cluster.wait_for_nodes(timeout=60)
        self.added += new
        return new

    def refill(self, count: int) -> None:
        """Exactly so many nodes, all alive."""
        for node in self.added[count:]:
            self.kill(node)
        if missing := count - len(self.added):
            self.add(missing)

    def of(self, worker: str) -> Any:
        """The node on which a worker of the night is, by its name."""
        return next(node for node in self.added if f"-{node.node_id[:6]}-" in worker)

    def kill(self, node: Any) -> None:
        """SIGKILL to all its processes at once, as when the machine loses its power."""
        send(signal.SIGKILL, processes_of(node))
        self.added.remove(node)
        with suppress(Exception):  # Ray's own book of what it started
            self.cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """The end of every process; a frozen one is ended as well."""
        for node in self.added:
            send(signal.SIGCONT, processes_of(node))
        self.cluster.shutdown()


@contextmanager
def ray_nodes(count: int, cpus: int = 1) -> Iterator[Nodes]:
    """A cluster with so many nodes beside its head."""
    folder = tempfile.mkdtemp(prefix="ray-")  # short: sockets lie in it, whose paths have a limit
    head = {
        "num_cpus": 0,
        "object_store_memory": OBJECTS,
        "include_dashboard": False,
    }
    before, marker = dict(os.environ), uuid.uuid4().hex
    os.environ.update(QUIET, RAY_TMPDIR=folder, ZHIYIN_TRIAL=marker)
    nodes = None
    try:
        from ray.cluster_utils import Cluster  # reads the environment

        cluster = Cluster(initialize_head=True, head_node_args=head)
        nodes = Nodes(cluster, cluster.address)
        nodes.add(count, cpus)
        yield nodes
    finally:
        if nodes:
            nodes.close()
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
    end = time.monotonic() + LAST_SECONDS
    while left := processes(marker):
        assert time.monotonic() < end, f"left behind: {left}"
        time.sleep(0.05)


def freeze(node: Any, seconds: float) -> threading.Thread:
    """SIGSTOP to all its processes, as when the machine hangs, for so long."""
    frozen = processes_of(node)
    send(signal.SIGSTOP, frozen)
    thaw = threading.Timer(seconds, send, (signal.SIGCONT, frozen))
    thaw.start()
    return thaw


def processes_of(node: Any) -> list[int]:
    """The raylet of a node and all that it started, and what those started."""
    raylets = [one.process.pid for one in node.all_processes.get("raylet", [])]
    return [pid for raylet in raylets for pid in _tree(raylet)]


def _tree(pid: int) -> list[int]:
    below: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                below += _tree(int(child))
    return [pid, *below]


def send(what: signal.Signals, pids: list[int]) -> None:
    """A signal to each that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)
