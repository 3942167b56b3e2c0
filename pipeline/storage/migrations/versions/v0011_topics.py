"""Topics, the gist of each call, what was found over all of them, trainings."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Empty tables: the next night fills them, or `zhiyin topics`."""
    op.create_table(
        "gist",
        sa.Column("transcript_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("measured", sa.Text, nullable=False),
        sa.Column("unanswered", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("transcript_id", name="pk_gist"),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name="fk_gist_transcript_id",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "topic",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("first_found", sa.BigInteger, nullable=False),
        sa.Column("last_found", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_topic"),
    )
    op.create_table(
        "call_topic",
        sa.Column("recording_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("topic", sa.Integer, nullable=False),
        sa.Column("example", sa.Integer),
        sa.PrimaryKeyConstraint("recording_id", name="pk_call_topic"),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name="fk_call_topic_recording_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic"], ["topic.number"], name="fk_call_topic_topic"),
    )
    op.create_index("ix_call_topic_topic", "call_topic", ["topic"])
    op.create_table(
        "finding",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_finding"),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("agents", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_training"),
    )
