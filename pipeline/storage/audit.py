"""Who did what to which: a chain that shows when a line was changed, left out, moved or put in.

A tail that was cut off shows only beside a head that was kept elsewhere: verify() writes the last
line's number and hash beside the database (audit-heads.jsonl, appended), as every night does, and
looks at all that were written before. Copy that file to where those who run the database cannot
write.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import Storage
from pipeline.storage.audit_rows import (
    FIRST,
    Act,
    Line,
    Sought,
    append,
    chained,
    latest,
    lines,
)
from pipeline.storage.database import DEFAULTS, open_database, reading, writing

HEADS = "audit-heads.jsonl"


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of looking the chain over. broken: the first number where it does not hold, None
    where it holds; cut: lines that a head tells of and that are not there any more."""

    lines: int
    head: str
    broken: int | None = None
    cut: int = 0

    @property
    def whole(self) -> bool:
        """Nothing was changed, left out, moved, put in or cut off."""
        return self.broken is None and not self.cut


class Audit:
    """The record of a home: each call opens the database for itself."""

    def __init__(self, home: Path, settings: Storage = DEFAULTS):
        self._home, self._settings = home, settings

    def note(self, act: Act) -> None:
        """Put an act on record that writes nothing else, like listening to a call."""
        engine = open_database(self._home, self._settings)
        try:
            with writing(engine) as connection:
                append(connection, act)
        finally:
            engine.dispose()

    def latest(self, limit: int, sought: Sought | None = None, before: int = 0) -> list[Line]:
        """The last lines, the last one first; before: only those of lower numbers."""
        engine = open_database(self._home, self._settings)
        try:
            with reading(engine) as connection:
                return latest(connection, limit, sought, before)
        finally:
            engine.dispose()

    def verify(self) -> Verified:
        """Look the whole chain over, beside the heads that were kept; keep the head of now."""
        engine = open_database(self._home, self._settings)
        kept = dict(self._heads())
        count, head, broken = 0, FIRST, None
        try:
            with reading(engine) as connection:
                for count, line in enumerate(lines(connection), 1):
                    right = chained(head, count, line.at, line.act)
                    known = kept.pop(count, right)
                    if broken is None and (line.number, line.hash, known) != (count, right, right):
                        broken = count
                    head = line.hash
        finally:
            engine.dispose()
        cut = max(kept, default=count) - count
        found = Verified(count, head, broken, max(cut, 0))
        if found.whole and count:
            self._keep(count, head)
        return found

    def _heads(self) -> Iterator[tuple[int, str]]:
        with suppress(FileNotFoundError), (self._home / HEADS).open(encoding="utf-8") as file:
            for text in file:
                with suppress(ValueError, KeyError, TypeError):  # a line that a crash cut short
                    head = json.loads(text)
                    yield int(head["number"]), str(head["hash"])

    def _keep(self, number: int, head: str) -> None:
        text = json.dumps({"number": number, "hash": head}) + "\n"
        way = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self._home / HEADS, way, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
