"""A database with as many draft cards as wanted, made in bulk: real cards, few words."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from pipeline.call import CallRecord
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import as_stored, draft_of
from pipeline.storage.cards import add_ruleset, put_drafts
from pipeline.storage.database import open_database, tidy, writing
from pipeline.storage.packing import pack_head, pack_turn
from pipeline.storage.plain import to_json
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.tables import turn as turns
from tests.reviewed import DOUBTFUL, POLITE, RUDE, rules
from tests.talk import talk

AT_ONCE = 2_000
AGENTS, TEAMS = 500, 20
ABUSIVE = ("坐席 1 您好", "坐席 6 你这个笨蛋")
KINDS = ((POLITE, 60), (RUDE, 25), (DOUBTFUL, 14), (ABUSIVE, 1))
"""How many calls in a hundred are of which kind."""
FIRST = datetime(2026, 10, 1, 8)


def fill(home: Path, storage: Storage, count: int, seed: int = 1) -> None:
    """So many calls with a draft card each, of a month, of 500 agents in 20 teams."""
    engine = open_database(home, storage)
    drawn = random.Random(seed)
    kinds = [(as_stored(talk(*lines)), weight) for lines, weight in KINDS]
    drafted = [(call, draft(call, rules(), Scoring()), weight) for call, weight in kinds]
    try:
        with writing(engine) as connection:
            add_ruleset(connection, rules())
        every = iter(range(count))
        while batch := list(islice(every, AT_ONCE)):
            with writing(engine) as connection:
                chosen = drawn.choices(drafted, [weight for *_, weight in drafted], k=len(batch))
                _put(connection, batch, [(call, card) for call, card, _ in chosen])
        if storage.url:
            tidy(engine)  # as the server would by itself, a little later
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    finally:
        engine.dispose()


def _put(connection: Connection, numbers: list[int], made: list[tuple[Any, Scorecard]]) -> None:
    names = [f"{number:07}" for number in numbers]
    contents = [sha256(name.encode()).hexdigest() for name in names]
    connection.execute(insert(recordings), list(_recordings(numbers, names, contents)))
    head = {"fingerprint": "f", "added": 0}
    heads = zip(contents, made, strict=True)
    rows = [{"content": content, **head, **pack_head(call)} for content, (call, _) in heads]
    connection.execute(insert(transcripts), rows)
    heard = _ids(connection, transcripts, contents)
    said = [
        {"transcript_id": heard[content], "number": number, **pack_turn(turn)}
        for content, (call, _) in zip(contents, made, strict=True)
        for number, turn in enumerate(call.turns)
    ]
    connection.execute(insert(turns), said)
    owners = _ids(connection, recordings, contents)
    drafts = [
        draft_of(replace(card, call_id=name), (owners[content], heard[content], 0))
        for name, content, (_, card) in zip(names, contents, made, strict=True)
    ]
    put_drafts(connection, drafts)


def _ids(connection: Connection, table: Any, contents: list[str]) -> dict[str, int]:
    rows = connection.execute(
        select(table.c.content, table.c.id).where(table.c.content.in_(contents))
    )
    return {row.content: row.id for row in rows}


def _recordings(
    numbers: list[int], names: list[str], contents: list[str]
) -> Iterator[dict[str, Any]]:
    for number, name, content in zip(numbers, names, contents, strict=True):
        started = FIRST + timedelta(seconds=25 * number)
        agent = number * 7919 % AGENTS
        about = CallRecord(
            id=name,
            agent=str(8000 + agent),
            team=f"{agent % TEAMS + 1}组",
            started=started.isoformat(),
        )
        yield {
            "content": content,
            "name": name,
            "sources": f'["/calls/{name}.wav"]',
            "about": to_json(about),
            "state": "done",
            "outcome": "speech",
            "attempts": 1,
            "added": 0,
            "changed": 0,
            "day": started.date().isoformat(),
        }
