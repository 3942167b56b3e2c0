"""The tables of people: who may come in, who is in, and what everybody did.

A change here needs a migration, as one in tables.py does.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from pipeline.storage.tables import metadata

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("agent", Text, nullable=False),  # as call records name them; "": no agent
    Column("teams", Text, nullable=False),  # JSON: those that a leader or inspector is for
    Column("password", Text),  # argon2; null: logs in elsewhere, or not at all
    Column("temporary", Boolean, nullable=False),  # the password is to be changed at once
    Column("disabled", Boolean, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
)

# Of a session only a hash is kept: who reads the database cannot come in with it.
session = Table(
    "session",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of what the browser holds
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Index(None, "person_id"),
)

# Logins that were refused; a good one forgets the account's.
refused_login = Table(
    "refused_login",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "login", "at"),
    Index(None, "address", "at"),
)

# Appended, never changed: each line's hash covers the line and the hash before it.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ...
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),  # a login, or the user of the command line
    Column("action", String(32), nullable=False),
    Column("target", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON; no words of calls
    Column("hash", String(64), nullable=False),
    Index(None, "at"),
)
