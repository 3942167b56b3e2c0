"""What a card has come to so far: what only people give is not in it before they do."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

AT_ONCE = 500
PEOPLE = "scoring.person-answers"
OPEN = ("unsure", "crashed")


def upgrade() -> None:
    """A column of the points that wait for people, which leave the points of every card."""
    column = sa.Column("waiting", sa.Float, nullable=False, server_default=sa.text("0"))
    op.add_column("review", column)
    connection = op.get_bind()
    review = sa.table("review", *map(sa.column, ("scorecard_id", "total", "max", "waiting")))
    card = sa.table("scorecard", *map(sa.column, ("id", "body")))
    chosen = sa.select(card, review.c.total, review.c.max)
    chosen = chosen.join(review, review.c.scorecard_id == card.c.id)
    chosen = chosen.where(review.c.max > 0).order_by(card.c.id)
    put = sa.update(review).where(review.c.scorecard_id == sa.bindparam("of"))
    put = put.values({name: sa.bindparam(f"new_{name}") for name in ("total", "max", "waiting")})
    after = 0
    while found := connection.execute(chosen.where(card.c.id > after).limit(AT_ONCE)).all():
        after = found[-1].id
        marked = _marked(connection, [row.id for row in found])
        if rows := [new for row in found if (new := _so_far(row, marked.get(row.id, {})))]:
            connection.execute(put, rows)


Items = dict[str, tuple[str, float]]
"""Item -> its verdict now, and what it lost: of those that were raised or marked."""


def _marked(connection: sa.Connection, cards: list[int]) -> dict[int, Items]:
    columns = ("scorecard_id", "item", "verdict", "lost")
    item = sa.table("review_item", *map(sa.column, columns))
    found: dict[int, Items] = {}
    for row in connection.execute(sa.select(item).where(item.c.scorecard_id.in_(cards))):
        found.setdefault(row.scorecard_id, {})[row.item] = row.verdict, row.lost
    return found


def _so_far(row: sa.Row[Any], marked: Items) -> dict[str, float] | None:
    """As scoring/so_far.py counts; None where nothing waits. Cards of an older version may lack
    what they had nothing to say about."""
    body = json.loads(row.body)
    sections = {part["id"]: part["max"] for part in body.get("sections", ())} or {"": row.max}
    lost, waits, gone = dict.fromkeys(sections, 0.0), dict.fromkeys(sections, 0.0), set()
    for item in body.get("items", ()):
        section = item.get("section", "") if "" not in sections else ""
        verdict, cost = marked.get(item["id"], (item["verdict"], item.get("points_lost", 0.0)))
        lost[section] += cost
        if verdict == "fail" and item.get("fatal") == "section":
            gone.add(section)
        if _only_people(item) and verdict in OPEN:
            waits[section] += item.get("at_stake", 0.0)
    waiting = sum(
        min(waits[name], max(0.0, most - lost[name]))
        for name, most in sections.items()
        if name not in gone
    )
    waiting = round(min(waiting, row.total), 3)
    if waiting <= 0:
        return None
    return {
        "of": row.id,
        "new_total": round(row.total - waiting, 3),
        "new_max": round(row.max - waiting, 3),
        "new_waiting": waiting,
    }


def _only_people(item: Mapping[str, Any]) -> bool:
    return bool(item["verdict"] == "unsure" and (item.get("reason") or {}).get("key") == PEOPLE)
