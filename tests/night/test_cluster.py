"""Nights on a real Ray cluster of several nodes, over a real PostgreSQL."""

import importlib.util
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.night.job import Event, Kind
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.storage import State
from tests.databases import Server
from tests.night.invariants import (
    Database,
    conserved,
    count_cards,
    differences,
    intact,
    results,
    scored_once,
)
from tests.night.nights import QUICK, Told, begun
from tests.night.ray_nodes import Nodes, freeze, processes_of, ray_nodes
from tests.night.recordings import record
from tests.night.stand_in import StandIn, Way

pytestmark = pytest.mark.ray
QUICK_EAR = StandIn(0.2)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """A cluster with a head and three nodes of a core each."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    with ray_nodes(3) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return record(tmp_path_factory.mktemp("calls"), 60)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, files: list[Path]) -> dict[str, Any]:
    """What one worker, on SQLite, makes of the recordings."""
    from pipeline.night.worker import work

    ledger, job = begun(tmp_path_factory.mktemp("alone"), files)
    with ledger:
        work(job, ledger, Told(), lambda: False)
    return results(Database(job.home))


def on(nodes: Nodes, url: str, files: Sequence[Path], **night: float) -> Settings:
    """Settings of a night on the cluster."""
    where = {"engine": "ray", "address": nodes.address, "sources": (str(files[0].parent),)}
    return replace(
        QUICK, storage=Storage(url=url), night=replace(QUICK.night, **{**where, **night})
    )


def run(
    home: Path,
    settings: Settings,
    files: Sequence[Path],
    says: Callable[[Event], None],
    equip: StandIn | None = QUICK_EAR,
) -> Database:
    """A night from its lock to its end, and the invariants that hold after every one."""
    from pipeline.night.cluster import run_cluster

    database = Database(home, settings.storage.url)
    count_cards(database)
    ledger, job = begun(home, files, settings)
    with ledger:
        run_cluster(replace(job, equip=equip), says, lambda: 0)
        ledger.end(job.night, {})
    conserved(database, {str(path) for path in files})
    scored_once(database)
    intact(database)
    return database


class Trouble(Told):
    """What is said of a night; the first `after` recordings of a node done, something is done to
    it."""

    def __init__(self, after: int, *steps: Callable[[str], None]) -> None:
        super().__init__()
        self.after = after
        self.steps = list(steps)
        self.done: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        super().__call__(event)
        if event.kind is not Kind.FINISHED or not self.steps:
            return
        self.done[event.worker] += 1
        if self.done[event.worker] == self.after:
            self.steps.pop(0)(event.worker)


def test_three_nodes_share_a_night_and_draft_what_one_worker_drafts(
    tmp_path: Path,
    nodes: Nodes,
    postgres: Server,
    files: list[Path],
    undisturbed: dict[str, Any],
) -> None:
    told = Told()
    database = run(tmp_path, on(nodes, postgres.fresh(), files), files, told)
    assert set(told.ended().values()) == {State.DONE}
    assert len({event.worker for event in told.of(Kind.FINISHED)}) == 3
    assert not told.of(Kind.DIED)
    assert not differences(undisturbed, results(database))


def test_a_node_that_dies_and_one_that_freezes_lose_nothing(
    tmp_path: Path,
    nodes: Nodes,
    postgres: Server,
    files: list[Path],
    undisturbed: dict[str, Any],
) -> None:
    thaws: list[threading.Thread] = []

    def kill(worker: str) -> None:
        nodes.kill(nodes.of(worker))

    def stop(worker: str) -> None:
        thaws.append(freeze(nodes.of(worker), 10))

    told = Trouble(3, kill, stop)
    settings = on(nodes, postgres.fresh(), files, hang_seconds=5)
    database = run(tmp_path, settings, files, told)
    thaws[0].join()
    assert len(told.of(Kind.DIED)) >= 2
    assert set(told.ended().values()) == {State.DONE}
    assert not differences(undisturbed, results(database))


def test_a_node_that_thaws_after_its_lease_writes_nothing_late(
    tmp_path: Path,
    nodes: Nodes,
    postgres: Server,
    files: list[Path],
    undisturbed: dict[str, Any],
) -> None:
    nodes.refill(3)
    thaws: list[threading.Thread] = []
    told = Trouble(3, lambda worker: thaws.append(freeze(nodes.of(worker), 8)))
    settings = on(nodes, postgres.fresh(), files, hang_seconds=60, lease_seconds=3)
    database = run(tmp_path, settings, files, told)
    thaws[0].join()
    assert not told.of(Kind.DIED)
    assert told.of(Kind.BACK), "nothing was late"
    assert set(told.ended().values()) == {State.DONE}
    assert not differences(undisturbed, results(database))


def test_a_recording_that_kills_workers_fails_alone_and_a_new_node_helps(
    tmp_path: Path, nodes: Nodes, postgres: Server
) -> None:
    files = record(tmp_path / "calls", 30, call_00011=Way.KILL)
    nodes.refill(1)
    told = Trouble(3, lambda _: nodes.add())
    database = run(tmp_path / "home", on(nodes, postgres.fresh(), files), files, told)
    ended = told.ended()
    assert Counter(ended.values()) == {State.DONE: 29, State.FAILED: 1}
    found = results(database)
    assert found[str(files[11])]["state"][0] == "failed"
    assert len({event.worker.rpartition("/")[0] for event in told.of(Kind.OPENED)}) > 1


def test_a_run_that_is_told_to_stop_finishes_what_it_has_and_puts_back_the_rest(
    tmp_path: Path, nodes: Nodes, postgres: Server, files: list[Path]
) -> None:
    from pipeline.night.cluster import run_cluster

    nodes.refill(1)
    told = Told()
    # Of the sixty, sixteen are heard at a time; what is begun before 0.7 of this ends within it.
    settings = on(nodes, postgres.fresh(), files, stop_seconds=8)
    ledger, job = begun(tmp_path, files, settings)
    with ledger:
        slow = replace(job, equip=StandIn(3.0))
        run_cluster(slow, told, lambda: int(bool(told.of(Kind.FINISHED))))
        sums = ledger.sums()
    assert not sums.of(State.TAKEN)
    assert 1 <= sums.of(State.DONE) == len(told.ended()) < len(files)
    assert sums.of(State.DONE) + sums.of(State.FOUND) == len(files)
    assert {event.said for event in told.of(Kind.OVER)} == {"stopped"}


COMMAND = "import sys; from pipeline.cli import main; sys.argv[0] = 'zhiyin'; main()"


def command(home: Path, settings: Settings) -> list[str]:
    """`zhiyin run` on the cluster, with nothing but what people give it."""
    night = settings.night
    (home / "zhiyin.toml").write_text(
        f"[storage]\nurl = {settings.storage.url!r}\n[night]\nsources = [{night.sources[0]!r}]\n"
        "settle_seconds = 0\nbeat_seconds = 1\n",
        "utf-8",
    )
    asked = ["run", "--engine", "ray", "--address", night.address, "--home", str(home)]
    return [sys.executable, "-c", COMMAND, *asked]


def at_work(nodes: Nodes) -> list[int]:
    """Processes of workers and their preparers on the nodes."""
    every = [pid for node in nodes.added for pid in processes_of(node)]
    return [pid for pid in every if b"pipeline.night." in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.recogniser
def test_the_command_hears_what_is_heard_here_though_it_was_killed_in_the_middle(
    tmp_path: Path, nodes: Nodes, postgres: Server
) -> None:
    from pipeline.night.worker import work

    nodes.refill(2)
    files = record(tmp_path / "calls", 24)
    ledger, job = begun(tmp_path / "here", files)
    with ledger:
        work(replace(job, equip=None), ledger, Told(), lambda: False)
    home = tmp_path / "there"
    home.mkdir()
    settings = on(nodes, postgres.fresh(), files)
    database = Database(home, settings.storage.url)
    count_cards(database)
    killed = subprocess.Popen(command(home, settings), stdout=subprocess.DEVNULL)
    try:
        wait(lambda: bool(database.rows("SELECT 1 FROM recording WHERE state = 'done'")))
    finally:
        killed.kill()
    assert killed.wait() == -signal.SIGKILL
    wait(lambda: not at_work(nodes))
    assert database.rows("SELECT 1 FROM recording WHERE state = 'taken'"), "it was too quick"
    ended = subprocess.run(command(home, settings), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "raylet" not in ended.stdout + ended.stderr
    assert not at_work(nodes)
    conserved(database, {str(path) for path in files})
    scored_once(database)
    intact(database)
    assert not differences(results(Database(job.home)), results(database))


def wait(until: Callable[[], bool], seconds: float = 180) -> None:
    """For something that is sure to come."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"sources": ("/not/on/any/node",)}, "night.ray-sees-not"),
        ({"address": "127.0.0.1:9"}, "night.ray-unreachable"),
        ({"address": "ray"}, "night.ray-address"),
    ],
)
def test_what_cannot_work_is_said_in_a_line(
    tmp_path: Path,
    nodes: Nodes,
    postgres: Server,
    files: list[Path],
    change: dict[str, Any],
    key: str,
) -> None:
    from pipeline.night.cluster import run_cluster

    ledger, job = begun(tmp_path, files, on(nodes, postgres.fresh(), files, **change))
    with ledger, pytest.raises(Refusal) as refused:
        run_cluster(job, Told(), lambda: 0)
    assert refused.value.reason.key == key


def test_must_not_run_over_sqlite(tmp_path: Path, files: list[Path]) -> None:
    from pipeline.night.cluster import run_cluster

    ledger, job = begun(tmp_path, files)
    with ledger, pytest.raises(Refusal) as refused:
        run_cluster(job, Told(), lambda: 0)
    assert refused.value.reason.key == "night.ray-needs-postgres"
