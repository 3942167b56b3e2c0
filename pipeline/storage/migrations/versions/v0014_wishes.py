"""Recordings with an open wish are found without looking through all."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """An index of few entries."""
    some = sa.text("wish <> ''")
    op.create_index(
        "ix_recording_wish", "recording", ["wish"], sqlite_where=some, postgresql_where=some
    )
