"""What holds of a home after every test of the night, whatever was done to it.

    I1  every recording is in exactly one state, and none is lost (conserved)
    I2  nothing is scored twice: one current card per call and ruleset, written once (scored_once)
    I3  what people decided on stays byte for byte (decided_cards)
    I4  a disturbed night says what an undisturbed one says (results, differences)
    I5  the record of acts is a chain without a break (chained)
    I6  the database is whole (intact)
    I7  no process and no temporary file is left (processes, left_in)

Looked up with plain SQL, not by the code under test. I2 is counted by triggers in the database
itself (count_cards), so that a card that was written and replaced is seen as well.
"""

import hashlib
import json
import os
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

CONFIDENCE = "confidence"
TWO_DECIMALS = 0.01
FINAL = {"done", "failed", "skipped"}


@dataclass(frozen=True, slots=True)
class Database:
    """A home's database as the tests look at it. url: of PostgreSQL; "": SQLite in the home."""

    home: Path
    url: str = ""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One transaction, committed at the end."""
        with _engine(self.url or f"sqlite:///{self.home / 'zhiyin.db'}").begin() as connection:
            yield connection

    def rows(self, query: str) -> list[Any]:
        """What a query finds."""
        with self.connection() as connection:
            return list(connection.execute(text(query)))


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    """Let go after every look: databases are copied and dropped, which nobody may be in."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)


ENDED = (
    "old.state NOT IN ('done', 'failed', 'skipped') AND new.state IN ('done', 'failed', 'skipped')"
)
COUNTED = {
    "card": ("AFTER INSERT ON scorecard", "new.recording_id", ""),
    "end": ("AFTER UPDATE ON recording", "new.id", ENDED),
}
"""What is counted -> when, of which recording, on which condition."""


def count_cards(database: Database) -> None:
    """Have the database count every card, and every end of a recording, that is committed from now
    on; scored_once reads it."""
    with database.connection() as connection:
        connection.exec_driver_sql("CREATE TABLE trial_counted (what TEXT, recording_id INTEGER)")
        for what, (moment, number, condition) in COUNTED.items():
            insert = f"INSERT INTO trial_counted VALUES ('{what}', {number});"
            when = f"WHEN ({condition})" if condition else ""
            head = f"CREATE TRIGGER trial_{what} {moment}"
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"{head} {when} BEGIN {insert} END")
                continue
            connection.exec_driver_sql(
                f"CREATE FUNCTION trial_{what}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {insert} RETURN NULL; END $$"
            )
            row = f"FOR EACH ROW {when} EXECUTE FUNCTION trial_{what}()"
            connection.exec_driver_sql(f"{head} {row}")


def conserved(database: Database, names: Mapping[str, int] | set[str]) -> None:
    """I1 after a night: of all recordings that were there each is in a final state, once."""
    rows = database.rows("SELECT name, state FROM recording")
    states = Counter(row.state for row in rows)
    assert set(states) <= FINAL, f"not in a final state: {states}"
    found = Counter(row.name for row in rows)
    lost = set(names) - set(found)
    assert not lost, f"lost: {sorted(lost)}"
    twice = [name for name, times in found.items() if times > 1]
    assert not twice, f"more than one row: {sorted(twice)}"
    assert states.total() == len(set(names)), f"{states} of {len(set(names))} found"


def one_current(database: Database) -> None:
    """I2: no call has two undecided cards by one template; none that is done lacks its words."""
    current = database.rows(
        "SELECT s.recording_id FROM scorecard s JOIN ruleset r ON r.digest = s.ruleset"
        " WHERE s.state = 'draft' AND s.id NOT IN (SELECT scorecard_id FROM decision)"
        " GROUP BY s.recording_id, r.template HAVING count(*) > 1"
    )
    assert not current, f"two current cards: recordings {[row[0] for row in current]}"
    halves = database.rows(
        "SELECT id FROM recording WHERE state = 'done' AND content NOT IN"
        " (SELECT content FROM transcript)"
    )
    assert not halves, f"done without a transcript: {[row[0] for row in halves]}"


def scored_once(database: Database) -> None:
    """I2 of nights in which nothing was to be scored again: no recording got a card or came to its
    end twice, and none has a card that is not done."""
    one_current(database)
    twice = database.rows(
        "SELECT what, recording_id FROM trial_counted GROUP BY what, recording_id"
        " HAVING count(*) > 1"
    )
    assert not twice, f"scored twice: {[tuple(row) for row in twice]}"
    strays = database.rows(
        "SELECT s.id FROM scorecard s JOIN recording r ON r.id = s.recording_id"
        " WHERE r.state <> 'done'"
    )
    assert not strays, f"cards of recordings that are not done: {[row[0] for row in strays]}"


