"""The tables of what fails how often, day by day: counted of cards, so that a page need not.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import Column, Integer, String, Table, Text

from pipeline.storage.tables import metadata

COUNTING = "tally"
"""Who counts days is alone with it; who says anew whose calls they are is here with it."""

# Which days are counted, and what the cards of a day were then: where they differ by now, it is
# counted anew.
tallied = Table(
    "tallied",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("cards", Integer, nullable=False),
    Column("marks", Integer, nullable=False),
    Column("last", Integer, nullable=False),  # the highest number of a card
)

# Calls of an agent with a card by a template, and those of them in which an item failed.
tally = Table(
    "tally",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("agent", Text, primary_key=True),  # "": the sum over all agents and teams
    Column("team", Text, primary_key=True),
    Column("template", Text, primary_key=True),
    Column("item", Text, primary_key=True),  # "": the calls, whatever failed
    Column("calls", Integer, nullable=False),
    sqlite_with_rowid=False,
)
