"""Time and memory of `zhiyin topics` over 20,000 stored calls, the first night and the one after.

    python -m benchmarks.stored_topics [--calls 20000]      # two minutes of one core

The calls of `benchmarks/insight_calls.py`, stored with a card each. Measured is the command in a
process of its own, as a run starts it: processor seconds and the most memory that it held. The
second night a thirty-fifth of the calls is new. Topics are compared with the true ones, and with
what `nearest` says by the words alone. Writes its section of docs/insight-measured.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from benchmarks.insight_calls import DAYS, Planted, planted
from benchmarks.insight_page import put
from benchmarks.match import machine
from pipeline.call import Call, CallRecord, Interval, Speaker, Turn, Word
from pipeline.insight.talks import Bag
from pipeline.insight.topics import Topic, nearest
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import as_stored
from pipeline.storage.database import DEFAULTS, open_database, writing
from pipeline.storage.gists import Gists
from pipeline.storage.packing import pack_head, pack_turn
from pipeline.storage.plain import to_json
from pipeline.storage.review_tables import review
from pipeline.storage.search_tables import spoken
from pipeline.storage.tables import recording, ruleset, scorecard, transcript, turn
from pipeline.storage.topic_tables import gist
from pipeline.storage.topics import Topics
from pipeline.workflow.topic_findings import last_news
from tests.reviewed import POLITE, rules
from tests.talk import talk

TITLE = "Topics of stored calls"
LAST = date(2026, 11, 15)
SECONDS_A_CHARACTER = 0.2
PAUSE = 0.4
AT_ONCE = 500


def as_call(given: Planted) -> Call:
    """With times and voice, as a recogniser would have it."""
    turns: list[Turn] = []
    clock = 0.5
    for who, text in given.talk.turns:
        times = [clock + SECONDS_A_CHARACTER * n for n in range(len(text) + 1)]
        words = tuple(Word(c, times[n], times[n + 1], 0.95) for n, c in enumerate(text))
        turns.append(Turn(who, clock, times[-1], words, int(who == Speaker.CUSTOMER), 1.0, -20.0))
        clock = times[-1] + PAUSE
    speech = {
        who: tuple(Interval(t.start, t.end) for t in turns if t.speaker == who)
        for who in (Speaker.AGENT, Speaker.CUSTOMER)
    }
    return Call(id=given.talk.id, duration=clock, turns=tuple(turns), speech=speech)


def day_of(given: Planted) -> str:
    """The last of the planted days is LAST."""
    return (LAST - timedelta(days=DAYS - 1 - given.day)).isoformat()


def fill(home: Path, calls: Sequence[Planted], storage: Storage = DEFAULTS, first: int = 1) -> None:
    """Rows of each call, under numbers from the first on, and no index of its words: nothing here
    searches."""
    engine = open_database(home, storage)
    with writing(engine) as connection:
        row = {"digest": "d", "template": "t", "version": "1", "texts": "{}", "added": 0}
        connection.execute(insert(ruleset), [row])
    every = iter(enumerate(calls, first))
    while some := list(islice(every, AT_ONCE)):
        with writing(engine) as connection:
            _put(connection, some)
    engine.dispose()


def _put(connection: Connection, some: Sequence[tuple[int, Planted]]) -> None:
    made = [(number, given, as_call(given)) for number, given in some]
    connection.execute(insert(recording), [_recording(n, g) for n, g, _ in made])
    heads = [
        {"id": n, "content": _content(n), "fingerprint": "f", "added": 0, **pack_head(call)}
        for n, _, call in made
    ]
    connection.execute(insert(transcript), heads)
    said = [
        {"transcript_id": n, "number": at, **pack_turn(one)}
        for n, _, call in made
        for at, one in enumerate(call.turns)
    ]
    connection.execute(insert(turn), said)
    known = [{"transcript_id": n, "day": 1, "revision": 0} for n, _, _ in made]
    connection.execute(insert(spoken), known)
    connection.execute(insert(scorecard), [_card(n, g) for n, g, _ in made])
    connection.execute(insert(review), [_review(n, g) for n, g, _ in made])


def _content(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _recording(number: int, given: Planted) -> dict[str, Any]:
    about = CallRecord(agent=given.agent, customer=_content(number % 7_000)[:24])
    return {
        "id": number,
        "content": _content(number),
        "name": f"/calls/{number}.wav",
        "sources": "[]",
        "about": to_json(about),
        "state": "done",
        "outcome": "speech",
        "attempts": 1,
        "added": 0,
        "changed": 0,
        "day": day_of(given),
    }


def _card(number: int, given: Planted) -> dict[str, Any]:
    mine = {"id": number, "recording_id": number, "transcript_id": number, "revision": 0}
    points = {"state": "draft", "total": given.score, "max": 100.0, "fatal": False}
    return {**mine, **points, "ruleset": "d", "number": 1, "body": _body(), "added": 0}


@cache
def _body() -> str:
    """The same of all cards: what was found on them matters to nobody here."""
    return to_json(draft(as_stored(talk(*POLITE)), rules(), Scoring()))


def _review(number: int, given: Planted) -> dict[str, Any]:
    day = day_of(given)
    whose = {"agent": given.agent, "team": "1", "day": day, "started": f"{day}T09:00:00"}
    why = {"template": "t", "asked": "", "assigned": "", "risk": 0, "raised": 0, "lot": 0.5}
    how = {"state": "draft", "version": 0, "open": 0, "fatal": False, "by": ""}
    points = {"total": given.score, "max": 100.0}
    return {"scorecard_id": number, "recording_id": number, **whose, **why, **how, **points}


def measured(home: Path) -> tuple[float, float]:
    """The command: processor seconds, and MB that it held at most."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "topics", "--json"]
    out = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawn(
        sys.executable,
        [*command, "--home", str(home)],
        {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)],
    )
    _, status, used = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def forget_a_day(home: Path) -> int:
    """The gists of the last day are gone, as those of a new day's calls are not there yet."""
    engine = open_database(home)
    with writing(engine) as connection:
        new = select(recording.c.id).where(recording.c.day == LAST.isoformat())
        count = connection.execute(delete(gist).where(gist.c.transcript_id.in_(new))).rowcount
    engine.dispose()
    return int(count)


