"""A database with as many draft cards as wanted, made in bulk: real cards, few words."""

import random
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.call import CallRecord
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import as_stored, draft_of
from pipeline.storage.cards import add_ruleset, put_drafts
from pipeline.storage.database import open_database, tidy, writing
from pipeline.storage.packing import pack_head, pack_turn
from pipeline.storage.plain import to_json
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
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
APART_SECONDS = 25.0
INSPECTORS = ("chen", "li", "wang")


def fill(
    home: Path, storage: Storage, count: int, seed: int = 1, apart_seconds: float = APART_SECONDS
) -> None:
    """So many calls with a draft card each, of 500 agents in 20 teams, one every so many seconds:
    100,000 in a month."""
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
                made = [(call, card) for call, card, _ in chosen]
                _put(connection, batch, made, apart_seconds)
        if storage.url:
            tidy(engine)  # as the server would by itself, a little later
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    finally:
        engine.dispose()


def settle(home: Path, storage: Storage, part: float, seed: int = 1) -> None:
    """People have confirmed so large a part of the cards, each within two days, and said of what
    the machine charged that nine in ten are right."""
    engine = open_database(home, storage)
    drawn = random.Random(seed)
    try:
        with writing(engine) as connection:
            every = select(reviews.c.scorecard_id, reviews.c.max, reviews.c.started)
            cards = connection.execute(every.order_by(reviews.c.scorecard_id)).all()
            chosen = {
                row.scorecard_id: _settled(row, drawn) for row in cards if drawn.random() < part
            }
            names = next(iter(chosen.values()))
            mine = reviews.c.scorecard_id == bindparam("card")
            values = {name: bindparam(name) for name in names if name != "card"}
            connection.execute(update(reviews).where(mine).values(**values), list(chosen.values()))
            _settle_items(connection, chosen, drawn)
    finally:
        engine.dispose()


def _settled(row: Any, drawn: random.Random) -> dict[str, Any]:
    at = datetime.fromisoformat(row.started) + timedelta(hours=drawn.randrange(1, 48))
    state = drawn.choice(("confirmed", "released", "acknowledged"))
    ms = round(at.timestamp() * 1000)
    return {
        "card": row.scorecard_id,
        "state": state,
        "version": 1,
        "open": 0,
        "total": round(row.max * drawn.uniform(0.4, 1.0), 1),
        "by": drawn.choice(INSPECTORS),
        "confirmed_at": ms,
        "released_at": None if state == "confirmed" else ms + 60_000,
        "acknowledged_at": ms + 120_000 if state == "acknowledged" else None,
    }


def _settle_items(connection: Connection, cards: Container[int], drawn: random.Random) -> None:
    every = select(items).order_by(items.c.scorecard_id, items.c.item)
    said = []
    for row in connection.execute(every).all():
        if row.scorecard_id in cards:
            failed = drawn.random() < (0.9 if row.machine == "fail" else 0.4)
            lost = max(row.lost, row.at_stake) if failed else 0.0
            verdict = "fail" if failed else "pass"
            known = {"card": row.scorecard_id, "what": row.item}
            said.append({**known, "verdict": verdict, "lost": lost})
    mine = (items.c.scorecard_id == bindparam("card")) & (items.c.item == bindparam("what"))
    values = {"verdict": bindparam("verdict"), "lost": bindparam("lost"), "at_stake": 0.0}
    if said:
        connection.execute(update(items).where(mine).values(**values), said)


def put_cards(
    connection: Connection,
    ruleset: Ruleset,
    numbers: list[int],
    made: list[tuple[Any, Scorecard]],
) -> None:
    """Calls with their draft cards, by that ruleset, under those numbers, in one transaction."""
    add_ruleset(connection, ruleset)
    _put(connection, numbers, made, APART_SECONDS)


def _put(
    connection: Connection,
    numbers: list[int],
    made: list[tuple[Any, Scorecard]],
    apart_seconds: float,
) -> None:
    names = [f"{number:07}" for number in numbers]
    contents = [sha256(name.encode()).hexdigest() for name in names]
    connection.execute(
        insert(recordings), list(_recordings(numbers, names, contents, apart_seconds))
    )
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
    numbers: list[int], names: list[str], contents: list[str], apart_seconds: float
) -> Iterator[dict[str, Any]]:
    for number, name, content in zip(numbers, names, contents, strict=True):
        started = FIRST + timedelta(seconds=apart_seconds * number)
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
