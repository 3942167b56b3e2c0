"""How many recordings a second the ledger hands out, by database and number of workers.

    python -m benchmarks.ledger_scale [--recordings 4000] [--workers 1 4 16]

Each worker is a process of its own that claims, as a night's workers do (`AT_ONCE` at a time), and
gives every recording its end (failed for a reason: no transcript is written), until nothing is
left. SQLite and, where it is installed, a PostgreSQL that is started for this, without fsync. The
clock runs from the first claim to the last end; each recording must have had exactly one of them.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pipeline.call import Reason
from pipeline.settings import Storage
from pipeline.storage import Found, Ledger, Outcome, this_process
from tests.databases import find_binaries, started

AT_ONCE = 8
LEASE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one worker: seconds on the machine's clock, and what it ended."""

    began: float
    ended: float
    recordings: tuple[int, ...]


def work(home: Path, storage: Storage, night: int, worker: str) -> Pace:
    """Claim and end until nothing is left."""
    mine: list[int] = []
    with Ledger(home, storage) as ledger:
        began = time.time()
        while claims := ledger.claim(night, worker, AT_ONCE, LEASE_SECONDS):
            for claim in claims:
                ledger.fail(claim, f"content-{claim.id}", Outcome.FAILED, Reason("night.killed"))
                mine.append(claim.id)
    return Pace(began, time.time(), tuple(mine))


def measure(home: Path, storage: Storage, recordings: int, workers: int) -> float:
    """Recordings a second."""
    with Ledger(home, storage) as ledger:
        ledger.add(
            Found(name=f"{workers}-{number}", sources=(f"/{number}.wav",))
            for number in range(recordings)
        )
        night = ledger.begin(this_process("local"), 3_600)
        with get_context("spawn").Pool(workers) as pool:
            asked = [(home, storage, night, f"{workers}/{number}") for number in range(workers)]
            paces = pool.starmap(work, asked, chunksize=1)
        ledger.end(night, {})
    done = [number for pace in paces for number in pace.recordings]
    assert len(done) == len(set(done)) == recordings, "claimed twice, or lost"
    return recordings / (max(p.ended for p in paces) - min(p.began for p in paces))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--recordings", type=int, default=4_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 16])
    asked = parser.parse_args(arguments)
    binaries = find_binaries()
    with started(binaries) if binaries else nullcontext() as server:
        print("| database | workers | recordings a second |\n|---|---|---|")
        for name in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            for workers in asked.workers:
                with tempfile.TemporaryDirectory() as folder:
                    url = server.fresh() if server and name == "PostgreSQL" else ""
                    pace = measure(Path(folder), Storage(url=url), asked.recordings, workers)
                print(f"| {name} | {workers} | {pace:.0f} |", flush=True)


if __name__ == "__main__":
    main()
