"""The tables of results. Times are integer milliseconds; moments, milliseconds since 1970 (UTC).

A change here needs a migration beside the first one in migrations/versions/.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

recording = Table(
    "recording",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content", String(64), nullable=False),  # SHA-256 over the bytes of its files
    Column("name", Text, nullable=False),  # call record's id, else the path
    Column("sources", Text, nullable=False),  # JSON: the paths
    Column("about", Text, nullable=False),  # JSON: the call record
    Column("state", String(16), nullable=False),  # found, taken, done, failed, skipped
    Column("outcome", String(16), nullable=False),  # speech, silent, no_audio, ...
    Column("reason", Text),  # JSON: why it failed
    Column("attempts", Integer, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    # YYYY-MM-DD: of the call by its record, else the day on which it was first stored
    Column("day", String(10), nullable=False, server_default=""),
    # Of the ledger: what the files looked like when they were found, and who has them in hand.
    Column("stamp", Text, nullable=False, server_default=""),
    Column("urgency", Integer, nullable=False, server_default="0"),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", BigInteger),
    Column("fence", Integer, nullable=False, server_default="0"),  # counts how often it was taken
    Column("worker", Text),
    Column("night", Integer),
    Column("alone", Boolean, nullable=False, server_default=false()),  # suspected of killing
    Column("wish", String(16), nullable=False, server_default=""),  # "" or what is wished
    UniqueConstraint("content", "name"),
    Index(None, "name"),
    Index(None, "day"),
)
# What a claim reads: as many entries as it takes. It serves the sums by state too.
Index(
    "ix_recording_waiting",
    recording.c.state,
    recording.c.alone,
    recording.c.urgency.desc(),
    recording.c.id,
)
# Few have an open wish; nobody looks through all for them, who asks for it in these very words.
WISHED = text("wish <> ''")
Index("ix_recording_wish", recording.c.wish, sqlite_where=WISHED, postgresql_where=WISHED)

# The runs over all recordings; one without an end holds the lock of the database.
night = Table(
    "night",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", Text, nullable=False),  # which process of that number it is
    Column("engine", Text, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("heartbeat", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),  # without a heartbeat until then: dead
    Column("ended", BigInteger),
    Column("summary", Text),  # JSON; null: it did not come to its end
)

transcript = Table(
    "transcript",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of all that made the words
    Column("engine", Text, nullable=False),
    Column("medium", String(16), nullable=False),
    Column("duration", Integer, nullable=False),
    Column("speech", Text),  # JSON: speaker -> [start, end, start, end, ...]; null: not known
    Column("untrusted", Text, nullable=False),  # JSON: [start, end, ...]
    Column("remarks", Text, nullable=False),  # JSON
    Column("added", BigInteger, nullable=False),
    UniqueConstraint("content", "fingerprint"),
)

turn = Table(
    "turn",
    metadata,
    Column("transcript_id", ForeignKey("transcript.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("speaker", String(16), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("role_confidence", Float, nullable=False),
    Column("level", Float),
    Column("text", Text, nullable=False),
    Column("lengths", LargeBinary, nullable=False),  # characters of each word
    Column("times", LargeBinary, nullable=False),  # start and end of each word, -1: not known
    Column("confidence", LargeBinary, nullable=False),  # a byte per word
)

# Corrections by people: appended, the view is what was recognised + these, in order.
revision = Table(
    "revision",
    metadata,
    Column("transcript_id", ForeignKey("transcript.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),  # JSON
    Column("added", BigInteger, nullable=False),
)

ruleset = Table(
    "ruleset",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("template", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("texts", Text, nullable=False),  # JSON: file -> its text
    Column("added", BigInteger, nullable=False),
)

scorecard = Table(
    "scorecard",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recording.id", ondelete="CASCADE"), nullable=False),
    Column("transcript_id", ForeignKey("transcript.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),  # of the transcript; 0: as recognised
    Column("ruleset", ForeignKey("ruleset.digest"), nullable=False),
    # counts the cards of one key: one that people have decided on stays, the next stands beside it
    Column("number", Integer, nullable=False, server_default="1"),
    Column("state", String(16), nullable=False),  # draft, confirmed, released, acknowledged
    Column("total", Float, nullable=False),
    Column("max", Float, nullable=False),
    Column("fatal", Boolean, nullable=False),
    Column("body", Text, nullable=False),  # JSON: sections, items, evidence
    Column("added", BigInteger, nullable=False),
    UniqueConstraint("recording_id", "transcript_id", "revision", "ruleset", "number"),
)

# What people say of items: appended, never changed; the last one on an item counts.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scorecard_id", ForeignKey("scorecard.id", ondelete="CASCADE"), nullable=False),
    Column("item", Text, nullable=False),
    Column("verdict", String(16), nullable=False),  # pass, fail, not_applicable
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "scorecard_id"),
)

# Versions of all rules, whole: what was in force can be rebuilt from here alone.
publication = Table(
    "publication",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3, ...
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("rulesets", Text, nullable=False),  # JSON: template -> digest
    Column("texts", Text, nullable=False),  # JSON: file -> its text
    Column("diff", Text, nullable=False),  # JSON: what changed since the version before
)
