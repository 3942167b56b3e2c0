"""The desk's lists over many stored cards: a page of the queue, and the next card after submit.

    python -m benchmarks.desk_lists [--cards 100000] [--times 100] [--url postgresql://...]

Milliseconds by the clock (median, 95th percentile) and of this process's processor time (mean; all
of the work on SQLite, not the server's on PostgreSQL) as JSON, on SQLite and, where PostgreSQL is
installed, on a server of its own; by URL on an empty database. The goal is 200 ms each.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from benchmarks.many_cards import fill
from benchmarks.match import machine
from pipeline.settings import Reviewing, Storage
from pipeline.storage.review_records import Wanted, Why
from pipeline.storage.reviews import Reviews
from pipeline.workflow.reviewing import confirm, next_card, open_card, queue
from tests.databases import find_binaries, started
from tests.reviewed import INSPECTOR

SHARE = 0.02
QUEUE = Wanted(share=SHARE, queued=True)
EVERYTHING = Wanted(share=SHARE)
LISTS = {
    "queue, first page": (QUEUE, 0),
    "queue, page 100": (QUEUE, 5_000),
    "queue of a team": (replace(QUEUE, teams=("3组",)), 0),
    "queue of an agent": (replace(QUEUE, agent="8123"), 0),
    "queue, an item raised": (replace(QUEUE, item="abuse"), 0),
    "queue, the random share": (replace(QUEUE, why=Why.RANDOM), 0),
    "all cards, last day first": (EVERYTHING, 0),
    "all cards below 80 %, a week": (
        replace(EVERYTHING, below=0.8, since="2026-10-05", until="2026-10-11"),
        0,
    ),
}


def clocked(act: Callable[[], object], times: int) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, of so many."""
    seconds, processor = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return {
        "median": round(1000 * statistics.median(seconds), 1),
        "p95": round(1000 * statistics.quantiles(seconds, n=20)[-1], 1),
        "processor": round(1000 * (time.process_time() - processor) / times, 1),
    }


def measure(home: Path, storage: Storage, cards: int, times: int) -> dict[str, dict[str, float]]:
    """All figures on one database, which is filled."""
    began = time.perf_counter()
    fill(home, storage, cards)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    with Reviews(home, storage) as reviews:
        found = {
            name: clocked(lambda w=wanted, o=offset: queue(reviews, INSPECTOR, w, o), times)  # type: ignore[misc]
            for name, (wanted, offset) in LISTS.items()
        }
        found["next card, opened"] = clocked(_work(reviews, submit=False), times)
        found["submit, next card, opened"] = clocked(_work(reviews, submit=True), times)
    return found


def _work(reviews: Reviews, submit: bool) -> Callable[[], object]:
    """What follows a key: the card in hand is confirmed, the next one is looked for and read."""
    settings = Reviewing()
    hand = [next_card(reviews, INSPECTOR, QUEUE)]

    def act() -> None:
        card = hand[0]
        assert card is not None
        if submit:
            confirm(reviews, INSPECTOR, card, 0, settings)
        hand[0] = next_card(reviews, INSPECTOR, QUEUE, after=None if submit else card)
        assert hand[0] is not None
        open_card(reviews, INSPECTOR, hand[0])

    return act


def databases(url: str) -> Iterator[tuple[str, Path, Storage]]:
    """The databases to measure on; those of its own are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="desk-lists-") as folder:
        if url:
            yield "postgresql", Path(folder), Storage(url=url)
            return
        yield "sqlite", Path(folder), Storage()
    binaries = find_binaries()
    with (
        tempfile.TemporaryDirectory() as folder,
        started(binaries) if binaries else nullcontext() as server,
    ):
        if server is not None:
            yield "postgresql", Path(folder), Storage(url=server.fresh())


def main() -> None:
    """The figures go to the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    for name, home, storage in databases(asked.url):
        said = {
            "machine": machine(),
            "database": name,
            "cards": asked.cards,
            "times": asked.times,
            "milliseconds": measure(home, storage, asked.cards, asked.times),
            "load": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(said, ensure_ascii=False, indent=2), flush=True)


if __name__ == "__main__":
    main()
