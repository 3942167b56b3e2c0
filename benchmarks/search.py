"""Searches over many turns, on SQLite and, where PostgreSQL is installed, on a server of its own.

    python -m benchmarks.search [--turns 1000000] [--scanned 100000] [--only sqlite]

Calls of the samples' grammar, 50 turns each, with a card each. 200 phrases of one to eight
characters, spread evenly over the logarithm of how many turns say them; those in more than 5 % of
the turns are counted apart. Milliseconds by the clock and of this process's processor time (on
PostgreSQL without the server's), 50th and 95th percentile, as JSON: as the shell searches, as a
lead does at the desk, and in the calls of one team in ten. The goal is 50 ms on SQLite and 150 ms
on PostgreSQL at the 95th. On --scanned turns every answer is compared with reading them all.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from functools import cache
from itertools import islice
from math import log
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, text

from benchmarks.match import machine
from pipeline.call import Speaker, Turn, Word
from pipeline.settings import Storage
from pipeline.storage.database import open_database, reading, writing
from pipeline.storage.packing import pack_turn
from pipeline.storage.review_records import Wanted
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.search import Search
from pipeline.storage.search_index import INDEX, Stretch, newest
from pipeline.storage.search_keys import TOP, number_of_day
from pipeline.storage.search_records import Among
from pipeline.storage.search_rows import Spoken, put_words
from pipeline.storage.tables import recording, ruleset, scorecard, transcript, turn
from pipeline.text.normal import normal
from pipeline.text.query import Said
from sample_audio.dialogues import dialogue
from tests.databases import find_binaries, started

TURNS = 50
AT_ONCE = 500
"""Calls that are written in one transaction."""
DAYS = 180
FIRST_DAY = date(2026, 5, 1)
QUERIES = 200
COMMON = 0.05
AMONG = {
    "of the shell": Among(),
    "of a lead at the desk": Among(cards=Wanted(share=0.0)),
    "of one team in ten": Among(cards=Wanted(share=0.0, team="3组")),
}
SPEAKERS = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}
Lines = list[tuple[Speaker, str]]


def calls(count: int) -> Iterator[Lines]:
    """Each of written dialogues one behind the other."""
    lines = (
        (SPEAKERS.get(line.speaker, Speaker.OTHER), line.text)
        for seed in range(10**9)
        for line in dialogue(seed).lines
    )
    for _ in range(count):
        yield list(islice(lines, TURNS))


@cache
def packed(speaker: Speaker, said: str) -> dict[str, Any]:
    words = tuple(Word(one, i / 5, (i + 1) / 5) for i, one in enumerate(said))
    return pack_turn(Turn(speaker, 0.0, len(said) / 5, words))


def fill(home: Path, storage: Storage, count: int) -> None:
    """Calls with their cards; PostgreSQL makes the index of tokens when they are in."""
    engine = open_database(home, storage)
    every = calls(count)
    with writing(engine) as connection:
        connection.execute(
            insert(ruleset).values(digest="r", template="t", version="1", texts="{}", added=0)
        )
        if storage.url:
            connection.execute(text(f"DROP INDEX ix_{INDEX}"))
    for first in range(1, count + 1, AT_ONCE):
        with writing(engine) as connection:
            write(connection, first, list(islice(every, AT_ONCE)), count)
    if storage.url:
        plain = engine.execution_options(isolation_level="AUTOCOMMIT")
        with plain.connect() as connection:
            connection.execute(text("SET maintenance_work_mem = '512MB'"))
            connection.execute(text(f"CREATE INDEX ix_{INDEX} ON {INDEX} USING gin (tokens)"))
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def write(connection: Connection, first: int, some: list[Lines], count: int) -> None:
    """Numbered from first on; a night's calls one behind the other."""
    rows: dict[Any, list[dict[str, Any]]] = {}
    for number, lines in enumerate(some, first):
        day = (FIRST_DAY + timedelta(days=DAYS * number // count)).isoformat()
        for table, row in of_call(number, day):
            rows.setdefault(table, []).append(row)
        rows.setdefault(turn, []).extend(
            {**packed(*line), "transcript_id": number, "number": at}
            for at, line in enumerate(lines)
        )
    for table, values in rows.items():
        connection.execute(insert(table), values)
    for number, lines in enumerate(some, first):
        day = (FIRST_DAY + timedelta(days=DAYS * number // count)).isoformat()
        put_words(connection, Spoken(number, number_of_day(day), 0, 1000, lines))


def of_call(number: int, day: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    about = json.dumps({"agent": f"8{number % 200:03}", "started": f"{day}T09:00:00"})
    yield (
        recording,
        {
            "id": number,
            "content": f"c{number}",
            "name": f"/{number}.wav",
            "sources": "[]",
            "about": about,
            "state": "done",
            "outcome": "speech",
            "attempts": 1,
            "added": 0,
            "changed": 0,
            "day": day,
        },
    )
    yield (
        transcript,
        {
            "id": number,
            "content": f"c{number}",
            "fingerprint": "f",
            "engine": "",
            "added": 0,
            "medium": "voice",
            "duration": 300_000,
            "untrusted": "[]",
            "remarks": "[]",
        },
    )
    yield (
        scorecard,
        {
            "id": number,
            "recording_id": number,
            "transcript_id": number,
            "revision": 0,
            "ruleset": "r",
            "state": "draft",
            "total": 90,
            "max": 100,
            "fatal": False,
            "body": "{}",
            "added": 0,
        },
    )
    yield (
        reviews,
        {
            "scorecard_id": number,
            "recording_id": number,
            "day": day,
            "started": f"{day}T09:00:00",
            "agent": f"8{number % 200:03}",
            "team": f"{number % 10}组",
            "lot": 0.5,
            "template": "t",
            "asked": "",
            "assigned": "",
            "risk": 1,
            "raised": 0,
            "state": "draft",
            "version": 0,
            "open": 0,
            "total": 90,
            "max": 100,
            "fatal": False,
            "by": "",
        },
    )


def chosen(connection: Connection, count: int, turns: int) -> list[tuple[str, float]]:
    """Phrases and their share of the turns, spread over the logarithm of it."""
    random = Random(1)
    forms = [normal(said).text for lines in calls(200) for _, said in lines]
    found: dict[str, int] = {}
    while len(found) < 4 * count:
        form = random.choice(forms)
        length = random.choice((1, 2, 2, 3, 3, 4, 5, 6, 8))
        at = random.randrange(max(1, len(form) - length + 1))
        if len(phrase := form[at : at + length]) == length and phrase not in found:
            found[phrase] = len(newest(connection, [Said(phrase)], Stretch(0, TOP)))
    ranked = sorted(found.items(), key=lambda one: one[1])
    low, high = log(ranked[0][1]), log(ranked[-1][1])
    picked: dict[str, float] = {}
    for i in range(count):
        wanted = low + (high - low) * i / (count - 1)
        left = [one for one in ranked if one[0] not in picked]
        phrase, many = min(left, key=lambda one: abs(log(one[1]) - wanted))
        picked[phrase] = many / turns
    return list(picked.items())


def clocked(search: Search, queries: list[tuple[str, float]], among: Among) -> dict[str, Any]:
    """Each asked once, after twenty of them were asked; in a process that has set aside what it
    loaded, as the desk does."""
    for phrase, _ in queries[:: len(queries) // 20]:
        search.find(Said(phrase), among)
    gc.collect()
    gc.freeze()
    took: dict[str, list[tuple[float, float]]] = {"up to 5 %": [], "more": []}
    for phrase, share in queries:
        began, processor = time.perf_counter(), time.process_time()
        search.find(Said(phrase), among)
        spent = time.perf_counter() - began, time.process_time() - processor
        took["more" if share > COMMON else "up to 5 %"].append(spent)
    return {
        name: {
            "queries": len(spent),
            **percentiles([s[0] for s in spent], "clock"),
            **percentiles([s[1] for s in spent], "processor"),
        }
        for name, spent in took.items()
        if len(spent) > 1
    }


def percentiles(seconds: list[float], name: str) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=20)
    return {f"{name} p50": round(1000 * cuts[9], 1), f"{name} p95": round(1000 * cuts[18], 1)}


def differing(home: Path, storage: Storage, count: int, queries: list[str]) -> int:
    """Queries whose answer is another than that of reading every turn."""
    forms = [[normal(said).text for _, said in lines] for lines in calls(count)]
    wrong = 0
    with Search(home, storage) as search:
        for phrase in queries:
            wanted = [
                (number, at)
                for number in range(count, 0, -1)
                for at, form in enumerate(forms[number - 1])
                if phrase in form
            ]
            found = search.find(Said(phrase), Among(), 1_000)
            hits = [(hit.recording, hit.turn) for hit in found.hits]
            whole = found.count == min(1_000, len(wanted)) and found.more == (len(wanted) > 1_000)
            wrong += hits != wanted[:1_000] or not whole
    return wrong


def size(home: Path, storage: Storage) -> dict[str, float]:
    """Megabytes of the index, and of all."""
    engine = open_database(home, storage)
    with reading(engine) as connection:
        if storage.url:
            asked = (
                f"SELECT pg_total_relation_size('{INDEX}'), pg_database_size(current_database())"
            )
            index, whole = connection.execute(text(asked)).one()
        else:
            asked = f"SELECT sum(length(block)) FROM {INDEX}_data"
            index = connection.execute(text(asked)).scalar_one()
            whole = (home / "zhiyin.db").stat().st_size
    engine.dispose()
    return {"index_mb": round(index / 1e6), "database_mb": round(whole / 1e6)}


def measure(home: Path, storage: Storage, turns: int, scanned: int) -> dict[str, Any]:
    """All figures of one kind of database; scanned: in a home beside it, on SQLite."""
    began = time.perf_counter()
    fill(home, storage, turns // TURNS)
    figures: dict[str, Any] = {"filled_seconds": round(time.perf_counter() - began)}
    print(f"filled in {figures['filled_seconds']} s", file=sys.stderr)
    engine = open_database(home, storage)
    with reading(engine) as connection:
        queries = chosen(connection, QUERIES, turns)
    engine.dispose()
    with Search(home, storage) as search:
        for name, among in AMONG.items():
            figures[name] = clocked(search, queries, among)
    if turns == scanned:
        figures["differing"] = differing(home, storage, turns // TURNS, [q for q, _ in queries])
    return {**figures, **size(home, storage), "load": [round(one, 1) for one in os.getloadavg()]}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description="searches over many turns")
    parser.add_argument("--turns", type=int, default=1_000_000)
    parser.add_argument("--scanned", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    found: dict[str, Any] = {"turns": given.turns, "machine": machine()}
    binaries = find_binaries()
    for kind in ("sqlite", "postgresql"):
        if given.only in (None, kind) and (kind == "sqlite" or binaries):
            for turns in sorted({given.scanned, given.turns} - {0}):
                with (
                    tempfile.TemporaryDirectory() as folder,
                    started(binaries)
                    if kind == "postgresql" and binaries
                    else nullcontext() as server,
                ):
                    storage = Storage(url=server.fresh()) if server else Storage()
                    figures = measure(Path(folder), storage, turns, given.scanned)
                    found[f"{kind}, {turns} turns"] = figures
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
