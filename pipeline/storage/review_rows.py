"""Rows of the desk's tables, made and read on a connection that is in a transaction."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from pipeline.call import CallRecord
from pipeline.hit import Verdict
from pipeline.scoring.review import Mark, Marking, Span, Standing
from pipeline.scoring.risk import needs_eyes
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.database import here_with
from pipeline.storage.plain import from_json, plain, typed
from pipeline.storage.records import Draft, ItemStands
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as review_items
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tally_tables import COUNTING, tallied

DIGITS = 12
IN_BODY = ("span", "reason", "text", "undoes")
"""Of a mark: what only matters to the card itself."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A card that was just written, and what its row takes over. eligible: it is for the queue
    whenever it is flagged or drawn; asked, assigned: as of the draft that made room for it."""

    card: int
    draft: Draft
    eligible: bool = True
    asked: str = ""
    assigned: str = ""


def raised_of(card: Scorecard) -> tuple[ItemStands, ...]:
    """The items that the machine raised."""
    return tuple(
        ItemStands(
            item=item.id,
            machine=item.verdict,
            verdict=item.verdict,
            lost=item.points_lost,
            at_stake=item.at_stake,
        )
        for item in card.items
        if needs_eyes(item)
    )


def lot_of(content: str) -> float:
    """0 ≤ lot < 1, of the bytes of a recording alone: it is in the random sample where its lot is
    below the share. A larger share has all that a smaller one has, and no verdict enters."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:DIGITS]
    return int(digest, 16) / float(16**DIGITS)


def put_reviews(connection: Connection, fresh: Sequence[Fresh]) -> None:
    """A row for each of these cards, and one for each item that it raised."""
    ids = {one.draft.recording for one in fresh}
    columns = (recordings.c[name] for name in ("id", "content", "day", "about"))
    chosen = select(*columns).where(recordings.c.id.in_(ids))
    of = {row.id: row for row in connection.execute(chosen)}
    rows = [_row(one, of[one.draft.recording]) for one in fresh]
    if rows:
        connection.execute(insert(reviews), rows)
    put_items(connection, ((one.card, item) for one in fresh for item in one.draft.raised))


def put_items(connection: Connection, items: Iterable[tuple[int, ItemStands]]) -> None:
    """A row for each item of these cards."""
    rows = [
        {
            "scorecard_id": card,
            "item": item.item,
            "machine": item.machine.value,
            "verdict": item.verdict.value,
            "lost": item.lost,
            "at_stake": item.at_stake,
        }
        for card, item in items
    ]
    if rows:
        connection.execute(insert(review_items), rows)


def replace_items(connection: Connection, card: int, items: Sequence[ItemStands]) -> None:
    """These are the items of a card that were raised or marked, as they stand now."""
    connection.execute(delete(review_items).where(review_items.c.scorecard_id == card))
    put_items(connection, ((card, item) for item in items))


def refresh(connection: Connection, recording: int, day: str, about: CallRecord) -> None:
    """A recording's cards are known by what its record says now."""
    mine = reviews.c.recording_id == recording
    here_with(connection, COUNTING)  # or a day that is being counted would not be seen yet
    days = select(reviews.c.day).where(mine)
    connection.execute(delete(tallied).where(tallied.c.day.in_(days)))  # whose calls they are
    values = {**({"day": day} if day else {}), **_of_record(about)}
    connection.execute(update(reviews).where(mine).values(**values))


def _row(one: Fresh, recording: Row[Any]) -> Mapping[str, Any]:
    draft = one.draft
    return {
        "scorecard_id": one.card,
        "recording_id": draft.recording,
        "day": recording.day,
        **_of_record(from_json(CallRecord, recording.about)),
        "lot": lot_of(recording.content),
        "template": draft.template,
        "eligible": one.eligible,
        "asked": one.asked,
        "assigned": one.assigned,
        "risk": draft.risk,
        "raised": len(draft.raised),
        "state": Standing.DRAFT.value,
        "version": 0,
        "open": sum(item.verdict != Verdict.FAIL for item in draft.raised),
        "total": round(draft.total - draft.waiting, 3),
        "max": round(draft.max - draft.waiting, 3),
        "waiting": draft.waiting,
        "fatal": draft.fatal,
        "by": "",
    }


def _of_record(about: CallRecord) -> dict[str, str | bool]:
    return {
        "started": (about.started or "").replace(" ", "T"),
        "agent": about.agent or "",
        "team": about.team or "",
        "test_call": about.test_call,
    }


def put_marks(connection: Connection, card: int, said: Sequence[Mark]) -> None:
    """Append marks, which have their numbers."""
    rows = [
        {
            "scorecard_id": card,
            "number": one.number,
            "kind": one.kind.value,
            "item": one.item,
            "hit": one.hit,
            "says": one.says,
            "body": _body(one),
            "by": one.by,
            "at": one.at,
        }
        for one in said
    ]
    if rows:
        connection.execute(insert(marks), rows)


def read_marks(connection: Connection, card: int, after: int = 0) -> tuple[Mark, ...]:
    """The marks of a card with higher numbers, in order."""
    mine = (marks.c.scorecard_id == card) & (marks.c.number > after)
    rows = connection.execute(select(marks).where(mine).order_by(marks.c.number))
    return tuple(map(_mark, rows))


def _body(one: Mark) -> str:
    said = {name: plain(getattr(one, name)) for name in IN_BODY}
    return json.dumps({k: v for k, v in said.items() if v}, ensure_ascii=False)


def _mark(row: Row[Any]) -> Mark:
    body = json.loads(row.body)
    return Mark(
        kind=Marking(row.kind),
        by=row.by,
        item=row.item,
        hit=row.hit,
        says=row.says,
        span=typed(Span | None, body.get("span")),
        reason=body.get("reason", ""),
        text=body.get("text", ""),
        undoes=body.get("undoes", 0),
        number=row.number,
        at=row.at,
    )
