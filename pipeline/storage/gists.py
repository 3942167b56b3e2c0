"""The calls that are looked at together, and the gist of each: what is counted of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from sys import intern

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from pipeline.call import Call
from pipeline.storage.database import lots, reading, writing
from pipeline.storage.opened import Opened
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Outcome, State
from pipeline.storage.rows import read_transcripts
from pipeline.storage.search_tables import spoken
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.tables import turn as turns
from pipeline.storage.topic_records import Asked, Cases, Gist, Looked
from pipeline.storage.topic_tables import gist as gists

TEST_CALL = '%"test_call":true%'
"""As a call record that says so is kept (plain.to_json)."""


class Gists(Opened):
    """The gists of a home's calls. A context manager; close() gives the database back."""

    def last_day(self, today: str) -> str:
        """The latest day (YYYY-MM-DD) of a call, no later than today; "" without any."""
        with reading(self._engine) as connection:
            last = select(func.max(recordings.c.day)).where(_counts("", today))
            return connection.execute(last).scalar() or ""

    def count(self, since: str, until: str) -> int:
        """How many calls there are of these days, both included."""
        with reading(self._engine) as connection:
            counted = select(func.count()).select_from(recordings).where(_counts(since, until))
            return int(connection.execute(counted).scalar_one())

    def calls(self, since: str, until: str, most: int) -> list[Looked]:
        """The calls of these days; of more than that so many, drawn by lot: the order of the hashes
        of their bytes, so that they are the same ones as yesterday. Test calls are left out; of a
        recording whose bytes changed the latest counts."""
        columns = (recordings.c.id, recordings.c.name, recordings.c.content, recordings.c.changed)
        chosen = select(*columns, recordings.c.day).where(_counts(since, until))
        drawn = chosen.order_by(recordings.c.content, recordings.c.id).limit(most)
        found: list[Looked] = []
        with reading(self._engine) as connection:
            for rows in lots(connection.execute(drawn).all()):
                latest = _latest(connection, {row.name for row in rows})
                standing = [row for row in rows if (row.changed, row.id) >= latest[row.name]]
                words = _words(connection, [(row.id, row.content) for row in standing])
                found += (
                    Looked(recording=row.id, transcript=words[row.id], day=row.day)
                    for row in standing
                    if row.id in words
                )
        return found

    def missing(self, transcripts: Iterable[int], made_by: str) -> list[int]:
        """Those without a gist, or whose words were corrected or whose rules changed since."""
        known: set[int] = set()
        wanted = sorted(set(transcripts))
        joined = gists.join(spoken, spoken.c.transcript_id == gists.c.transcript_id)
        fresh = (gists.c.revision == spoken.c.revision) & (gists.c.made_by == made_by)
        with reading(self._engine) as connection:
            for ids in lots(wanted):
                mine = fresh & gists.c.transcript_id.in_(ids)
                asked = select(gists.c.transcript_id).select_from(joined).where(mine)
                known.update(connection.execute(asked).scalars())
        return [number for number in wanted if number not in known]

    def heard(self, ids: Sequence[int]) -> dict[int, tuple[int, Call]]:
        """Transcript -> how often it was corrected, and its call as it stands."""
        with reading(self._engine) as connection:
            found = read_transcripts(connection, ids)
        return {number: (one.revision, one.view) for number, one in found.items()}

    def put(self, made: Sequence[Gist], made_by: str) -> None:
        """Keep these in the place of older ones; not of a transcript that was deleted meanwhile."""
        ids = [one.transcript for one in made]
        with writing(self._engine) as connection:
            there = select(transcripts.c.id).where(transcripts.c.id.in_(ids)).with_for_update()
            left = set(connection.execute(there).scalars())
            connection.execute(delete(gists).where(gists.c.transcript_id.in_(ids)))
            rows = [_row(one, made_by) for one in made if one.transcript in left]
            if rows:
                connection.execute(insert(gists), rows)

    def keep_only(self, kept: Iterable[int]) -> None:
        """Drop the gists of all other transcripts: their calls are looked at no more."""
        with reading(self._engine) as connection:
            there = set(connection.execute(select(gists.c.transcript_id)).scalars())
        for ids in lots(sorted(there.difference(kept))):
            with writing(self._engine) as connection:
                connection.execute(delete(gists).where(gists.c.transcript_id.in_(ids)))

    def unanswered(self, since: str, until: str) -> list[Asked]:
        """The calls of these days, both included, in which an agent did not know an answer."""
        joined = gists.join(transcripts, transcripts.c.id == gists.c.transcript_id).join(
            recordings, recordings.c.content == transcripts.c.content
        )
        asked = select(recordings.c.id, gists.c.unanswered).select_from(joined)
        meant = _counts(since, until) & (gists.c.unanswered != "[]")
        with reading(self._engine) as connection:
            rows = connection.execute(asked.where(meant).order_by(recordings.c.id.desc())).all()
        return [Asked(row.id, from_json(Cases, row.unanswered)) for row in rows]

    def moment(self, recording: int, turn: int) -> float:
        """When a turn of a recording's words begins, in seconds."""
        with reading(self._engine) as connection:
            known = select(recordings.c.id, recordings.c.content).where(
                recordings.c.id == recording
            )
            pairs = [(row.id, row.content) for row in connection.execute(known)]
            words = _words(connection, pairs).get(recording)
            mine = (turns.c.transcript_id == words) & (turns.c.number == turn)
            return (connection.execute(select(turns.c.start).where(mine)).scalar() or 0) / 1000

    def of_recordings(self, numbers: Sequence[int]) -> dict[int, Gist]:
        """Recording -> its gist, of those that have one."""
        words: dict[int, int] = {}
        with reading(self._engine) as connection:
            for some in lots(numbers):
                asked = select(recordings.c.id, recordings.c.content)
                rows = connection.execute(asked.where(recordings.c.id.in_(some))).all()
                words |= _words(connection, [(row.id, row.content) for row in rows])
        known = {gist.transcript: gist for gist in self.read(words.values())}
        return {number: known[at] for number, at in words.items() if at in known}

    def read(self, ids: Iterable[int]) -> Iterator[Gist]:
        """The gists of these transcripts, of those that have one."""
        for some in lots(sorted(set(ids))):
            with reading(self._engine) as connection:
                rows = connection.execute(
                    select(gists)
                    .where(gists.c.transcript_id.in_(some))
                    .order_by(gists.c.transcript_id)
                ).all()
            yield from (
                Gist(
                    transcript=row.transcript_id,
                    revision=row.revision,
                    customer=tuple(map(intern, row.customer.split())),
                    agent=tuple(map(intern, row.agent.split())),
                    measured=json.loads(row.measured),
                    unanswered=from_json(Cases, row.unanswered),
                )
                for row in rows
            )


