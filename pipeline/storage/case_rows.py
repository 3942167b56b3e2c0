"""Rows of the case library, made and read on a connection that is in a transaction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from pipeline.call import Interval
from pipeline.scoring.review import Marking, is_excellent
from pipeline.storage.case_records import (
    Case,
    CasePage,
    Chosen,
    Cut,
    Fresh,
    Notes,
    Quality,
    Sought,
    Stage,
)
from pipeline.storage.case_tables import case_tag as tags
from pipeline.storage.case_tables import playlist_case as listed
from pipeline.storage.case_tables import training_case as cases
from pipeline.storage.numbers import insert_new
from pipeline.storage.plain import plain, typed
from pipeline.storage.records import State
from pipeline.storage.review_rows import read_marks
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import recording as recordings

IN_BODY = ("learn", "stages", "questions")
LATEST_CHOSEN = 200
"""Of the calls marked as excellent so many are looked through, the latest first."""


def holds_recording(connection: Connection, number: int) -> bool:
    """Whether the recording is there with its words, and stays until the transaction ends."""
    mine = select(recordings.c.state).where(recordings.c.id == number).with_for_update()
    return connection.execute(mine).scalar() == State.DONE.value


def put_case(connection: Connection, fresh: Fresh, by: str, at: int) -> int:
    """A new case; its number."""
    row = {
        "recording_id": fresh.recording,
        "team": fresh.team,
        **_written(fresh.notes, fresh.cut),
        "by": by,
        "at": at,
        "changed_by": by,
        "changed": at,
    }
    number = insert_new(connection, cases, row)
    _put_tags(connection, number, fresh.notes.tags)
    return number


def change_case(connection: Connection, case: Case, by: str, at: int) -> None:
    """Its notes and its cut as given."""
    row = {**_written(case.notes, case.cut), "changed_by": by, "changed": at}
    connection.execute(update(cases).where(cases.c.id == case.id).values(**row))
    connection.execute(delete(tags).where(tags.c.case_id == case.id))
    _put_tags(connection, case.id, case.notes.tags)


def _put_tags(connection: Connection, number: int, said: Sequence[str]) -> None:
    rows = [{"case_id": number, "tag": tag} for tag in dict.fromkeys(said)]
    if rows:
        connection.execute(insert(tags), rows)


def _written(notes: Notes, cut: Cut) -> Mapping[str, Any]:
    body = {name: plain(getattr(notes, name)) for name in IN_BODY}
    return {
        "start": _ms(cut.span.start),
        "end": _ms(cut.span.end),
        "quality": notes.quality.value,
        "title": notes.title,
        "topic": notes.topic,
        "body": json.dumps(body, ensure_ascii=False),
        "clip": cut.clip,
        "beeps": json.dumps([_ms(at) for one in cut.beeps for at in (one.start, one.end)]),
    }


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def read_case(connection: Connection, number: int, hold: bool = False) -> Case | None:
    """One case, whoever may see it. hold: nobody else changes it until the transaction ends."""
    chosen = select(cases).where(cases.c.id == number)
    row = connection.execute(chosen.with_for_update() if hold else chosen).first()
    return _read(connection, [row])[0] if row is not None else None


def page_of(connection: Connection, sought: Sought, offset: int, limit: int) -> CasePage:
    """Some of the cases that are sought, the last made first; a playlist in its order."""
    chosen = _chosen(sought)
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    by = (cases.c.id.desc(),) if sought.playlist is None else (listed.c.place, cases.c.id)
    rows = connection.execute(chosen.order_by(*by).offset(offset).limit(limit)).all()
    return CasePage(_read(connection, rows), total)


def _chosen(sought: Sought) -> Select[Any]:
    chosen = select(cases).where(*_restrictions(sought))
    if sought.playlist is None:
        return chosen
    mine = listed.c.playlist_id == sought.playlist
    return chosen.join(listed, listed.c.case_id == cases.c.id).where(mine)


def _restrictions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.teams is not None:
        found.append(cases.c.team.in_(sought.teams))
    if sought.quality is not None:
        found.append(cases.c.quality == sought.quality.value)
    if sought.topic:
        found.append(cases.c.topic == sought.topic)
    if sought.tag:
        found.append(exists().where(tags.c.case_id == cases.c.id, tags.c.tag == sought.tag))
    if sought.words:
        told = (cases.c.title, cases.c.topic)
        found.append(or_(*(one.icontains(sought.words, autoescape=True) for one in told)))
    return found


def _read(connection: Connection, rows: Sequence[Row[Any] | None]) -> tuple[Case, ...]:
    found = [row for row in rows if row is not None]
    ids = [row.id for row in found]
    said: dict[int, list[str]] = {number: [] for number in ids}
    mine = select(tags).where(tags.c.case_id.in_(ids)).order_by(tags.c.tag)
    for row in connection.execute(mine):
        said[row.case_id].append(row.tag)
    return tuple(_case(row, tuple(said[row.id])) for row in found)


def _case(row: Row[Any], said: tuple[str, ...]) -> Case:
    body, flat = json.loads(row.body), json.loads(row.beeps)
    notes = Notes(
        title=row.title,
        quality=Quality(row.quality),
        topic=row.topic,
        tags=said,
        learn=body["learn"],
        stages=typed(tuple[Stage, ...], body["stages"]),
        questions=tuple(body["questions"]),
    )
    pairs = zip(flat[::2], flat[1::2], strict=True)
    cut = Cut(
        span=Interval(row.start / 1000, row.end / 1000),
        clip=row.clip,
        beeps=tuple(Interval(start / 1000, end / 1000) for start, end in pairs),
    )
    return Case(
        id=row.id,
        recording=row.recording_id,
        team=row.team,
        notes=notes,
        cut=cut,
        by=row.by,
        at=row.at,
        changed_by=row.changed_by,
        changed=row.changed,
    )


def counts_of(
    connection: Connection, teams: tuple[str, ...] | None
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Topics and tags of the cases of these teams, with how many cases have them."""
    seen = _restrictions(Sought(teams=teams))
    topics = select(cases.c.topic, func.count().label("count")).where(cases.c.topic != "", *seen)
    said = select(tags.c.tag, func.count().label("count")).join(cases, cases.c.id == tags.c.case_id)
    of_topics = connection.execute(topics.group_by(cases.c.topic).order_by(cases.c.topic))
    of_tags = connection.execute(said.where(*seen).group_by(tags.c.tag).order_by(tags.c.tag))
    return {row[0]: row[1] for row in of_topics}, {row[0]: row[1] for row in of_tags}


