"""Numbers that are never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"

NUMBERED = ("recording", "training_case", "playlist", "saved_search", "training")


def upgrade() -> None:
    """A line for each table, with the highest number that is there."""
    _numbering()


def _numbering() -> None:
    numbering = sa.table("numbering", sa.column("name"), sa.column("last"))
    connection = op.get_bind()
    for name in NUMBERED:
        highest = sa.select(sa.func.max(sa.table(name, sa.column("id")).c.id))
        last = connection.execute(highest).scalar() or 0
        connection.execute(numbering.insert().values(name=name, last=last))
