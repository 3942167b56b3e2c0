"""Decisions of people, published rules, the day of a call; a decided card may get a younger one."""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CARD_KEY = ("recording_id", "transcript_id", "revision", "ruleset")


def upgrade() -> None:
    """Decisions point at cards, so the cards' table is made anew before there are any."""
    _cards_may_stand_side_by_side()
    _days()
    _decisions()
    _publications()


def _cards_may_stand_side_by_side() -> None:
    with op.batch_alter_table("scorecard") as table:
        table.add_column(sa.Column("number", sa.Integer, nullable=False, server_default="1"))
        table.drop_constraint(f"uq_scorecard_{'_'.join(CARD_KEY)}", type_="unique")
        name = f"uq_scorecard_{'_'.join(CARD_KEY)}_number"
        table.create_unique_constraint(name, [*CARD_KEY, "number"])


def _days() -> None:
    op.add_column("recording", sa.Column("day", sa.String(10), nullable=False, server_default=""))
    table = sa.table("recording", *map(sa.column, ("id", "about", "added", "day")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        day = _day(json.loads(row.about).get("started"), row.added)
        connection.execute(table.update().where(table.c.id == row.id).values(day=day))
    op.create_index("ix_recording_day", "recording", ["day"])


def _day(started: Any, added: int) -> str:
    try:
        return date.fromisoformat(str(started)[:10]).isoformat()
    except ValueError:
        return date.fromtimestamp(added / 1000).isoformat()


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.id"],
            name="fk_decision_scorecard_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_decision_scorecard_id", "decision", ["scorecard_id"])


def _publications() -> None:
    op.create_table(
        "publication",
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("rulesets", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("diff", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_publication"),
    )
