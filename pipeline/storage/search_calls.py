"""Whose words a transcript holds: recordings, as far as they are searched among."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from pipeline.storage.given import given, giving
from pipeline.storage.review_lists import conditions
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as review_items
from pipeline.storage.search_records import Among
from pipeline.storage.search_tables import spoken
from pipeline.storage.stored import superseded
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts

FEW = 5_000
"""So many transcripts are kept in mind, rather than looked up as they come."""
MANY = 2 * FEW
"""So many cards are of many calls."""


class Owner(NamedTuple):
    """A recording that was searched among, and its card: the last of those wanted, 0 without."""

    recording: int
    card: int


def few(connection: Connection, among: Among) -> frozenset[int] | None:
    """The transcripts that are searched, where there are few; None: many, or all. Some of them may
    still have no owner."""
    if not among.narrow or _many_cards(connection, among):
        return None
    joined: FromClause = transcripts
    where = list(_of_words(among))
    if among.silence is not None:
        joined = joined.join(spoken, spoken.c.transcript_id == transcripts.c.id)
    if among.of_cards:
        joined = joined.join(recordings, recordings.c.content == transcripts.c.content).join(
            reviews, reviews.c.recording_id == recordings.c.id
        )
        where += _of_cards(among)
    chosen = select(transcripts.c.id).select_from(joined).where(*where)
    found = connection.execute(chosen.distinct().limit(FEW + 1)).scalars().all()
    return frozenset(found) if len(found) <= FEW else None


def _many_cards(connection: Connection, among: Among) -> bool:
    """Whether cards alone tell that there are many: without looking up what they are of."""
    if not among.of_cards or list(_of_words(among)):
        return False
    some = select(reviews.c.scorecard_id).where(*_of_cards(among)).limit(MANY).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() == MANY


def owners(connection: Connection, ids: Sequence[int], among: Among) -> dict[int, list[Owner]]:
    """Of each transcript, the recordings that it is the words of now, the last one first: their
    last card rests on it, or it is the last one of their bytes."""
    found: dict[int, list[Owner]] = {}
    asked = _owned(connection.dialect.name, among)
    for row in connection.execute(asked, giving(connection, ids)).all():
        if row.searched == row.transcript and (row.card or not among.of_cards):
            found.setdefault(row.transcript, []).append(Owner(row.recording, row.card or 0))
    return found


@lru_cache(maxsize=100)
def _owned(dialect: str, among: Among) -> Select[Any]:
    """Of given transcripts the recordings, with the transcript that is searched of each, and their
    last card that is wanted. In one statement, looked up row by row: a search counts a thousand."""
    these = given(dialect)
    words = these.join(transcripts, transcripts.c.id == these.c.value)
    if among.silence is not None:
        words = words.join(spoken, spoken.c.transcript_id == transcripts.c.id)
    last = select(scorecards.c.transcript_id).where(scorecards.c.recording_id == recordings.c.id)
    same = transcripts.alias("same")
    latest = select(func.max(same.c.id)).where(same.c.content == recordings.c.content)
    wanted = reviews.c.recording_id == recordings.c.id
    return (
        select(
            transcripts.c.id.label("transcript"),
            recordings.c.id.label("recording"),
            func.coalesce(
                last.order_by(scorecards.c.id.desc()).limit(1).scalar_subquery(),
                latest.scalar_subquery(),
            ).label("searched"),
            select(func.max(reviews.c.scorecard_id))
            .where(wanted, *_of_cards(among))
            .scalar_subquery()
            .label("card"),
        )
        .select_from(words.join(recordings, recordings.c.content == transcripts.c.content))
        .where(~superseded(), *_of_words(among))
        .order_by(recordings.c.id.desc())
    )


def _of_words(among: Among) -> Iterator[ColumnElement[bool]]:
    if among.seconds_from is not None:
        yield transcripts.c.duration >= 1000 * among.seconds_from
    if among.seconds_to is not None:
        yield transcripts.c.duration <= 1000 * among.seconds_to
    if among.silence is not None:
        yield spoken.c.silence >= 1000 * among.silence


def _of_cards(among: Among) -> Iterator[ColumnElement[bool]]:
    if among.cards is None:
        yield reviews.c.replaced_by.is_(None)
    else:
        yield from conditions(among.cards)
        if among.verdict is not None:
            mine = review_items.c.scorecard_id == reviews.c.scorecard_id
            named = review_items.c.item == among.cards.item
            said = review_items.c.verdict == among.verdict.value
            yield select(review_items.c.item).where(mine, named, said).exists()
    if among.share_from is not None:
        yield (reviews.c.max > 0) & (reviews.c.total >= among.share_from * reviews.c.max)
    if among.share_to is not None:
        yield (reviews.c.max > 0) & (reviews.c.total <= among.share_to * reviews.c.max)
