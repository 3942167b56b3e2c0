"""Topics and findings as they were last found, and what pages ask about the calls of a topic."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from pipeline.storage.database import alone_with, lots, moment, reading, writing
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figure_scope import counts, joined
from pipeline.storage.opened import Opened
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import State
from pipeline.storage.review_lists import conditions
from pipeline.storage.review_records import Wanted
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import recording as recordings
from pipeline.storage.topic_records import Called, Placed, Scored, StoredTopic
from pipeline.storage.topic_tables import call_topic as call_topics
from pipeline.storage.topic_tables import finding as findings
from pipeline.storage.topic_tables import topic as topics


class Topics(Opened):
    """The topics of a home. A context manager; close() gives the database back."""

    def all(self) -> tuple[StoredTopic, ...]:
        """All that were ever found, by number. Those of the last time share its moment."""
        with reading(self._engine) as connection:
            return _all(connection)

    def put(
        self,
        found: Sequence[StoredTopic],
        placed: Mapping[int, Placed | None],
        known: Sequence[StoredTopic],
    ) -> bool:
        """Keep what was found, known being what there was when the search began; placed: recording
        -> topic, None for those that are about nothing. Nothing is written, and False given, where
        somebody else found topics meanwhile."""
        with writing(self._engine) as connection:
            alone_with(connection, "topics")
            if _all(connection) != tuple(known):
                return False
            _put_topics(connection, found, {one.number for one in known})
            _place(connection, placed)
            return True

    def placed(self, numbers: Iterable[int]) -> dict[int, Placed]:
        """What these recordings are about, of those that are about anything."""
        found: dict[int, Placed] = {}
        with reading(self._engine) as connection:
            for ids in lots(sorted(set(numbers))):
                asked = select(call_topics).where(call_topics.c.recording_id.in_(ids))
                rows = connection.execute(asked).all()
                found |= {row.recording_id: Placed(row.topic, row.example) for row in rows}
        return found

    def of(self, topic: int, since: str, until: str) -> dict[int, int | None]:
        """The recordings of these days, both included, that are about a topic, with their place
        among its examples."""
        there = _of_days(since, until) & (call_topics.c.topic == topic)
        asked = select(call_topics.c.recording_id, call_topics.c.example).join(
            recordings, recordings.c.id == call_topics.c.recording_id
        )
        with reading(self._engine) as connection:
            return {row.recording_id: row.example for row in connection.execute(asked.where(there))}

    def among(self, since: str, until: str, wanted: Wanted) -> dict[int, int]:
        """Topic -> how many calls of these days, both included, are about it, of those that have a
        card that is wanted."""
        calls = func.count(func.distinct(call_topics.c.recording_id))
        asked = (
            select(call_topics.c.topic, calls)
            .join(recordings, recordings.c.id == call_topics.c.recording_id)
            .join(reviews, reviews.c.recording_id == call_topics.c.recording_id)
            .where(_of_days(since, until), *conditions(wanted))
            .group_by(call_topics.c.topic)
        )
        with reading(self._engine) as connection:
            return {row[0]: int(row[1]) for row in connection.execute(asked)}

    def keep_finding(self, kind: str, body: str) -> None:
        """In the place of the last one of its kind."""
        with writing(self._engine) as connection:
            alone_with(connection, "topics")
            connection.execute(delete(findings).where(findings.c.kind == kind))
            row = {"kind": kind, "at": moment(connection), "body": body}
            connection.execute(insert(findings).values(**row))

    def finding(self, kind: str) -> tuple[int, str] | None:
        """When it was found, in milliseconds since 1970, and what."""
        with reading(self._engine) as connection:
            row = connection.execute(select(findings).where(findings.c.kind == kind)).first()
        return (row.at, row.body) if row else None

    def scored(self, since: str, until: str) -> dict[int, Scored]:
        """Recording -> its score, of calls of the days since ≤ day < until whose score means
        something: by the last of its templates."""
        asked = (
            select(reviews.c.recording_id, reviews.c.template, reviews.c.agent)
            .add_columns((reviews.c.total / reviews.c.max).label("share"))
            .select_from(joined())
            .where(counts(Stretch(since=since, until=until)), reviews.c.max > 0)
            .order_by(reviews.c.scorecard_id)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(asked).all()
        return {row.recording_id: Scored(row.template, row.share, row.agent) for row in rows}

    def called(self, since: str, until: str, most: int) -> Iterator[Called]:
        """Who called on these days, both included, of the customers that are known, the last day
        first; at most so many calls."""
        days = (recordings.c.day >= since) & (recordings.c.day <= until)
        known = recordings.c.about.like('%"customer":"%')
        asked = select(recordings.c.id, recordings.c.about, recordings.c.day).where(days, known)
        with reading(self._engine) as connection:
            for row in connection.execute(asked.order_by(recordings.c.day.desc()).limit(most)):
                if customer := json.loads(row.about).get("customer"):
                    yield Called(row.id, customer, row.day)


def _of_days(since: str, until: str) -> ColumnElement[bool]:
    days = (recordings.c.day >= since) & (recordings.c.day <= until)
    return days & (recordings.c.state == State.DONE.value)


def _all(connection: Connection) -> tuple[StoredTopic, ...]:
    return tuple(map(_topic, connection.execute(select(topics).order_by(topics.c.number))))


def _topic(row: Row[tuple[object, ...]]) -> StoredTopic:
    return StoredTopic(
        number=row.number,
        name=row.name,
        words=from_json(tuple[tuple[str, float], ...], row.words),
        first=row.first_found,
        last=row.last_found,
    )


def _put_topics(connection: Connection, found: Sequence[StoredTopic], known: set[int]) -> None:
    at = moment(connection)
    for one in found:
        row = {"words": to_json(one.words), "last_found": at}
        if one.number in known:
            mine = topics.c.number == one.number
            connection.execute(update(topics).where(mine).values(**row))
        else:
            new = {"number": one.number, "name": one.name, "first_found": at, **row}
            connection.execute(insert(topics).values(**new))


def drop_topics(connection: Connection, ids: Sequence[int]) -> None:
    """Nobody knows any more what these recordings were about."""
    connection.execute(delete(call_topics).where(call_topics.c.recording_id.in_(ids)))


def _place(connection: Connection, placed: Mapping[int, Placed | None]) -> None:
    shown = call_topics.c.example.is_not(None)  # few of all calls that were ever looked at
    connection.execute(update(call_topics).where(shown).values(example=None))
    for ids in lots(sorted(placed)):
        there = select(recordings.c.id).where(recordings.c.id.in_(ids))
        held = there.with_for_update(read=True, key_share=True)  # none is purged until it is placed
        left = set(connection.execute(held).scalars())
        drop_topics(connection, ids)
        rows = [
            {"recording_id": number, "topic": one.topic, "example": one.example}
            for number in ids
            if number in left and (one := placed[number])
        ]
        if rows:
            connection.execute(insert(call_topics), rows)
