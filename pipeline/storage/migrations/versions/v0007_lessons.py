"""What decisions teach; and the queue is ordered by what a card is expected to lose."""

import json
from collections.abc import Sequence
from math import prod
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

AT_ONCE = 500
PEOPLE = "scoring.person-answers"
CHANCES = {"fail": 1.0, "unsure": 0.5, "crashed": 0.5}


def upgrade() -> None:
    """Seven tables, and the place of every draft in the queue."""
    _answers()
    _lessons()
    _foretold()
    _settling()
    _proposals()
    _order_again()


def _of(table: str, column: str, to: str, gone: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [to], name=name, ondelete=gone)


def _of_card(table: str) -> sa.ForeignKeyConstraint:
    return _of(table, "scorecard_id", "scorecard.id", "CASCADE")


def _answers() -> None:
    op.create_table(
        "answer",
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("upheld", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("scorecard_id", "item", name="pk_answer"),
        _of_card("answer"),
    )
    op.create_index("ix_answer_template", "answer", ["template", "item"])


def _lessons() -> None:
    op.create_table(
        "lesson",
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_lesson"),
    )
    op.create_table(
        "learned",
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("decisions", sa.Integer, nullable=False),
        sa.Column("upheld", sa.Integer, nullable=False),
        sa.Column("needed", sa.Integer),
        sa.Column("body", sa.Text),
        sa.PrimaryKeyConstraint("version", "template", "item", name="pk_learned"),
        _of("learned", "version", "lesson.version"),
    )


def _foretold() -> None:
    op.create_table(
        "foretold",
        sa.Column("scorecard_id", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("scorecard_id", "item", name="pk_foretold"),
        _of_card("foretold"),
    )


def _settling() -> None:
    op.create_table(
        "settling",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("at_least", sa.Float),
        sa.Column("checked", sa.Float, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_settling"),
    )
    op.create_index("ix_settling_template", "settling", ["template", "item"])


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("template", "item", "lexicon")),
        sa.Column("phrase", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("marked", "said", "passages", "more")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        _of("proposal", "version", "lesson.version"),
    )
    op.create_table(
        "proposal_card",
        sa.Column("proposal_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("scorecard_id", sa.Integer, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("proposal_id", "scorecard_id", name="pk_proposal_card"),
        _of("proposal_card", "proposal_id", "proposal.id", "CASCADE"),
        _of_card("proposal_card"),
    )
    op.create_index("ix_proposal_card_scorecard_id", "proposal_card", ["scorecard_id"])


def _order_again() -> None:
    """Of drafts that raised something, some at a time; nothing was learned of them yet."""
    connection = op.get_bind()
    review = sa.table("review", *map(sa.column, ("scorecard_id", "state", "raised", "risk")))
    card = sa.table("scorecard", *map(sa.column, ("id", "max", "body")))
    mine = sa.select(card).join(review, review.c.scorecard_id == card.c.id)
    mine = mine.where(review.c.state == "draft", review.c.raised > 0).order_by(card.c.id)
    place = sa.update(review).where(review.c.scorecard_id == sa.bindparam("of"))
    place = place.values(risk=sa.bindparam("risk"))
    after = 0
    while found := connection.execute(mine.where(card.c.id > after).limit(AT_ONCE)).all():
        after = found[-1].id
        connection.execute(place, [{"of": row.id, "risk": _rank(row)} for row in found])


def _rank(row: sa.Row[Any]) -> int:
    """As scoring/risk.py ranks a card."""
    raised = [item for item in json.loads(row.body)["items"] if _needs_eyes(item)]
    chance = [CHANCES[item["verdict"]] for item in raised]
    spared = prod(
        1 - p for p, i in zip(chance, raised, strict=True) if i.get("fatal") in ("card", "section")
    )
    points = _points(raised, chance) / (row.max or 100)
    loss = round((1 - spared * (1 - min(1.0, points))) * 1_000_000)
    return loss * 1000 + min(len(raised), 999)


def _points(raised: Sequence[dict[str, Any]], chance: Sequence[float]) -> float:
    costs = [max(item["points_lost"], item["at_stake"]) for item in raised]
    return float(sum(p * cost for p, cost in zip(chance, costs, strict=True)))


def _needs_eyes(item: dict[str, Any]) -> bool:
    people = item["verdict"] == "unsure" and item["reason"]["key"] == PEOPLE
    return item["verdict"] in CHANCES and not people
