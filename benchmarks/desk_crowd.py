"""Many inspectors at one desk at once, as a morning has them: python -m benchmarks.desk_crowd

    [--people 30] [--thought 2] [--calls 10] [--url postgresql://...]

Each has a connection of their own to a `zhiyin serve` started for it, asks for the next card, opens
it, decides every claim with a pause before each key, and submits; now and then one takes a
submission back and submits again. Printed as JSON, on SQLite and, where PostgreSQL is installed, on
a server of its own: the machine and its load, milliseconds of each act (median, 95th percentile),
cards that two were given at once (the second is told, and goes on to the next). It fails unless no
answer was an error, every act stands in the database once, and every card came to what it comes to
when one person does them all, one by one, through the functions alone.
"""

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.desk_inspector import CALLS, PEOPLE, THOUGHT, Inspector, Wish, client, view
from benchmarks.many_cards import fill
from benchmarks.match import machine
from pipeline.scoring.reckoning import claims
from pipeline.scoring.review import Mark, Marking
from pipeline.settings import Reviewing, Storage
from pipeline.storage import Act, People, Person, Role
from pipeline.storage.database import open_database
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.databases import find_binaries, started
from tests.desk.people import PASSWORD, quick
from tests.desk.served import command

SPARE = 1.1
"""So many more cards than are asked for."""
MARKS = "SELECT scorecard_id, kind, item, hit, says FROM mark WHERE kind != 'undo'"
CAME = "SELECT scorecard_id, total, max, fatal, open FROM review WHERE state != 'draft'"


def logins(count: int) -> list[str]:
    return [f"inspector-{n}" for n in range(count)]


def prepare(home: Path, storage: Storage, wish: Wish) -> None:
    """People, cards, and settings by which every card is in the queue."""
    settings = ["[review]", "random_share = 1.0"]
    if storage.url:
        settings += ["[storage]", f'url = "{storage.url}"']
    (home / "zhiyin.toml").write_text("\n".join(settings) + "\n", "utf-8")
    password = quick().hash(PASSWORD)
    with People(home, storage) as people:
        for login in logins(wish.people):
            one = Person(id=0, login=login, name=login, role=Role.INSPECTOR, agent="", teams=())
            people.add(replace(one, password=password), Act("crowd", "user-added", login))
    fill(home, storage, round(wish.people * wish.calls * SPARE))


def crowd(home: Path, storage: Storage, wish: Wish) -> tuple[dict[str, Any], list[str]]:
    """The figures of a morning, and what is not as it should be."""
    prepare(home, storage, wish)
    began = time.perf_counter()
    with command(home) as (found, _):
        people = [Inspector(login, client(found.url), wish) for login in logins(wish.people)]
        threads = [threading.Thread(target=_morning, args=(one,)) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seconds = time.perf_counter() - began
    acts = {name for one in people for name in one.took}
    took = {
        name: _sum([s for one in people for s in one.took.get(name, [])]) for name in sorted(acts)
    }
    figures = {"seconds": round(seconds), "met": sum(one.met for one in people), "ms": took}
    wrong = [said for one in people for said in one.wrong]
    return figures, wrong + list(lost(home, storage, people))


def _morning(one: Inspector) -> None:
    try:
        one.enter()
        one.work()
    except Exception as error:  # a thread's end would not be noticed otherwise
        one.wrong.append(repr(error))


def _sum(seconds: list[float]) -> dict[str, float]:
    ms = [1000 * one for one in seconds]
    p95 = statistics.quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]
    return {"n": len(ms), "median": round(statistics.median(ms), 1), "p95": round(p95, 1)}


def lost(home: Path, storage: Storage, people: list[Inspector]) -> Iterator[str]:
    """What people were told was saved and is not, or is twice; and what came to something else."""
    did: Counter[tuple[Any, ...]] = Counter()
    for one in people:
        did += one.did
    there = Counter(rows(home, storage, MARKS))
    yield from (f"lost: {act}" for act in (did - there).elements())
    yield from (f"twice: {act}" for act in (there - did).elements())
    came = {row[0]: row[1:] for row in rows(home, storage, CAME)}
    if len(came) != sum(one.wish.calls for one in people):
        yield f"{len(came)} cards were submitted"
    with tempfile.TemporaryDirectory() as folder:
        alone = one_by_one(Path(folder), people[0].wish, list(came))
    yield from (f"another result: {card}" for card, row in came.items() if row != alone[card])


def one_by_one(home: Path, wish: Wish, cards: list[int]) -> dict[int, tuple[Any, ...]]:
    """The same cards, marked by one person who has the desk for themselves."""
    storage = Storage()
    prepare(home, storage, wish)
    with People(home, storage) as people, Reviews(home, storage) as reviews:
        asker = people.named(logins(1)[0])
        assert asker
        for card in cards:
            review, version = reviews.read(card), 0
            assert review
            for item in review.card.items:
                for hit in claims(item):
                    says = view(card, item.id, hit)
                    mark = Mark(kind=Marking.HIT, by="", item=item.id, hit=hit, says=says)
                    version = reviewing.mark(reviews, asker, card, version, [mark]).version
            reviewing.confirm(reviews, asker, card, version, Reviewing(random_share=1.0))
    return {row[0]: row[1:] for row in rows(home, storage, CAME)}


def rows(home: Path, storage: Storage, query: str) -> list[tuple[Any, ...]]:
    engine = open_database(home, storage)
    try:
        with engine.connect() as connection:
            return [_told(tuple(row)) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def _told(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same of both databases: one says true where the other says 1."""
    return tuple(int(value) if isinstance(value, bool) else value for value in row)


@contextmanager
def databases(url: str) -> Iterator[dict[str, Storage]]:
    binaries = find_binaries()
    with started(binaries) if binaries and not url else nullcontext() as server:
        found = {"sqlite": Storage()}
        if url or server:
            found["postgresql"] = Storage(url=url or (server.fresh() if server else ""))
        yield found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=PEOPLE)
    asked.add_argument("--thought", type=float, default=THOUGHT)
    asked.add_argument("--calls", type=int, default=CALLS)
    asked.add_argument("--url", default="")
    given = asked.parse_args()
    wish = Wish(given.people, given.thought, given.calls)
    told: dict[str, Any] = {"machine": machine(), "load before": round(os.getloadavg()[0], 1)}
    wrong = []
    with databases(given.url) as found:
        for name, storage in found.items():
            with tempfile.TemporaryDirectory() as folder:
                told[name], faults = crowd(Path(folder), storage, wish)
                wrong += [f"{name}: {fault}" for fault in faults]
    print(json.dumps(told, ensure_ascii=False, indent=1))
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


if __name__ == "__main__":
    main()
