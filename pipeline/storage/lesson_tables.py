"""The tables of what decisions teach: answers, lessons, what was foretold, rules, proposals.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from pipeline.storage.tables import metadata

# What a person made of a raised item, with what was known of it before. A line follows the
# confirmation that it comes of: taken back, it goes.
answer = Table(
    "answer",
    metadata,
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("template", Text, nullable=False),
    Column("upheld", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),  # of the confirmation
    Column("numbers", Text, nullable=False),  # JSON: trait -> number
    Column("words", Text, nullable=False),  # JSON: trait -> word; a phrase of a lexicon, no quote
    Index(None, "template", "item"),
)

# One run of `zhiyin learn`.
lesson = Table(
    "lesson",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3, ...
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# What a lesson says of an item: a model and how it was measured, or that there is too little.
learned = Table(
    "learned",
    metadata,
    Column("version", ForeignKey("lesson.version"), primary_key=True, autoincrement=False),
    Column("template", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("decisions", Integer, nullable=False),
    Column("upheld", Integer, nullable=False),
    Column("needed", Integer),
    Column("body", Text),  # JSON: model, measured, thresholds; null: too few decisions
)

# How likely a raised item is upheld, as the queue was ordered by.
foretold = Table(
    "foretold",
    metadata,
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, nullable=False),  # of the lesson
    Column("probability", Float, nullable=False),
)

# Which items are settled without a person; appended, the last line on an item counts.
settling = Table(
    "settling",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("template", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("at_least", Float),  # the share upheld that is asked; null: people look at all
    Column("checked", Float, nullable=False),  # the share that people look at all the same
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "template", "item"),
)

# Phrases of the last lesson that a lexicon lacks. A phrase is of the calls in which it was marked:
# where the last of them goes, it goes.
proposal = Table(
    "proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", ForeignKey("lesson.version"), nullable=False),
    Column("template", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("lexicon", Text, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("marked", Integer, nullable=False),  # marked passages with it
    Column("said", Integer, nullable=False),  # those, and calls with it elsewhere
    Column("passages", Integer, nullable=False),  # marked passages in all
    Column("more", Integer, nullable=False),
)
proposal_card = Table(
    "proposal_card",
    metadata,
    Column("proposal_id", Integer, primary_key=True, autoincrement=False),
    Column(
        "scorecard_id",
        ForeignKey("scorecard.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    ForeignKeyConstraint(["proposal_id"], ["proposal.id"], ondelete="CASCADE"),
    Index(None, "scorecard_id"),
)
