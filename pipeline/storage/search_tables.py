"""The table of what is indexed for searches. The index itself is no table of SQLAlchemy's: each
database has its own kind (search_index.py).

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from pipeline.storage.tables import metadata

# Of each transcript, under which day its turns are indexed, as people last corrected them.
spoken = Table(
    "spoken",
    metadata,
    Column(
        "transcript_id",
        ForeignKey("transcript.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("day", Integer, nullable=False),  # since 2000-01-01
    Column("revision", Integer, nullable=False),
    Column("silence", Integer),  # the longest, in ms; null: not known
    # What the index holds of it: SQLite's can only take out what it is told word for word.
    Column("held", LargeBinary),
)
