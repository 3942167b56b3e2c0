"""What nodes add to a night on a Ray cluster, and what Ray itself costs.

    python -m benchmarks.ray_scale                    # half an hour on two idle cores
    python -m benchmarks.ray_scale --recordings 16    # proves that it works; no figures to rely on

Everything is real (Ray, PostgreSQL, decoding, voice, drafting, keeping) but the recogniser of the
first part, which sleeps: nodes of one machine share its cores, so that only what is waited for can
grow with them. Each node gets the same number of recordings.

scale    recordings a second of four nodes ÷ those of one: whole, from the first recording in hand
         to the last that ended; steady, while every node is at work (from when each has finished
         some until the first of them finishes its last)
engine   the demonstration model on one node with all cores ÷ the local engine: the same recordings,
         the same PostgreSQL, in turn
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from pipeline.night.cluster import run_cluster
from pipeline.night.job import Event, Job, Kind
from pipeline.night.local import run_local
from pipeline.settings import Night, Settings, Storage
from pipeline.storage import Found, Ledger, State, this_process
from tests.databases import Server, find_binaries, started
from tests.night.ray_nodes import ray_nodes
from tests.night.recordings import record
from tests.night.stand_in import StandIn

SAMPLES = Path(__file__).parents[1] / "sample_audio" / "calls"
BATCH = 8
"""Windows of the stand-in's batch; a short recording is one."""
TARGET = 3.6


@dataclass(slots=True)
class Clock:
    """When what happened, by the clock of the one who runs the night."""

    events: list[tuple[float, Event]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append((time.monotonic(), event))

    def times(self, kind: Kind) -> list[tuple[float, str]]:
        """Moment and worker of each such event."""
        return [(at, event.worker) for at, event in self.events if event.kind is kind]

    def whole(self) -> float:
        """Recordings a second, from the first in hand to the last that ended."""
        ended = [at for at, _ in self.times(Kind.FINISHED)]
        return len(ended) / (max(ended) - min(at for at, _ in self.times(Kind.TAKEN)))

    def steady(self) -> float:
        """Recordings a second while every worker is at work; 0 where that was too short."""
        ended = self.times(Kind.FINISHED)
        workers = {worker for _, worker in ended}
        begins = max(min(at for at, who in ended if who == worker) for worker in workers)
        ends = min(max(at for at, who in ended if who == worker) for worker in workers)
        inside = sum(begins < at <= ends for at, _ in ended)
        return inside / (ends - begins) if ends > begins else 0.0


Run = Callable[[Job, Callable[[Event], None], Callable[[], int]], None]


def night(run: Run, settings: Settings, files: Sequence[Path], equip: StandIn | None) -> Clock:
    """One night; all recordings must be done."""
    clock, home = Clock(), Path(tempfile.mkdtemp(prefix="ray-scale-"))
    try:
        with Ledger(home, settings.storage) as ledger:
            ledger.add(Found(name=str(path), sources=(str(path),)) for path in files)
            number = ledger.begin(this_process("ray"), 3_600)
            job = Job(home=home, settings=settings, night=number, equip=equip)
            run(job, clock, lambda: 0)
            assert ledger.sums().of(State.DONE) == len(files), "not all recordings are done"
            ledger.end(number, {})
    finally:
        shutil.rmtree(home)
    return clock


def on_nodes(
    count: int, cores: int, server: Server, files: Sequence[Path], equip: StandIn | None
) -> Clock:
    """A night on so many nodes of so many cores each."""
    with ray_nodes(count, cores) as nodes:
        settings = Settings(
            storage=Storage(url=server.fresh()),
            night=Night(engine="ray", address=nodes.address, preparers=1, cores_per_worker=cores),
        )
        return night(run_cluster, settings, files, equip)


def calls(folder: Path, copies: int) -> list[Path]:
    """The sample calls that are WAV files, each so many times and no two alike."""
    made = []
    random = np.random.default_rng(0)
    for path in sorted(SAMPLES.glob("*.wav")):
        sound, rate = soundfile.read(path, dtype="int16", always_2d=True)
        for number in range(copies):
            made.append(folder / f"{path.stem}-{number}.wav")
            soundfile.write(made[-1], sound + random.integers(-2, 3, sound.shape, np.int16), rate)
    return made


def scale(server: Server, folder: Path, each: int, seconds: float) -> None:
    """Four nodes beside one."""
    files = record(folder / "short", 4 * each)
    equip = StandIn(seconds)
    one = on_nodes(1, 1, server, files[:each], equip)
    four = on_nodes(4, 1, server, files, equip)
    print(f"\n{each} recordings a node, {seconds} s a batch of {BATCH}\n")
    print("| nodes | recordings a second, whole | steady |\n|---|---|---|")
    for count, clock in ((1, one), (4, four)):
        print(f"| {count} | {clock.whole():.3f} | {clock.steady():.3f} |")
    steady = four.steady() / one.steady() if one.steady() else 0.0
    print(f"| 4 ÷ 1 (target {TARGET}) | {four.whole() / one.whole():.2f} | {steady:.2f} |")


def engines(server: Server, folder: Path, copies: int, rounds: int) -> None:
    """One node of all cores beside the local engine."""
    folder.mkdir(exist_ok=True)
    files = calls(folder, copies)
    cores = os.cpu_count() or 1
    paces: dict[str, list[float]] = {"local": [], "ray": []}
    for _ in range(rounds):
        settings = Settings(storage=Storage(url=server.fresh()), night=Night(preparers=1))
        paces["local"].append(night(run_local, settings, files, None).whole())
        paces["ray"].append(on_nodes(1, cores, server, files, None).whole())
    local, ray = (statistics.median(paces[name]) for name in ("local", "ray"))
    print(f"\n{len(files)} sample calls, demonstration model, {cores} cores, {rounds} rounds\n")
    print("| engine | calls a second |\n|---|---|")
    print(f"| local | {local:.3f} |\n| Ray, one node | {ray:.3f} |\n| ÷ | {ray / local:.2f} |")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--recordings", type=int, default=240, help="of each node")
    parser.add_argument("--seconds", type=float, default=8.0, help="that a batch sleeps")
    parser.add_argument("--copies", type=int, default=4, help="of each sample call")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("scale", "engine"))
    asked = parser.parse_args(arguments)
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="ray-scale-") as folder, started(binaries) as server:
        if asked.only != "engine":
            scale(server, Path(folder), asked.recordings, asked.seconds)
        if asked.only != "scale":
            engines(server, Path(folder) / "calls", asked.copies, asked.rounds)


if __name__ == "__main__":
    main()
