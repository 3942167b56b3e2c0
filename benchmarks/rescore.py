"""How fast stored calls are checked again, beside doing only what cannot be left out.

    python -m benchmarks.rescore                                  # 300 calls: a minute on two cores
    python -m benchmarks.rescore --calls 10000 --ways memory all  # a quarter of an hour

Calls of 1,200 characters made of written dialogues, stored in a home of their own. `memory` reads
every transcript and drafts its card, and drops it: nothing is written. `one` is what the command
does, in one process: reading, drafting, writing the cards durably; `all`, with all cores. Each way
runs in a process of its own, with nothing cached. The ratio is of processor seconds, those of
children included: wall-clock seconds of a busy machine say little.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.match import machine
from benchmarks.stored_calls import CHARACTERS, dialogues, keep
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import Store
from pipeline.workflow.crew import BATCH
from pipeline.workflow.rescoring import Again, rescore
from pipeline.workflow.rules import AUTO, read_working_copy, ruleset_for

TARGET = 1.3
WAYS = ("memory", "one", "all")


def in_memory(home: Path) -> int:
    """Read and draft everything, keep nothing."""
    rules, settings, cards = read_working_copy(home).rulesets, Scoring(), 0
    with Store(home) as store:
        numbers = store.numbers()
        while batch := list(islice(numbers, BATCH)):
            for stored in store.calls(batch):
                ruleset = ruleset_for(stored.call, rules, AUTO)
                cards += ruleset is not None and bool(draft(stored.call, ruleset, settings).items)
    return cards


def run(way: str, home: Path) -> int:
    """How many calls got a card."""
    if way == WAYS[0]:
        return in_memory(home)
    processes = 1 if way == WAYS[1] else 0
    again = Again(home=home, settings=Scoring(), storage=Storage(), processes=processes)
    return rescore(again).tally.placed.total()


def measured(way: str, home: Path) -> dict[str, float]:
    """Wall-clock and processor seconds of a way in a process of its own, and its peak memory."""
    words = [sys.executable, "-m", "benchmarks.rescore", "--way", way, "--home", str(home)]
    found = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(found.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def one_way(way: str, home: Path) -> None:
    """Run in this process, and print what it took."""
    began = time.monotonic()
    cards = run(way, home)
    wall = time.monotonic() - began
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    took = sum(usage.ru_utime + usage.ru_stime for usage in (own, others))
    peak = max(own.ru_maxrss, others.ru_maxrss) / 1024
    print(json.dumps({"cards": cards, "wall": wall, "processor": took, "megabytes": peak}))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        one_way(asked.way, asked.home)
        return
    with TemporaryDirectory(prefix="zhiyin-rescore-") as folder:
        home = Path(folder)
        keep(dialogues(asked.calls, asked.seed), home, scored=False)
        size = (home / "zhiyin.db").stat().st_size / 2**20
        print(f"{machine()}; load {os.getloadavg()[0]:.1f} while it was made ready")
        print(f"{asked.calls} calls of {CHARACTERS} characters, {size:.0f} MB\n")
        table(home, asked.ways)


def table(home: Path, ways: Sequence[str]) -> None:
    """A line for each way, and the ratio."""
    print("| way | seconds | processor seconds | ms a call | ÷ memory | MB |")
    print("|---|---|---|---|---|---|")
    base = 0.0
    for way in ways:
        took = measured(way, home)
        base = base or took["processor"]
        each = 1000 * took["processor"] / took["cards"]
        print(
            f"| {way} | {took['wall']:.1f} | {took['processor']:.1f} | {each:.1f} "
            f"| {took['processor'] / base:.2f} | {took['megabytes']:.0f} |",
            flush=True,
        )
    print(f"\ntarget: at most {TARGET} by processor seconds")


if __name__ == "__main__":
    main()
