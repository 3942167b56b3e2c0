"""The first schema: recordings, transcripts, rulesets, scorecards."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _recordings()
    _transcripts()
    _scorecards()


def _recordings() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("content", "name", name="uq_recording_content_name"),
    )
    op.create_index("ix_recording_name", "recording", ["name"])


def _transcripts() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("medium", sa.String(16), nullable=False),
        sa.Column("duration", sa.Integer, nullable=False),
        sa.Column("speech", sa.Text),
        sa.Column("untrusted", sa.Text, nullable=False),
        sa.Column("remarks", sa.Text, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transcript"),
        sa.UniqueConstraint("content", "fingerprint", name="uq_transcript_content_fingerprint"),
    )
    op.create_table(
        "turn",
        sa.Column("transcript_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("channel", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("role_confidence", sa.Float, nullable=False),
        sa.Column("level", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lengths", sa.LargeBinary, nullable=False),
        sa.Column("times", sa.LargeBinary, nullable=False),
        sa.Column("confidence", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("transcript_id", "number", name="pk_turn"),
        _of_transcript("turn"),
    )
    op.create_table(
        "revision",
        sa.Column("transcript_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("transcript_id", "number", name="pk_revision"),
        _of_transcript("revision"),
    )


def _of_transcript(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_transcript_id"
    return sa.ForeignKeyConstraint(
        ["transcript_id"], ["transcript.id"], name=name, ondelete="CASCADE"
    )


def _scorecards() -> None:
    op.create_table(
        "ruleset",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_ruleset"),
    )
    op.create_table(
        "scorecard",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recording_id", sa.Integer, nullable=False),
        sa.Column("transcript_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("ruleset", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("max", sa.Float, nullable=False),
        sa.Column("fatal", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scorecard"),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name="fk_scorecard_recording_id",
            ondelete="CASCADE",
        ),
        _of_transcript("scorecard"),
        sa.ForeignKeyConstraint(["ruleset"], ["ruleset.digest"], name="fk_scorecard_ruleset"),
        sa.UniqueConstraint(
            "recording_id",
            "transcript_id",
            "revision",
            "ruleset",
            name="uq_scorecard_recording_id_transcript_id_revision_ruleset",
        ),
    )
