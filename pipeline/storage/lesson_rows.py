"""Answers, lessons, rules and proposals as rows, on a connection that is in a transaction."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from pipeline.storage.cards import left_of
from pipeline.storage.database import alone_with, insert_or_leave, insert_row, moment
from pipeline.storage.figure_scope import CONFIRMED
from pipeline.storage.lesson_records import Answered, Key, Lesson, Proposed, Settling, Taught
from pipeline.storage.lesson_tables import (
    answer,
    learned,
    lesson,
    proposal,
    proposal_card,
    settling,
)
from pipeline.storage.review_tables import review as reviews

STANDS = (
    select(reviews.c.scorecard_id)
    .where(reviews.c.scorecard_id == answer.c.scorecard_id)
    .where(reviews.c.confirmed_at == answer.c.at, CONFIRMED)
    .exists()
)


def drop_withdrawn(connection: Connection) -> int:
    """Answers of confirmations that were taken back; how many."""
    return connection.execute(delete(answer).where(~STANDS)).rowcount


def put_answers(connection: Connection, answers: Sequence[Answered]) -> None:
    """Answers of cards that have none; of others nothing: somebody learns at the same time, or
    they were purged."""
    left = left_of(connection, (one.card for one in answers))
    rows = [
        {
            "scorecard_id": one.card,
            "item": one.item,
            "template": one.template,
            "upheld": one.upheld,
            "at": one.at,
            "numbers": json.dumps(dict(one.numbers)),
            "words": json.dumps(dict(one.words), ensure_ascii=False),
        }
        for one in answers
        if one.card in left
    ]
    if rows:
        connection.execute(insert_or_leave(connection, answer), rows)


def read_answers(connection: Connection, key: Key) -> list[Answered]:
    """All of an item, in the order of their confirmation."""
    mine = select(answer).where(answer.c.template == key[0], answer.c.item == key[1])
    rows = connection.execute(mine.order_by(answer.c.at, answer.c.scorecard_id))
    return [
        Answered(
            card=row.scorecard_id,
            template=row.template,
            item=row.item,
            upheld=row.upheld,
            at=row.at,
            numbers=json.loads(row.numbers),
            words=json.loads(row.words),
        )
        for row in rows
    ]


def answered(connection: Connection) -> list[Key]:
    """The items that people decided on."""
    both = (answer.c.template, answer.c.item)
    rows = connection.execute(select(*both).distinct().order_by(*both))
    return [(row.template, row.item) for row in rows]


def put_lesson(
    connection: Connection, by: str, taught: Sequence[Taught], proposed: Sequence[Proposed]
) -> int:
    """Append a lesson; its proposals take the place of those before. Its version."""
    alone_with(connection, "lesson")
    last = connection.execute(select(func.max(lesson.c.version))).scalar() or 0
    version = last + 1
    row = {"version": version, "by": by, "at": moment(connection)}
    connection.execute(insert(lesson).values(**row))
    fields = ("template", "item", "decisions", "upheld", "needed", "body")
    rows = [{name: getattr(one, name) for name in fields} | {"version": version} for one in taught]
    if rows:
        connection.execute(insert(learned), rows)
    connection.execute(delete(proposal_card))
    connection.execute(delete(proposal))
    for one in proposed:
        _put_proposal(connection, version, one)
    return version


def _put_proposal(connection: Connection, version: int, one: Proposed) -> None:
    left = left_of(connection, one.cards)
    if not left:
        return  # all that it came from was purged
    fields = ("template", "item", "lexicon", "phrase", "marked", "said", "passages", "more")
    row = {name: getattr(one, name) for name in fields} | {"version": version}
    number = insert_row(connection, proposal, row)
    cards = [{"proposal_id": number, "scorecard_id": card} for card in one.cards if card in left]
    connection.execute(insert(proposal_card), cards)


def read_lesson(connection: Connection, version: int | None = None) -> Lesson | None:
    """That lesson, or the last; None where there is none."""
    chosen = select(lesson).order_by(lesson.c.version.desc()).limit(1)
    if version is not None:
        chosen = chosen.where(lesson.c.version == version)
    row = connection.execute(chosen).first()
    if row is None:
        return None
    mine = select(learned).where(learned.c.version == row.version)
    rows = connection.execute(mine.order_by(learned.c.template, learned.c.item))
    return Lesson(version=row.version, by=row.by, at=row.at, taught=tuple(map(_taught, rows)))


def read_history(connection: Connection, key: Key | None, limit: int) -> list[Lesson]:
    """The last lessons, the newest first, with what they say of that item, or of all."""
    rows = connection.execute(select(lesson).order_by(lesson.c.version.desc()).limit(limit)).all()
    versions = [row.version for row in rows]
    mine = select(learned).where(learned.c.version.in_(versions))
    if key is not None:
        mine = mine.where(learned.c.template == key[0], learned.c.item == key[1])
    of: dict[int, list[Taught]] = {version: [] for version in versions}
    for one in connection.execute(mine.order_by(learned.c.template, learned.c.item)):
        of[one.version].append(_taught(one))
    return [
        Lesson(version=row.version, by=row.by, at=row.at, taught=tuple(of[row.version]))
        for row in rows
    ]


def _taught(row: Row[Any]) -> Taught:
    return Taught(
        template=row.template,
        item=row.item,
        decisions=row.decisions,
        upheld=row.upheld,
        needed=row.needed,
        body=row.body,
    )


def put_settling(connection: Connection, rule: Settling) -> None:
    """Append what a lead said of an item."""
    fields = ("template", "item", "at_least", "checked", "by")
    row = {name: getattr(rule, name) for name in fields}
    insert_row(connection, settling, {**row, "at": moment(connection)})


def read_settlings(connection: Connection) -> dict[Key, Settling]:
    """What was said last of each item."""
    last = select(func.max(settling.c.id)).group_by(settling.c.template, settling.c.item)
    rows = connection.execute(select(settling).where(settling.c.id.in_(last)))
    return {
        (row.template, row.item): Settling(
            template=row.template,
            item=row.item,
            at_least=row.at_least,
            checked=row.checked,
            by=row.by,
            at=row.at,
        )
        for row in rows
    }


def read_proposals(connection: Connection) -> list[Proposed]:
    """Those of the last lesson, in its order."""
    cards: dict[int, list[int]] = {}
    of = select(proposal_card).order_by(proposal_card.c.proposal_id, proposal_card.c.scorecard_id)
    for row in connection.execute(of):
        cards.setdefault(row.proposal_id, []).append(row.scorecard_id)
    return [
        Proposed(
            template=row.template,
            item=row.item,
            lexicon=row.lexicon,
            phrase=row.phrase,
            marked=row.marked,
            said=row.said,
            passages=row.passages,
            more=row.more,
            cards=tuple(cards.get(row.id, ())),
        )
        for row in connection.execute(select(proposal).order_by(proposal.c.id))
    ]
