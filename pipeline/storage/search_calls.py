"""Whose words a transcript holds: recordings, as far as they are searched among."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, true

from pipeline.storage.records import State
from pipeline.storage.review_lists import conditions
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as review_items
from pipeline.storage.search_records import Among
from pipeline.storage.search_tables import spoken
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts

FEW = 5_000
"""So many transcripts are kept in mind, rather than looked up as they come."""


class Owner(NamedTuple):
    """A recording that was searched among, and its card: the last of those wanted, 0 without."""

    recording: int
    card: int


def few(connection: Connection, among: Among) -> frozenset[int] | None:
    """The transcripts that are searched, where there are few; None: many, or all. Some of them may
    still have no owner."""
    if not among.narrow:
        return None
    joined = transcripts.join(spoken, spoken.c.transcript_id == transcripts.c.id)
    where = list(_of_words(among))
    if among.of_cards:
        joined = joined.join(recordings, recordings.c.content == transcripts.c.content).join(
            reviews, reviews.c.recording_id == recordings.c.id
        )
        where += _of_cards(among)
    chosen = select(transcripts.c.id).select_from(joined).where(*where)
    found = connection.execute(chosen.distinct().limit(FEW + 1)).scalars().all()
    return frozenset(found) if len(found) <= FEW else None


def owners(connection: Connection, ids: Sequence[int], among: Among) -> dict[int, list[Owner]]:
    """Of each transcript, the recordings that it is the words of now, the last one first: their
    last card rests on it, or it is the last one of their bytes."""
    found: dict[int, list[Owner]] = {}
    rows = _latest(connection, connection.execute(_recordings(ids, among)).all())
    cards = _cards(connection, {row.id for row in rows}, among)
    without = {row.content for row in rows if row.id not in cards}
    last = _last(connection, without) if without else {}
    for row in rows:
        rests_on, card = cards.get(row.id) or (last[row.content], 0)
        if rests_on == row.transcript and (card or not among.of_cards):
            found.setdefault(row.transcript, []).append(Owner(row.id, card))
    return found


def _recordings(ids: Sequence[int], among: Among) -> Select[Any]:
    """Of these transcripts."""
    words = recordings.join(transcripts, transcripts.c.content == recordings.c.content)
    if among.silence is not None:
        words = words.join(spoken, spoken.c.transcript_id == transcripts.c.id)
    known = (recordings.c.id, recordings.c.content, recordings.c.name, recordings.c.changed)
    return (
        select(*known, transcripts.c.id.label("transcript"))
        .select_from(words)
        .where(transcripts.c.id.in_(ids), *_of_words(among))
        .order_by(recordings.c.id.desc())
    )


def _latest(connection: Connection, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Of recordings whose bytes changed, the latest. The state is looked at here: SQLite would
    rather read all that are done than those of a name."""
    same = recordings.c.name.in_({row.name for row in rows})
    asked = select(recordings.c.name, recordings.c.state, recordings.c.changed, recordings.c.id)
    latest: dict[str, tuple[int, int]] = {}
    for name, state, changed, number in connection.execute(asked.where(same)):
        if state == State.DONE.value:
            latest[name] = max(latest.get(name, (0, 0)), (changed, number))
    return [row for row in rows if (row.changed, row.id) >= latest.get(row.name, (0, 0))]


def _last(connection: Connection, contents: Iterable[str]) -> dict[str, int]:
    """Bytes -> the last transcript of them."""
    last = select(transcripts.c.content, func.max(transcripts.c.id)).group_by(transcripts.c.content)
    rows = connection.execute(last.where(transcripts.c.content.in_(list(contents))))
    return {row.content: row[1] for row in rows}


def _cards(connection: Connection, ids: Iterable[int], among: Among) -> dict[int, tuple[int, int]]:
    """Recording -> the transcript that its last card rests on, and its last card that is wanted."""
    wanted = and_(true(), *_of_cards(among)).label("wanted")
    rows = connection.execute(
        select(scorecards.c.id, scorecards.c.recording_id, scorecards.c.transcript_id, wanted)
        .join(reviews, reviews.c.scorecard_id == scorecards.c.id)
        .where(scorecards.c.recording_id.in_(list(ids)))
        .order_by(scorecards.c.id)
    )
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        before = found.get(row.recording_id, (0, 0))[1]
        found[row.recording_id] = (row.transcript_id, row.id if row.wanted else before)
    return found


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
