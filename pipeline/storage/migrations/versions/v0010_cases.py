"""The case library: excerpts for training, their tags, and lists of them in order."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Four tables, and an index of the calls that people marked as excellent."""
    _cases()
    _playlists()
    kind = sa.text("kind = 'excellent'")
    op.create_index(
        "ix_mark_excellent",
        "mark",
        ["scorecard_id"],
        sqlite_where=kind,
        postgresql_where=kind,
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def _cases() -> None:
    op.create_table(
        "training_case",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recording_id", sa.Integer, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quality", sa.String(8), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("clip", sa.String(64), nullable=False),
        sa.Column("beeps", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_training_case"),
        _of("training_case", "recording_id", "recording"),
    )
    op.create_index("ix_training_case_recording_id", "training_case", ["recording_id"])
    op.create_table(
        "case_tag",
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "tag", name="pk_case_tag"),
        _of("case_tag", "case_id", "training_case"),
    )
    op.create_index("ix_case_tag_tag", "case_tag", ["tag"])


def _playlists() -> None:
    op.create_table(
        "playlist",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_playlist"),
    )
    op.create_table(
        "playlist_case",
        sa.Column("playlist_id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("playlist_id", "case_id", name="pk_playlist_case"),
        _of("playlist_case", "playlist_id", "playlist"),
        _of("playlist_case", "case_id", "training_case"),
    )
    op.create_index("ix_playlist_case_case_id", "playlist_case", ["case_id"])