def decided_cards(database: Database) -> dict[int, tuple[Any, ...]]:
    """I3: every card that people decided on, with all that was said of it; compare two of these."""
    cards = database.rows(
        "SELECT s.id, s.recording_id, s.transcript_id, s.revision, s.ruleset, s.number, s.state,"
        " s.total, s.max, s.fatal, s.body, s.added FROM scorecard s"
        " WHERE s.id IN (SELECT scorecard_id FROM decision)"
    )
    said = database.rows(
        "SELECT scorecard_id, item, verdict, by, at, reason FROM decision ORDER BY id"
    )
    return {
        card.id: (*card, *(tuple(one) for one in said if one.scorecard_id == card.id))
        for card in cards
    }


def kept(before: Mapping[int, tuple[Any, ...]], database: Database) -> None:
    """I3: nothing that people had decided on is gone or altered; decisions are only appended."""
    now = decided_cards(database)
    for number, card in before.items():
        assert now.get(number, ())[: len(card)] == card, f"decided card {number} has changed"


def results(database: Database) -> dict[str, Any]:
    """I4: by recording, what became of it: state, outcome, reason, words, cards. No row numbers,
    moments or paths of the run."""
    turns: dict[str, list[Any]] = {}
    for row in database.rows(
        "SELECT t.content, u.speaker, u.channel, u.start, u.end AS until, u.text, u.lengths,"
        " u.times, u.confidence, u.role_confidence FROM transcript t"
        " JOIN turn u ON u.transcript_id = t.id ORDER BY t.id, u.number".replace("u.end", 'u."end"')
    ):
        turns.setdefault(row.content, []).append(
            {
                "said": [row.speaker, row.channel, row.start, row.until, row.text],
                "times": list(struct.unpack(f"<{len(row.times) // 4}i", row.times)),
                CONFIDENCE: [value / 255 for value in row.confidence],
                f"role_{CONFIDENCE}": row.role_confidence,
            }
        )
    cards: dict[int, list[Any]] = {}
    for row in database.rows("SELECT recording_id, body FROM scorecard ORDER BY id"):
        cards.setdefault(row.recording_id, []).append(json.loads(row.body))
    return {
        row.name: {
            "state": [row.state, row.outcome, json.loads(row.reason)["key"] if row.reason else ""],
            "turns": turns.get(row.content, []),
            "cards": cards.get(row.id, []),
        }
        for row in database.rows(
            "SELECT id, name, content, state, outcome, reason FROM recording ORDER BY name"
        )
    }


def differences(left: Any, right: Any, where: str = "") -> list[str]:
    """Where two results part; confidences may differ by a hundredth, all else must be equal."""
    if isinstance(left, dict) and isinstance(right, dict):
        names = sorted(set(left) | set(right))
        nested = [differences(left.get(n), right.get(n), f"{where}/{n}") for n in names]
        return [one for found in nested for one in found]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        nested = [
            differences(a, b, f"{where}/{i}")
            for i, (a, b) in enumerate(zip(left, right, strict=True))
        ]
        return [one for found in nested for one in found]
    if CONFIDENCE in where and isinstance(left, float) and isinstance(right, float):
        return [where] if abs(left - right) > TWO_DECIMALS else []
    return [] if left == right else [where]


def chained(database: Database) -> None:
    """I5: each line of the record carries the SHA-256 of the hash before it and of itself."""
    with database.connection() as connection:
        if not inspect(connection).has_table("audit"):  # the database's making was cut off
            return
    before = "0" * 64
    rows = database.rows('SELECT number, at, "by", action, target, details, hash FROM audit')
    for number, row in enumerate(sorted(rows), 1):
        details = dict(sorted(json.loads(row.details).items()))
        said = [before, number, row.at, row.by, row.action, row.target, details]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        before = hashlib.sha256(text.encode()).hexdigest()
        assert (row.number, row.hash) == (number, before), f"the record breaks at line {row.number}"


def intact(database: Database) -> None:
    """I5 and I6: SQLite finds its file whole, and every row has the rows that it points at."""
    chained(database)
    if database.url:
        with database.connection() as connection:  # it reads every row of every table
            for table in ("recording", "transcript", "turn", "scorecard", "decision", "night"):
                connection.exec_driver_sql(f"SELECT count(*) FROM (SELECT * FROM {table}) q")
        return
    assert database.rows("PRAGMA integrity_check") == [("ok",)]
    assert database.rows("PRAGMA foreign_key_check") == []


def processes(marker: str) -> dict[int, str]:
    """I7: what is alive, by its command, of the processes that were started with this marker in
    their environment; whatever group or session they went into."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with suppress(OSError):
            if marker.encode() in (folder / "environ").read_bytes() and "Z" not in _state(folder):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = command.decode(errors="replace")
    return found


def _state(folder: Path) -> str:
    return (folder / "stat").read_text().rpartition(")")[2].split()[0]


def left_in(folder: Path) -> list[Path]:
    """I7: files that nobody took away again; folder: what TMPDIR was for the run."""
    return [path for path in folder.rglob("*") if path.is_file()]
