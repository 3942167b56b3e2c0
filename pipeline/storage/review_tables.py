"""The tables of the desk: what people mark on cards, how each card stands, who looks, tokens.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
    true,
)

from pipeline.storage.tables import metadata

# What people say of a card, key by key: appended, never changed; taken back by another mark.
mark = Table(
    "mark",
    metadata,
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3, ... of the card
    Column("kind", String(16), nullable=False),
    Column("item", Text, nullable=False),
    Column("hit", Integer),  # of the item's evidence; null: an item that was raised without
    Column("says", String(16), nullable=False),
    Column("body", Text, nullable=False),  # JSON: span, reason, text, undoes
    Column("by", String(64), nullable=False),  # a login
    Column("at", BigInteger, nullable=False),
)

# The few calls that somebody marked as ones to learn from.
Index(
    "ix_mark_excellent",
    mark.c.scorecard_id,
    sqlite_where=text("kind = 'excellent'"),
    postgresql_where=text("kind = 'excellent'"),
)

# A row for every card: what lists ask of it, and what it has come to by its marks.
review = Table(
    "review",
    metadata,
    Column(
        "scorecard_id",
        ForeignKey("scorecard.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("recording_id", ForeignKey("recording.id", ondelete="CASCADE"), nullable=False),
    # Of the recording, as it is known now.
    Column("day", String(10), nullable=False),
    Column("started", Text, nullable=False),  # ISO 8601; "": not known
    Column("agent", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("test_call", Boolean, nullable=False, server_default=false()),  # counts for nobody
    Column("lot", Float, nullable=False),  # 0 ≤ lot < 1, of its bytes: drawn where below the share
    # Why it is looked at.
    Column("template", Text, nullable=False),
    Column("eligible", Boolean, nullable=False, server_default=true()),  # false: only when asked
    Column("asked", String(16), nullable=False),  # "", neighbour, again
    Column("assigned", String(64), nullable=False),  # a login
    Column("risk", Integer, nullable=False),
    Column("raised", Integer, nullable=False),
    # How it stands.
    Column("state", String(16), nullable=False),  # draft, confirmed, released, acknowledged
    Column("version", Integer, nullable=False),  # the number of its last mark
    Column("open", Integer, nullable=False),
    Column("total", Float, nullable=False),  # of what was judged so far
    Column("max", Float, nullable=False),
    Column("waiting", Float, nullable=False, server_default=text("0")),  # for people to give
    Column("fatal", Boolean, nullable=False),
    Column("by", String(64), nullable=False),  # who confirmed it
    Column("confirmed_at", BigInteger),
    Column("released_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    Column("replaced_by", Integer),  # the card after a correction of the words
    Column("final", Text),  # JSON: as it was confirmed
    Index(None, "recording_id"),
    Index(None, "agent", "started"),
    Index(None, "day"),
    Index(None, "assigned", "state"),
    Index(None, "by", "confirmed_at"),
)
# A queue is read from its head, of all teams or of one; how long it is, is counted in the index
# alone, which has all that decides it.
Index(
    "ix_review_queue",
    review.c.state,
    review.c.risk.desc(),
    review.c.scorecard_id,
    review.c.eligible,
    review.c.raised,
    review.c.lot,
    review.c.asked,
    review.c.assigned,
    review.c.replaced_by,
)
Index(
    "ix_review_queue_of_team",
    review.c.team,
    review.c.state,
    review.c.risk.desc(),
    review.c.scorecard_id,
)

# Whether the cards of a day have changed is told by this index alone (tallies.py).
Index("ix_review_marks_of_day", review.c.day, review.c.version, review.c.scorecard_id)

# Of each card the items that were raised, or that people marked: for filters and figures.
review_item = Table(
    "review_item",
    metadata,
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("machine", String(16), nullable=False),  # the machine's verdict
    Column("verdict", String(16), nullable=False),  # what counts now
    Column("lost", Float, nullable=False),
    Column("at_stake", Float, nullable=False),
    Index(None, "item", "scorecard_id"),
)

# The highest number that rows of a table ever had. SQLite gives the number of a deleted row to the
# next one, and somebody may still have the page of the deleted card open. PostgreSQL does not.
numbering = Table(
    "numbering",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)

# Who has a card open. Rows of long ago mean nothing.
presence = Table(
    "presence",
    metadata,
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True),
    Column("login", String(64), primary_key=True),
    Column("seen", BigInteger, nullable=False),
)

# What other programs show instead of a password; of each only a hash is kept.
token = Table(
    "token",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),  # what its owner calls it
    Column("added", BigInteger, nullable=False),
    Column("seen", BigInteger),
    Column("revoked", BigInteger),
    Index(None, "person_id"),
)