def chosen_calls(connection: Connection, limit: int) -> tuple[Chosen, ...]:
    """The latest calls that are marked as excellent and of which no case is made."""
    # As the index spells it: a value that is sent beside the statement would not find it.
    excellent: ColumnElement[str] = literal_column(f"'{Marking.EXCELLENT.value}'")
    marked = select(marks.c.scorecard_id).where(marks.c.kind == excellent)
    made = select(cases.c.recording_id)
    rows = connection.execute(
        select(reviews.c.scorecard_id, reviews.c.recording_id, reviews.c.day, reviews.c.team)
        .add_columns(recordings.c.name)
        .join(recordings, recordings.c.id == reviews.c.recording_id)
        .where(
            reviews.c.scorecard_id.in_(marked),
            reviews.c.recording_id.not_in(made),
            reviews.c.replaced_by.is_(None),
        )
        .order_by(reviews.c.day.desc(), reviews.c.scorecard_id.desc())
        .limit(LATEST_CHOSEN)
    ).all()
    still = (row for row in rows if is_excellent(read_marks(connection, row.scorecard_id)))
    found = {row.recording_id: row for row in reversed(list(still))}
    calls = [
        Chosen(
            card=row.scorecard_id,
            recording=row.recording_id,
            name=row.name.replace("\\", "/").rpartition("/")[2],
            day=row.day,
            team=row.team,
        )
        for row in reversed(found.values())
    ]
    return tuple(calls[:limit])


def clips_of(connection: Connection, ids: Sequence[int]) -> tuple[str, ...]:
    """The sounds of the cases of these recordings."""
    mine = select(cases.c.clip).where(cases.c.recording_id.in_(ids), cases.c.clip != "")
    return tuple(connection.execute(mine).scalars())