def truth_rows(home: Path, calls: Sequence[Planted]) -> Iterator[tuple[str, str]]:
    """What was found against what is so."""
    from sklearn.metrics import adjusted_mutual_info_score

    with Topics(home) as topics, Gists(home) as gists:
        placed = topics.placed(range(1, len(calls) + 1))
        kept = last_news(topics)
        assert kept is not None
        current = {one.number for one in kept[1].counted}
        known = [
            Topic(number=one.number, name=one.name, words=one.words)
            for one in topics.all()
            if one.number in current
        ]
        bags = {one.transcript: Bag("", one.customer) for one in gists.read(placed)}
    truth = [call.topic for call in calls]
    told = [placed[n].topic if n in placed else 0 for n in range(1, len(calls) + 1)]
    by_words = [
        next(iter(nearest(bags[n], known)), 0) if n in bags else 0 for n in range(1, len(calls) + 1)
    ]
    what = "stored topics against the true ones: adjusted mutual information"
    yield what, f"{adjusted_mutual_info_score(truth, told):.2f}"
    yield "the same by `nearest`", f"{adjusted_mutual_info_score(truth, by_words):.2f}"
    yield "topics that rose, words that rose", f"{len(kept[1].topics)}, {len(kept[1].words)}"


def section(count: int) -> str:
    """The table."""
    calls = list(planted(count))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home, calls)
        first = measured(home)
        new = forget_a_day(home)
        second = measured(home)
        rows = list(truth_rows(home, calls))
    turns = sum(len(call.talk.turns) for call in calls)
    nights = (("first night, all calls new", first), (f"night after, {new:,} calls new", second))
    lines = [
        f"Made by `benchmarks/stored_topics.py`: {count:,} calls, {turns:,} turns, SQLite;"
        f" one core of {machine()}.",
        "",
        "| | processor seconds | MB at most |",
        "|---|---:|---:|",
        *(f"| {what} | {seconds:.0f} | {most:.0f} |" for what, (seconds, most) in nights),
        "",
        "| | |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in rows),
    ]
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=20_000)
    made = section(parser.parse_args().calls)
    print(made)
    put(TITLE, made)


if __name__ == "__main__":
    main()