def drop_gists(connection: Connection, ids: Sequence[int]) -> None:
    """Nothing is counted of these transcripts any more."""
    connection.execute(delete(gists).where(gists.c.transcript_id.in_(ids)))


def _counts(since: str, until: str) -> ColumnElement[bool]:
    days = (recordings.c.day >= since) & (recordings.c.day <= until)
    heard = (recordings.c.state == State.DONE.value) & (recordings.c.outcome != Outcome.LOG.value)
    return days & heard & recordings.c.about.not_like(TEST_CALL)


def _latest(connection: Connection, names: set[str]) -> dict[str, tuple[int, int]]:
    """Name -> when the last recording of that name changed, and its number. The state is looked at
    here: SQLite would rather read all that are done than those of a name."""
    asked = select(recordings.c.name, recordings.c.state, recordings.c.changed, recordings.c.id)
    latest: dict[str, tuple[int, int]] = {}
    for name, state, changed, number in connection.execute(
        asked.where(recordings.c.name.in_(names))
    ):
        if state == State.DONE.value:
            latest[name] = max(latest.get(name, (0, 0)), (changed, number))
    return latest


def _words(connection: Connection, pairs: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Recording -> the transcript that its last card rests on, else the last one of its bytes."""
    mine = scorecards.c.recording_id.in_([number for number, _ in pairs])
    last = select(func.max(scorecards.c.id)).where(mine).group_by(scorecards.c.recording_id)
    rests = select(scorecards.c.recording_id, scorecards.c.transcript_id)
    rows = connection.execute(rests.where(scorecards.c.id.in_(last)))
    found: dict[int, int] = {row.recording_id: row.transcript_id for row in rows}
    without = {content for number, content in pairs if number not in found}
    of_bytes = select(transcripts.c.content, func.max(transcripts.c.id))
    asked = of_bytes.where(transcripts.c.content.in_(without)).group_by(transcripts.c.content)
    heard = {row[0]: int(row[1]) for row in connection.execute(asked)}
    return found | {n: heard[c] for n, c in pairs if n not in found and c in heard}


def _row(one: Gist, made_by: str) -> dict[str, object]:
    return {
        "transcript_id": one.transcript,
        "revision": one.revision,
        "made_by": made_by,
        "customer": " ".join(one.customer),
        "agent": " ".join(one.agent),
        "measured": to_json(one.measured),
        "unanswered": to_json(one.unanswered),
    }
