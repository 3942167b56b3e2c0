"""Whether a card is of a test call: what its call record says, beside the card."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SAID = '%"test_call":true%'
"""As records are kept."""


def upgrade() -> None:
    """A column, filled from the records that are there."""
    column = sa.Column("test_call", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("review", column)
    review = sa.table("review", sa.column("recording_id"), sa.column("test_call"))
    recording = sa.table("recording", sa.column("id"), sa.column("about"))
    tests = sa.select(recording.c.id).where(recording.c.about.like(SAID))
    of_tests = review.c.recording_id.in_(tests)
    op.get_bind().execute(review.update().where(of_tests).values(test_call=sa.true()))
