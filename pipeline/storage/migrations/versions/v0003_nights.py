"""The ledger of nights: who has which recording in hand, and which run holds the lock."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Recordings of before are done or failed: nobody has them in hand."""
    for column in _columns():
        op.add_column("recording", column)
    op.create_index(
        "ix_recording_waiting", "recording", ["state", "alone", sa.text("urgency DESC"), "id"]
    )
    op.create_table(
        "night",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_started", sa.Text, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("heartbeat", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("summary", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_night"),
    )


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("stamp", sa.Text, nullable=False, server_default=""),
        sa.Column("urgency", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("worker", sa.Text),
        sa.Column("night", sa.Integer),
        sa.Column("alone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("wish", sa.String(16), nullable=False, server_default=""),
    )
