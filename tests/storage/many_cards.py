"""Many cards without hearing or drafting many calls: a few real ones, their rows multiplied.

Agents, teams, days, states and people's verdicts are drawn by a seed. Used by tests of figures and
by benchmarks of lists.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from pipeline.settings import Storage
from pipeline.storage.database import open_database, reading, writing
from pipeline.storage.review_rows import lot_of
from pipeline.storage.review_tables import review, review_item
from pipeline.storage.tables import recording, scorecard, transcript, turn

AT_ONCE = 1_000
TEAMS = ("甲组", "乙组", "丙组", "")
INSPECTORS = ("chen", "li", "wang")
STATES = ("draft", "draft", "confirmed", "confirmed", "released", "acknowledged")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """How many cards, over how many days up to the last. agents: 8001 and on; with_turns: their
    transcripts have words, so that calls can be opened."""

    cards: int
    days: int = 30
    last: date = date(2026, 3, 31)
    agents: int = 40
    seed: int = 1
    with_turns: bool = False
    states: Sequence[str] = STATES
    first_silent: int = 3
    """So many are silent, and so many are test calls."""


def multiply(home: Path, storage: Storage, many: Many) -> None:
    """Add the cards to a home that holds a few."""
    engine = open_database(home, storage)
    try:
        with reading(engine) as connection:
            models = list(_models(connection))
            begin = {
                table.name: int(connection.execute(select(func.max(table.c.id))).scalar_one())
                for table in (recording, transcript, scorecard)
            }
        random = Random(many.seed)
        for start in range(0, many.cards, AT_ONCE):
            with writing(engine) as connection:
                made: dict[Table, list[Row]] = {}
                for n in range(start, min(start + AT_ONCE, many.cards)):
                    ids = {name: first + 1 + n for name, first in begin.items()}
                    _one(made, models[n % len(models)], ids, n, (many, random))
                for table, rows in made.items():
                    connection.execute(insert(table), rows)
        if engine.dialect.name == "postgresql":
            _past_the_last(engine)
    finally:
        engine.dispose()


def _past_the_last(engine: Any) -> None:
    """Rows with given numbers leave PostgreSQL's own counting behind."""
    with writing(engine) as connection:
        for name in ("recording", "transcript", "scorecard"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _models(connection: Connection) -> Iterator[Mapping[str, Any]]:
    for card in connection.execute(select(scorecard).order_by(scorecard.c.id)).mappings():
        of = {
            recording: recording.c.id == card["recording_id"],
            transcript: transcript.c.id == card["transcript_id"],
            turn: turn.c.transcript_id == card["transcript_id"],
            review: review.c.scorecard_id == card["id"],
            review_item: review_item.c.scorecard_id == card["id"],
        }
        found = {
            table.name: [dict(r) for r in connection.execute(select(table).where(is_)).mappings()]
            for table, is_ in of.items()
        }
        yield {**found, "scorecard": [dict(card)]}


def _one(
    made: dict[Table, list[Row]],
    model: Mapping[str, Any],
    ids: Mapping[str, int],
    n: int,
    of: tuple[Many, Random],
) -> None:
    many, random = of
    content = hashlib.sha256(f"{many.seed} {n}".encode()).hexdigest()
    agent = 8001 + random.randrange(many.agents)
    day = (many.last - timedelta(days=random.randrange(many.days))).isoformat()
    started = f"{day}T{8 + n % 12:02}:{n % 60:02}:00"
    team = TEAMS[agent % len(TEAMS)]
    about = json.loads(model["recording"][0]["about"])
    about |= {"agent": str(agent), "team": team or None, "started": started}
    about["test_call"] = many.first_silent <= n < 2 * many.first_silent
    name = f"/calls/{n:07}.wav"
    made.setdefault(recording, []).append(
        {
            **model["recording"][0],
            "id": ids["recording"],
            "content": content,
            "name": name,
            "sources": json.dumps([name]),
            "about": json.dumps(about, ensure_ascii=False, separators=(",", ":")),
            "outcome": "silent" if n < many.first_silent else "speech",
            "day": day,
        }
    )
    heard = {"id": ids["transcript"], "content": content}
    made.setdefault(transcript, []).append({**model["transcript"][0], **heard})
    if many.with_turns:
        number = {"transcript_id": ids["transcript"]}
        made.setdefault(turn, []).extend({**one, **number} for one in model["turn"])
    rests = {"recording_id": ids["recording"], "transcript_id": ids["transcript"]}
    state = random.choice(many.states)
    card = {**model["scorecard"][0], **rests, "id": ids["scorecard"], "state": state}
    made.setdefault(scorecard, []).append(card)
    known = {"recording_id": ids["recording"], "lot": lot_of(content), "day": day}
    known |= {"started": started, "agent": str(agent), "team": team}
    _review(made, model, {**known, "scorecard_id": card["id"], "state": state}, random)


def _review(
    made: dict[Table, list[Row]], model: Mapping[str, Any], known: Row, random: Random
) -> None:
    """What people made of it: of a confirmed card every item was settled, some another way."""
    row, state = {**model["review"][0], **known}, known["state"]
    row["risk"] = random.randrange(1_000_000)
    settled = state != "draft"
    if settled:
        at = datetime.fromisoformat(row["started"]) + timedelta(hours=random.randrange(1, 60))
        at_ms = round(at.timestamp() * 1000)
        row |= {"version": 1, "open": 0, "by": random.choice(INSPECTORS), "confirmed_at": at_ms}
        row["total"] = round(row["max"] * random.uniform(0.4, 1.0), 1)
        row["released_at"] = at_ms + 60_000 if state in ("released", "acknowledged") else None
        row["acknowledged_at"] = at_ms + 120_000 if state == "acknowledged" else None
    made.setdefault(review, []).append(row)
    for item in model["review_item"]:
        one = {**item, "scorecard_id": known["scorecard_id"]}
        if settled:
            failed = random.random() < (0.9 if one["machine"] == "fail" else 0.4)
            one["verdict"] = "fail" if failed else "pass"
            one["lost"] = max(one["lost"], one["at_stake"], 1.0) if failed else 0.0
            one["at_stake"] = 0.0
        made.setdefault(review_item, []).append(one)
