"""Numbers that are never given again; what fails how often, counted by day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"

NUMBERED = ("recording", "training_case", "playlist", "saved_search", "training")


def upgrade() -> None:
    """A line for each table, with the highest number that is there; two empty tables, which fill
    when they are first asked."""
    _numbering()
    _tally()
    columns = ["day", "version", "scorecard_id"]
    op.create_index("ix_review_marks_of_day", "review", columns)


def _numbering() -> None:
    numbering = sa.table("numbering", sa.column("name"), sa.column("last"))
    connection = op.get_bind()
    for name in NUMBERED:
        highest = sa.select(sa.func.max(sa.table(name, sa.column("id")).c.id))
        last = connection.execute(highest).scalar() or 0
        connection.execute(numbering.insert().values(name=name, last=last))


def _tally() -> None:
    op.create_table(
        "tallied",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("cards", sa.Integer, nullable=False),
        sa.Column("marks", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_tallied"),
    )
    key = ("day", "agent", "team", "template", "item")
    op.create_table(
        "tally",
        sa.Column("day", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in key[1:]),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_tally"),
        sqlite_with_rowid=False,
    )
