"""The desk's pages for trainers over many stored, reviewed cards, as a browser asks for them.

    python -m benchmarks.desk_training --home FOLDER --fill [--cards 100000] [--calls 20000]
    python -m benchmarks.desk_training --home FOLDER [--times 20] [--url postgresql://...]

The first makes a home: the calls of `benchmarks/insight_calls.py` with topics found over them (as
many as topics are looked for in), and beside them the cards of `benchmarks/many_cards.py`; two
cards in three are settled, and some trainings entered. The second measures: milliseconds by the
clock and of processor time as JSON, from the request to the last byte, without a network; first
what the end of a night counts, then each page. The goal is a p95 of 300 ms.
"""

import argparse
import json
import secrets
import sys
import time
from datetime import date
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.desk_lists import clocked
from benchmarks.insight_calls import planted
from benchmarks.many_cards import fill, settle
from benchmarks.match import machine
from benchmarks.stored_topics import fill as fill_planted
from pipeline.desk.app import create_app
from pipeline.desk.cookies import SESSION
from pipeline.settings import Settings, Storage
from pipeline.storage import Act, People
from pipeline.storage.topic_records import Training
from pipeline.storage.topics import Topics
from pipeline.storage.trainings import Trainings
from pipeline.workflow.gathering import gather
from pipeline.workflow.learning import apply_lesson
from pipeline.workflow.people import hashed
from pipeline.workflow.topic_findings import last_news
from tests.desk.people import PEOPLE, let_everybody_in

PERIOD = "since=2026-10-01&until=2026-11-15"
"""All of them."""
BEFORE_SECONDS = 10.5 * 86_400
"""From the first card to the first planted call: topics are found over the latter."""
PLANTED = 1_000_001
"""The number of the first planted call."""
TRAININGS = 10


def make(home: Path, storage: Storage, calls: int, cards: int) -> None:
    """Fill a database."""
    began = time.perf_counter()
    home.mkdir(parents=True, exist_ok=True)
    fill(home, storage, cards - calls, apart_seconds=BEFORE_SECONDS / (cards - calls))
    fill_planted(home, list(planted(calls)), storage, first=PLANTED)
    gather(home, Settings(storage=storage), date.today(), lambda done, of: None)
    settle(home, storage, 0.67)
    let_everybody_in(home, storage)
    with Trainings(home, storage) as trainings:
        for number in range(TRAININGS):
            training = Training(
                name=f"第{number + 1}期",
                day=f"2026-10-{5 + 2 * number:02}",
                items=(("small", "taboo"), ("small", "hello")),
                agents=tuple(str(8000 + 20 * number + n) for n in range(12)),
                by="lead",
            )
            trainings.add(training, Act("lead", "training-added", training.day))
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def pages(home: Path, storage: Storage) -> dict[str, str]:
    """What a trainer opens, and where."""
    with Topics(home, storage) as topics:
        kept = last_news(topics)
        assert kept is not None
        topic = max(kept[1].counted, key=lambda one: sum(one.weeks)).number
    return {
        "training, all days": f"/training?{PERIOD}",
        "training, one agent": f"/training?{PERIOD}&agent=8007",
        "training, one team": f"/training?{PERIOD}&team=3组",
        "learning": "/learning",
        "topics": "/topics",
        "topic": f"/topics/{topic}",
        "pairs": f"/topics/pairs?topic={topic}",
        "habits": "/topics/habits",
        "similar": f"/cards/{PLANTED}/similar",
        "cases": "/cases",
    }


def measure(home: Path, storage: Storage, times: int) -> dict[str, object]:
    """All figures on one database."""
    settings = Settings(storage=storage)
    began = time.perf_counter()
    apply_lesson(home, settings)
    found: dict[str, object] = {"end of a night, seconds": round(time.perf_counter() - began, 1)}
    app = create_app(home, settings)
    with People(home, storage) as people:
        lead = people.named(PEOPLE["lead"].login)
        assert lead
        token = secrets.token_hex()
        people.open_session(hashed(token), lead, Act("lead", "logged-in", "lead"))
    client = TestClient(app, base_url="https://127.0.0.1:8420", cookies={SESSION: token})
    for name, path in pages(home, storage).items():
        first = clocked(lambda p=path: _get(client, p), 2)["p95"]  # type: ignore[misc]
        found[name] = {"first": first, **clocked(lambda p=path: _get(client, p), times)}  # type: ignore[misc]
    return found


def _get(client: TestClient, path: str) -> bytes:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content


def main() -> None:
    """The figures go to the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    storage = Storage(url=asked.url)
    if asked.fill:
        make(asked.home, storage, asked.calls, asked.cards)
        return
    found = measure(asked.home, storage, asked.times)
    said = {"machine": machine(), "database": "postgresql" if asked.url else "sqlite"}
    print(json.dumps({**said, "milliseconds": found}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
