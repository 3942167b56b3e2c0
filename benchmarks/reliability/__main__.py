"""The long proofs of docs/reliability.md.

    python -m benchmarks.reliability                     # everything: some hours on two cores
    python -m benchmarks.reliability kills steps         # some of it
    python -m benchmarks.reliability --table             # what there is so far, into the page

Suites: kills (R1), demo (R2), steps (R3), statements (R14), random (R22), clocks (R11), homes
(R6, R7, R12, R13, R21, S10), soak (10,000 recordings).
Results are appended to a file as they come; started again, what is there is not done again.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.reliability.clocks import clocks
from benchmarks.reliability.homes import homes, statements
from benchmarks.reliability.killing import Killing
from benchmarks.reliability.results import Results, results_in
from benchmarks.reliability.soak import soak
from benchmarks.reliability.table import table, write
from tests.databases import Server, find_binaries, started
from tests.night.random_nights import Nights

SUITES = ("kills", "demo", "steps", "statements", "random", "clocks", "homes", "soak")
DATABASES = ("sqlite", "postgres")


def main() -> None:
    """Run what was asked for, the short ones first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--to", type=Path, default=Path(".reliability/results.jsonl"))
    parser.add_argument("--databases", nargs="*", choices=DATABASES, default=list(DATABASES))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--nights", type=int, default=1_000, help="of 50 steps, in `random`")
    parser.add_argument("--recordings", type=int, default=10_000, help="in `soak`")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    asked.suites = asked.suites or list(SUITES)
    results = results_in(asked.to)
    if asked.table:
        write(table(results))
        return
    for database in asked.databases:
        with _server(database) as server:
            _run(asked, results, database, server)
    write(table(results))


def _run(asked: argparse.Namespace, results: Results, database: str, server: Server | None) -> None:
    folder = Path(mkdtemp(prefix=f"zhiyin-{database}-"))
    fresh = server.fresh if server else str
    killing = Killing(results, folder, database, fresh)
    if "steps" in asked.suites:
        killing.at_steps()
    if "kills" in asked.suites:
        killing.at_random(asked.kills)
    if "statements" in asked.suites:
        statements(results, database)
    if "random" in asked.suites:
        _random(results, database, server, asked.nights)
    if server is None:
        if "demo" in asked.suites:
            killing.at_random(20, seconds=None, few=40)
        if "clocks" in asked.suites:
            clocks(results, folder)
        if "homes" in asked.suites:
            homes(results)
        if "soak" in asked.suites:
            soak(results, folder, asked.recordings)
    if not list(folder.glob("failed-*")):
        shutil.rmtree(folder)


def _random(results: Results, database: str, server: Server | None, nights: int) -> None:
    """R22, in parts, so that it can be stopped."""

    class Here(Nights):
        fresh = staticmethod(server.fresh) if server else None

    suite, at_once = f"R22 random nights, {database}", 50
    how = settings(
        max_examples=at_once,
        stateful_step_count=50,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )

    def some() -> dict[str, int]:
        run_state_machine_as_test(Here, settings=how)
        return {"nights": at_once}

    while len(results.of(suite)) * at_once < nights:
        if not results.tried(suite, some):
            return


@contextmanager
def _server(database: str) -> Iterator[Server | None]:
    if database == "sqlite":
        yield None
        return
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed")
    with started(binaries) as server:
        yield server


if __name__ == "__main__":
    main()
