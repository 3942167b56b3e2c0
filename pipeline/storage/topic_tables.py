"""The tables of what many calls tell together: the gist of each call, topics, findings, trainings.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from pipeline.storage.tables import metadata

# What is counted of a call: words of it, which go with its transcript.
gist = Table(
    "gist",
    metadata,
    Column(
        "transcript_id",
        ForeignKey("transcript.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("revision", Integer, nullable=False),  # of the transcript that it was made of
    Column("made_by", String(16), nullable=False),  # of the rules by which it was made
    Column("customer", Text, nullable=False),  # the customer's terms in order, a blank between
    Column("agent", Text, nullable=False),
    Column("measured", Text, nullable=False),  # JSON: name -> figure
    Column("unanswered", Text, nullable=False),  # JSON: [[turn, [term, ...]], ...]
)

# Topics keep their number and name for as long as they are found again.
topic = Table(
    "topic",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("words", Text, nullable=False),  # JSON: [[word, weight], ...], the strongest first
    Column("first_found", BigInteger, nullable=False),
    Column("last_found", BigInteger, nullable=False),
)

call_topic = Table(
    "call_topic",
    metadata,
    Column(
        "recording_id",
        ForeignKey("recording.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("topic", ForeignKey("topic.number"), nullable=False, index=True),
    Column("example", Integer),  # 1, 2, ...: of those that are most about it
)

# What was found over all calls, as it was last found; no words that fewer than five calls have.
finding = Table(
    "finding",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON
)

training = Table(
    "training",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("day", String(10), nullable=False),  # YYYY-MM-DD
    Column("items", Text, nullable=False),  # JSON: [[template, item], ...]
    Column("agents", Text, nullable=False),  # JSON: as call records name them
    Column("by", String(64), nullable=False),  # a login, or the user of the command line
    Column("added", BigInteger, nullable=False),
)
