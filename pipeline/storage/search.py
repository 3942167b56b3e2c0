"""Searches of what was said: the same answers as reading every turn, without reading them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import Connection, select

from pipeline.call import Medium
from pipeline.storage.database import reading
from pipeline.storage.opened import Opened
from pipeline.storage.records import Recording
from pipeline.storage.rows import read_recording
from pipeline.storage.search_calls import Owner
from pipeline.storage.search_lines import make_room
from pipeline.storage.search_records import CAP, Among, Found, Hit
from pipeline.storage.search_walk import Told, walk
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import transcript as transcripts
from pipeline.text.finding import Line, Spot, spans
from pipeline.text.normal import normal
from pipeline.text.query import Query

LIMIT = 50


class Search(Opened):
    """What was said in the calls of one home. A context manager, as Store is."""

    def find(self, query: Query, among: Among, limit: int = LIMIT) -> Found:
        """The first hits, and how many there are, counted up to CAP."""
        shown: list[Told] = []
        count = 0
        with reading(self._engine) as connection:
            make_room(connection)
            for told in walk(connection, query, among):
                if count < limit:
                    shown.append(told)
                count += len(told.owners) * len({spot.turn for spot in told.spots})
                if count > CAP:
                    break
            hits = tuple(islice(_hits(connection, shown), min(limit, CAP)))
        return Found(hits, min(count, CAP), count > CAP)


def _hits(connection: Connection, shown: Sequence[Told]) -> Iterator[Hit]:
    ids = {owner.recording for told in shown for owner in told.owners}
    rows = connection.execute(select(recordings).where(recordings.c.id.in_(ids))).mappings()
    known = {row["id"]: (read_recording(row), row["day"]) for row in map(dict, rows)}
    mine = transcripts.c.id.in_({told.transcript for told in shown})
    written = select(transcripts.c.id).where(mine, transcripts.c.medium == Medium.CHAT.value)
    chats = set(connection.execute(written).scalars())
    for told in shown:
        for owner in told.owners:
            for turn, spots in told.turns.items():
                hit = _hit(owner, *known[owner.recording], told.lines[turn], spots)
                yield replace(hit, chat=told.transcript in chats)


def _hit(owner: Owner, recording: Recording, day: str, line: Line, spots: tuple[Spot, ...]) -> Hit:
    about = recording.about
    return Hit(
        recording=owner.recording,
        card=owner.card,
        chat=False,
        call=about.id or recording.name.replace("\\", "/").rpartition("/")[2],
        day=day,
        started=about.started or "",
        agent=about.agent or "",
        team=about.team or "",
        turn=line.turn,
        speaker=line.speaker,
        at=line.at(normal(line.text).origin[spots[0].start]) / 1000,
        text=line.text,
        spans=spans(line.text, spots),
    )
