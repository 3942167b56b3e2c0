"""The desk's queue, overview and exports over many stored cards, as a browser asks for them.

    python -m benchmarks.desk_figures [--cards 100000] [--times 20]

Two cards in three are settled. Milliseconds by the clock and of processor time as JSON, from
the request to the last byte, without a network; the workbook once, in seconds, with the memory that
it took. On SQLite and, where PostgreSQL is installed, on a server of its own. The goal is 200 ms
for a page of the queue on an idle machine.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.desk_lists import clocked, databases
from benchmarks.many_cards import fill, settle
from benchmarks.match import machine
from pipeline.desk.app import create_app
from pipeline.desk.cookies import SESSION
from pipeline.settings import Settings, Storage
from pipeline.storage import Act, People
from pipeline.workflow.people import hashed
from tests.desk.people import PEOPLE, let_everybody_in

PAGES = {
    "queue, first page": "/",
    "queue, page 100": "/?page=100",
    "queue, the list alone": "/queue",
    "queue, of an agent": "/queue?agent=8123",
    "queue, an item raised": "/queue?item=abuse",
    "all cards": "/queue?state=all",
    "next card": "/next",
    "overview of a month": "/overview?since=2026-10-01&until=2026-10-31",
    "failures": "/failures",
}


def measure(home: Path, storage: Storage, cards: int, times: int) -> dict[str, object]:
    """All figures on one database, which is filled."""
    began = time.perf_counter()
    fill(home, storage, cards)
    settle(home, storage, 0.67)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    let_everybody_in(home, storage)
    app = create_app(home, Settings(storage=storage))
    with People(home, storage) as people:
        lead = people.named(PEOPLE["lead"].login)
        assert lead
        people.open_session(hashed("x"), lead, Act("lead", "logged-in", "lead"))
    client = TestClient(app, base_url="https://127.0.0.1:8420", cookies={SESSION: "x"})
    found: dict[str, object] = {
        name: clocked(lambda p=path: _get(client, p), times)  # type: ignore[misc]
        for name, path in PAGES.items()
    }
    before, began = _memory(), time.perf_counter()
    size = len(_get(client, "/export.xlsx"))
    found["workbook"] = {
        "seconds": round(time.perf_counter() - began, 1),
        "megabytes": round(size / 1e6, 1),
        "memory_megabytes": round((_memory() - before) / 1024, 1),
    }
    return found


def _get(client: TestClient, path: str) -> bytes:
    answer = client.get(path, follow_redirects=False, headers={"accept": "text/html"})
    assert answer.status_code in (200, 303), (path, answer.status_code)
    return answer.content


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """The figures go to the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    found = {n: measure(h, s, asked.cards, asked.times) for n, h, s in databases("")}
    said = {"machine": machine(), "cards": asked.cards, "times": asked.times, "found": found}
    print(json.dumps(said, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
