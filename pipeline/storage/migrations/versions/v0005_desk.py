"""What people mark on cards, how each card stands in lists, who looks, tokens of programs."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

AT_ONCE = 500
"""Recordings whose cards are filled in together."""
RAISED = ("fail", "unsure", "crashed")
PEOPLE = "scoring.person-answers"


def upgrade() -> None:
    """Six tables, and a row for every card that is there."""
    _marks()
    _reviews()
    _items()
    _presence()
    _tokens()
    _numbering()
    _fill()


def _of_card(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_scorecard_id"
    return sa.ForeignKeyConstraint(
        ["scorecard_id"], ["scorecard.id"], name=name, ondelete="CASCADE"
    )


def _marks() -> None:
    op.create_table(
        "mark",
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("hit", sa.Integer),
        sa.Column("says", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scorecard_id", "number", name="pk_mark"),
        _of_card("mark"),
    )


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("scorecard_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("recording_id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("started", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("lot", sa.Float, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("eligible", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("asked", sa.String(16), nullable=False),
        sa.Column("assigned", sa.String(64), nullable=False),
        sa.Column("risk", sa.Integer, nullable=False),
        sa.Column("raised", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("open", sa.Integer, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("max", sa.Float, nullable=False),
        sa.Column("fatal", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("released_at", sa.BigInteger),
        sa.Column("acknowledged_at", sa.BigInteger),
        sa.Column("replaced_by", sa.Integer),
        sa.Column("final", sa.Text),
        sa.PrimaryKeyConstraint("scorecard_id", name="pk_review"),
        _of_card("review"),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_review_recording_id", ondelete="CASCADE"
        ),
    )
    risk = sa.text("risk DESC")
    why = ("eligible", "raised", "lot", "asked", "assigned", "replaced_by")
    op.create_index("ix_review_queue", "review", ["state", risk, "scorecard_id", *why])
    op.create_index("ix_review_queue_of_team", "review", ["team", "state", risk, "scorecard_id"])
    for columns in (
        ["recording_id"],
        ["agent", "started"],
        ["day"],
        ["assigned", "state"],
        ["by", "confirmed_at"],
    ):
        op.create_index(f"ix_review_{columns[0]}", "review", columns)


def _items() -> None:
    op.create_table(
        "review_item",
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("lost", sa.Float, nullable=False),
        sa.Column("at_stake", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("scorecard_id", "item", name="pk_review_item"),
        _of_card("review_item"),
    )
    op.create_index("ix_review_item_item", "review_item", ["item", "scorecard_id"])


def _presence() -> None:
    op.create_table(
        "presence",
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scorecard_id", "login", name="pk_presence"),
        _of_card("presence"),
    )


def _tokens() -> None:
    op.create_table(
        "token",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger),
        sa.Column("revoked", sa.BigInteger),
        sa.PrimaryKeyConstraint("hash", name="pk_token"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_token_person_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_token_person_id", "token", ["person_id"])


def _numbering() -> None:
    op.create_table(
        "numbering",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_numbering"),
    )
    table = sa.table("numbering", sa.column("name"), sa.column("last"))
    connection = op.get_bind()
    highest = connection.execute(sa.text("SELECT max(id) FROM scorecard")).scalar()
    connection.execute(table.insert().values(name="scorecard", last=highest or 0))


def _fill() -> None:
    """Rows of the cards that are there, some recordings at a time."""
    connection = op.get_bind()
    recording = sa.table("recording", *map(sa.column, ("id", "content", "day", "about", "state")))
    after = 0
    while True:
        chosen = sa.select(recording).where(recording.c.id > after).order_by(recording.c.id)
        found = connection.execute(chosen.limit(AT_ONCE)).all()
        if not found:
            return
        after = found[-1].id
        _fill_these(connection, found)


def _fill_these(connection: sa.Connection, recordings: Sequence[sa.Row[Any]]) -> None:
    names = ("id", "recording_id", "state", "total", "max", "fatal", "body", "ruleset")
    card = sa.table("scorecard", *map(sa.column, names))
    ruleset = sa.table("ruleset", sa.column("digest"), sa.column("template"))
    decision = sa.table("decision", sa.column("scorecard_id"))
    decided = card.c.id.in_(sa.select(decision.c.scorecard_id))
    of = {row.id: row for row in recordings}
    rows = connection.execute(
        sa.select(card, ruleset.c.template, decided.label("decided"))
        .join(ruleset, ruleset.c.digest == card.c.ruleset)
        .where(card.c.recording_id.in_(list(of)))
        .order_by(card.c.recording_id, card.c.id)
    ).all()
    judged = {(r.recording_id, r.template): r.id for r in rows if r.decided or r.state != "draft"}
    reviews, items = [], []
    for row in rows:
        first = judged.get((row.recording_id, row.template), row.id)
        raised = list(_raised(row.body))
        reviews.append(_review(row, of[row.recording_id], raised, first == row.id))
        items += [{"scorecard_id": row.id, **_item(one)} for one in raised]
    if reviews:
        table = sa.table("review", *map(sa.column, reviews[0]))
        connection.execute(table.insert(), reviews)
    if items:
        connection.execute(sa.table("review_item", *map(sa.column, items[0])).insert(), items)


def _raised(body: str) -> Iterator[Mapping[str, Any]]:
    for item in json.loads(body)["items"]:
        people = item["verdict"] == "unsure" and item["reason"]["key"] == PEOPLE
        if item["verdict"] in RAISED and not people:
            yield item


def _review(
    row: sa.Row[Any],
    recording: sa.Row[Any],
    raised: Sequence[Mapping[str, Any]],
    eligible: bool,
) -> dict[str, Any]:
    about = json.loads(recording.about)
    return {
        "scorecard_id": row.id,
        "recording_id": row.recording_id,
        "day": recording.day,
        "started": (about.get("started") or "").replace(" ", "T"),
        "agent": about.get("agent") or "",
        "team": about.get("team") or "",
        "lot": int(hashlib.sha256(recording.content.encode()).hexdigest()[:12], 16) / 16**12,
        "template": row.template,
        "eligible": eligible and recording.state != "purged",
        "asked": "",
        "assigned": "",
        "risk": _risk(row, raised),
        "raised": len(raised),
        "state": row.state,
        "version": 0,
        "open": sum(item["verdict"] != "fail" for item in raised),
        "total": row.total,
        "max": row.max,
        "fatal": row.fatal,
        "by": "",
    }


def _risk(row: sa.Row[Any], raised: Sequence[Mapping[str, Any]]) -> int:
    """As scoring/risk.py ranks a card."""
    body = json.loads(row.body)
    lost = sum(item["points_lost"] for item in body["items"])
    points = float((lost + sum(item["at_stake"] for item in raised) / 2) / (row.max or 100))
    grave = [one for one in raised if one.get("fatal") in ("section", "card")]
    fatal: int = min(2 * len(body["fatal"]) + sum(one["verdict"] != "fail" for one in grave), 20)
    shares = int(min(round(points * 10_000), 99_999))
    return (fatal * 100_000 + shares) * 1000 + min(len(raised), 999)


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "item": item["id"],
        "machine": item["verdict"],
        "verdict": item["verdict"],
        "lost": item["points_lost"],
        "at_stake": item["at_stake"],
    }
