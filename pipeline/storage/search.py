"""Searches of what was said: the same answers as reading every turn, without reading them."""

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, select

from pipeline.storage.database import reading
from pipeline.storage.opened import Opened
from pipeline.storage.rows import read_recording
from pipeline.storage.search_records import CAP, Among, Found, Hit
from pipeline.storage.search_walk import Told, walk
from pipeline.storage.tables import recording as recordings
from pipeline.text.finding import spans
from pipeline.text.normal import normal
from pipeline.text.query import Query

LIMIT = 50


class Search(Opened):
    """What was said in the calls of one home. A context manager, as Store is."""

    def find(self, query: Query, among: Among, limit: int = LIMIT) -> Found:
        """The first hits, and how many there are, counted up to CAP."""
        with reading(self._engine) as connection:
            told = walk(connection, query, among)
            shown = list(islice(told, min(limit, CAP)))
            count = len(shown) + sum(1 for _ in islice(told, CAP + 1 - len(shown)))
            hits = tuple(_hits(connection, shown))
        return Found(hits, min(count, CAP), count > CAP)


def _hits(connection: Connection, told: list[Told]) -> Iterable[Hit]:
    ids = {one.owner.recording for one in told}
    rows = connection.execute(select(recordings).where(recordings.c.id.in_(ids))).mappings()
    known = {row["id"]: (read_recording(row), row["day"]) for row in map(dict, rows)}
    for one in told:
        recording, day = known[one.owner.recording]
        about, text = recording.about, one.line.text
        first = normal(text).origin[one.spots[0].start]
        yield Hit(
            recording=one.owner.recording,
            card=one.owner.card,
            call=about.id or recording.name.replace("\\", "/").rpartition("/")[2],
            day=day,
            started=about.started or "",
            agent=about.agent or "",
            team=about.team or "",
            turn=one.line.turn,
            speaker=one.line.speaker,
            at=one.line.at(first) / 1000,
            text=text,
            spans=spans(text, one.spots),
        )
