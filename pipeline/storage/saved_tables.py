"""The table of searches that people keep.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from pipeline.storage.tables import metadata

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("by", String(64), nullable=False),  # a login, or the user of the command line
    Column("name", Text, nullable=False),
    Column("asked", Text, nullable=False),  # JSON: the query, and what was typed beside it
    Column("shared", Boolean, nullable=False),
    Column("added", BigInteger, nullable=False),
    UniqueConstraint("by", "name"),
)
