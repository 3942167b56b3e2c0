"""The scorecards of a stretch of days, for reports: without the words of the calls."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from pipeline.storage.cards import cards_of
from pipeline.storage.records import Carded
from pipeline.storage.rows import read_recording
from pipeline.storage.stored import numbers
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import ruleset as rulesets

AT_ONCE = 500
"""Recordings whose cards are read together: databases bound the values of one query."""


def carded(connection: Connection, since: str, until: str) -> Iterator[Carded]:
    """Recordings of the days since ≤ day < until (YYYY-MM-DD) that have cards, in order."""
    after = 0
    while ids := numbers(connection, since, after, AT_ONCE, purged=True):
        after = ids[-1]
        inside = recordings.c.id.in_(ids) & (recordings.c.day < until)
        rows = connection.execute(select(recordings).where(inside).order_by(recordings.c.id))
        found = {row["id"]: row for row in map(dict, rows.mappings())}
        cards = cards_of(connection, list(found))
        for number, row in found.items():
            if cards[number]:
                yield Carded(recording=read_recording(row), day=row["day"], kept=cards[number])


def texts_of_ruleset(connection: Connection, digest: str) -> Mapping[str, str] | None:
    """File -> its text of a ruleset that cards were made with; None of one that is not stored."""
    text = connection.execute(select(rulesets.c.texts).where(rulesets.c.digest == digest)).scalar()
    return None if text is None else dict(json.loads(text))
