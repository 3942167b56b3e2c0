"""The tables of the case library: excerpts for training, their tags, and lists of them in order.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from pipeline.storage.tables import metadata

# An excerpt of a recording, and what people wrote of it. Its words are not copied: they are those
# of the transcript as it stands. It goes with its recording.
training_case = Table(
    "training_case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recording.id", ondelete="CASCADE"), nullable=False),
    Column("team", Text, nullable=False),  # of the call, for who sees it; "": of nobody's
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quality", String(8), nullable=False),  # good, bad
    Column("title", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("body", Text, nullable=False),  # JSON: what to learn, stages, questions
    Column("clip", String(64), nullable=False),  # name of its sound in the home; "" without
    Column("beeps", Text, nullable=False),  # JSON: [start, end, ...] of what was beeped in it
    Column("by", String(64), nullable=False),  # a login
    Column("at", BigInteger, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index(None, "recording_id"),
)

case_tag = Table(
    "case_tag",
    metadata,
    Column("case_id", ForeignKey("training_case.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(64), primary_key=True),
    Index(None, "tag"),
)

playlist = Table(
    "playlist",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

playlist_case = Table(
    "playlist_case",
    metadata,
    Column("playlist_id", ForeignKey("playlist.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", ForeignKey("training_case.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, nullable=False),  # the lowest first
    Index(None, "case_id"),
)
