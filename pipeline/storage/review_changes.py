"""What people do with a card, written on a connection that is in a transaction: all or nothing.

Whoever changes a card holds its recording, as whoever drafts a new one does, so that no draft
makes room while it is being marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from pipeline.scoring.review import Mark, Standing
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.cards import put_drafts
from pipeline.storage.database import moment
from pipeline.storage.decision_rows import hold
from pipeline.storage.entries import alone_with_bytes
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.review_neighbours import (
    neighbours_of,
    queue_neighbours,
    unqueue_neighbours,
)
from pipeline.storage.review_records import Change, Final, Missing, Overtaken, Redrafted
from pipeline.storage.review_rows import put_marks, read_marks, replace_items
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.revisions import add_swap, add_words, revisions_of
from pipeline.storage.search_rows import index_words
from pipeline.storage.tables import decision as decisions
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards


def change_card(
    connection: Connection, card: int, version: int, said: Sequence[Mark], change: Change
) -> tuple[tuple[Mark, ...], Mapping[str, int]]:
    """Append the marks and what they make of the card: the marks as they were written, and for the
    record how many neighbours were queued by it, or are not any more. Raises Overtaken or
    Missing."""
    row = _held(connection, card, version, change)
    at = moment(connection)
    written = _write(connection, row, version, [replace(mark, at=at) for mark in said], change)
    _settle(connection, row, change, at)
    reach = _reach(row, change)
    if not reach:
        return written, {}
    if change.final is not None:
        return written, {"queued": queue_neighbours(connection, row, reach)}
    return written, {"unqueued": unqueue_neighbours(connection, row, reach, at)}


def redraft_card(connection: Connection, card: int, version: int, redrafted: Redrafted) -> int:
    """Append the corrections, put the new draft in the card's place, with the marks that still
    hold; the new card. Raises Overtaken or Missing."""
    content = (
        select(recordings.c.content)
        .join(reviews, reviews.c.recording_id == recordings.c.id)
        .where(reviews.c.scorecard_id == card)
    )
    alone_with_bytes(connection, connection.execute(content).scalars())
    row = _held(connection, card, version)
    draft = redrafted.draft
    if revisions_of(connection, [draft.transcript])[draft.transcript].number != redrafted.since:
        raise Overtaken(row.version, ())
    if redrafted.swapped is not None:
        add_swap(connection, draft.transcript, draft.revision, redrafted.swapped)
    for correction in redrafted.corrections:
        add_words(connection, draft.transcript, correction)
    index_words(connection, draft.transcript)
    put_drafts(connection, [draft])
    mine = select(func.max(reviews.c.scorecard_id)).where(
        reviews.c.recording_id == row.recording_id
    )
    new = connection.execute(mine).scalar_one()
    _hand_over(connection, row, new)
    fresh = _held(connection, new, 0)
    _write(connection, fresh, 0, redrafted.marks, redrafted.change)
    return int(new)


def assign_cards(connection: Connection, cards: Sequence[int], login: str) -> int:
    """These drafts are somebody's, "" nobody's; how many there were."""
    owners = select(reviews.c.recording_id).where(reviews.c.scorecard_id.in_(cards))
    hold(connection, list(connection.execute(owners).scalars()))
    drafts = (
        reviews.c.scorecard_id.in_(cards)
        & (reviews.c.state == Standing.DRAFT.value)
        & reviews.c.replaced_by.is_(None)
    )
    return connection.execute(update(reviews).where(drafts).values(assigned=login)).rowcount


def record(connection: Connection, act: Act, **more: str | float) -> None:
    """Put the act on record, with what only came out now."""
    append(connection, replace(act, details={**act.details, **more}))


def _held(
    connection: Connection, card: int, version: int, change: Change | None = None
) -> Row[Any]:
    """The card's row, of that version, and nobody else's until the transaction ends; the
    neighbours' too that the change is about."""
    mine = select(reviews).where(reviews.c.scorecard_id == card)
    row = connection.execute(mine).first()
    if row is None:
        raise Missing(card)
    reach = _reach(row, change) if change else 0
    beside = neighbours_of(connection, row, reach) if reach else []
    hold(connection, [row.recording_id, *beside])
    row = connection.execute(mine.with_for_update()).first()
    if row is None or row.replaced_by is not None:
        raise Missing(card)
    if row.version != version:
        raise Overtaken(row.version, read_marks(connection, card, version))
    return row


def _reach(row: Row[Any], change: Change) -> int:
    """How many recordings on each side a change is about: a confirmation, or one taken back."""
    if change.final is not None:
        return change.final.neighbours
    taken_back = change.standing == Standing.DRAFT and row.final
    return from_json(Final, row.final).neighbours if taken_back else 0


def _write(
    connection: Connection, row: Row[Any], version: int, said: Sequence[Mark], change: Change
) -> tuple[Mark, ...]:
    card = row.scorecard_id
    numbered = tuple(replace(mark, number=version + i) for i, mark in enumerate(said, 1))
    put_marks(connection, card, numbered)
    values = {
        "state": change.standing.value,
        "version": version + len(said),
        "open": change.open,
        "total": change.total,
        "max": change.max,
        "waiting": change.waiting,
        "fatal": change.fatal,
    }
    mine = reviews.c.scorecard_id == card
    connection.execute(update(reviews).where(mine).values(**values))
    if change.items is not None:
        replace_items(connection, card, change.items)
    return numbered


def _settle(connection: Connection, row: Row[Any], change: Change, at: int) -> None:
    """What a step leaves beside the marks: frozen totals, decisions, moments."""
    if change.standing.value == row.state:
        return
    card, values = row.scorecard_id, dict[str, Any]()
    if change.standing == Standing.DRAFT:  # what the confirmation decided is decided no more
        by_it = (decisions.c.at == row.confirmed_at) & (decisions.c.by == row.by)
        mine = decisions.c.scorecard_id == card
        connection.execute(delete(decisions).where(mine, by_it))
        values = {"by": "", "confirmed_at": None, "final": None}
    if change.final is not None:
        final = replace(change.final, at=at)
        values = {"by": final.by, "confirmed_at": at, "final": to_json(final)}
        _decide(connection, card, change, at)
    if change.standing in (Standing.RELEASED, Standing.ACKNOWLEDGED):
        values[f"{change.standing.value}_at"] = at
    mine = reviews.c.scorecard_id == card
    connection.execute(update(reviews).where(mine).values(**values))
    state = update(scorecards).where(scorecards.c.id == card)
    connection.execute(state.values(state=change.standing.value))


def _decide(connection: Connection, card: int, change: Change, at: int) -> None:
    rows = [
        {
            "scorecard_id": card,
            "item": decision.item,
            "verdict": decision.verdict.value,
            "by": decision.by,
            "at": at,
            "reason": decision.reason,
        }
        for decision in change.decisions
    ]
    if rows:
        connection.execute(insert(decisions), rows)


def _hand_over(connection: Connection, row: Row[Any], new: int) -> None:
    """The new card is in the queue for what the old one was, and the old one is not any more."""
    old = update(reviews).where(reviews.c.scorecard_id == row.scorecard_id)
    connection.execute(old.values(replaced_by=new, eligible=False, asked="", assigned=""))
    mine = update(reviews).where(reviews.c.scorecard_id == new)
    values = {"eligible": row.eligible, "asked": row.asked, "assigned": row.assigned}
    connection.execute(mine.values(**values))
