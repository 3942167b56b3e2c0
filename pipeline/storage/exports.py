"""Cards for tables that leave the house: their figures, never a word of what was said."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select

from pipeline.call import CallRecord
from pipeline.scoring.review import Standing
from pipeline.storage.database import reading
from pipeline.storage.figure_lists import Raised, raised_on, titles
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figure_scope import joined, stands, within
from pipeline.storage.opened import Opened
from pipeline.storage.plain import from_json
from pipeline.storage.records import Outcome
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A card. file: its recording's name without folders; seconds: of the call; items: those that
    were raised or marked, as they stand; total, max and waiting as in Listed. Moments are
    milliseconds since 1970."""

    card: int
    file: str
    day: str
    about: CallRecord
    outcome: Outcome
    seconds: float
    template: str
    title: str
    state: Standing
    total: float
    max: float
    waiting: float
    fatal: bool
    raised: int
    random: bool
    by: str
    confirmed_at: int | None
    released_at: int | None
    acknowledged_at: int | None
    items: tuple[Raised, ...]


class Exports(Opened):
    """The cards of a home, for tables. A context manager."""

    def cards(self, stretch: Stretch) -> Iterator[Exported]:
        """The standing cards of a stretch, in the order of their making: a few at a time are in
        memory, all of one view."""
        chosen = and_(stands(), *within(stretch))
        with reading(self._engine) as connection:
            named = titles(connection)
            after = 0
            while rows := connection.execute(_next(chosen, after)).all():
                after = rows[-1].scorecard_id
                items = raised_on(connection, [row.scorecard_id for row in rows])
                for row in rows:
                    title = named.get(row.template, row.template)
                    yield _exported(row, title, items[row.scorecard_id], stretch.sample)

    def count(self, stretch: Stretch) -> int:
        """How many there are."""
        chosen = select(func.count()).select_from(joined())
        with reading(self._engine) as connection:
            found = connection.execute(chosen.where(stands(), *within(stretch)))
            return int(found.scalar_one())


def _next(chosen: ColumnElement[bool], after: int) -> Any:
    known = (recordings.c.sources, recordings.c.about, recordings.c.outcome)
    return (
        select(reviews, *known, transcripts.c.duration)
        .select_from(_heard())
        .where(chosen, reviews.c.scorecard_id > after)
        .order_by(reviews.c.scorecard_id)
        .limit(AT_ONCE)
    )


def _heard() -> Any:
    """With what was heard, for how long the calls are."""
    with_cards = joined().join(scorecards, scorecards.c.id == reviews.c.scorecard_id)
    return with_cards.join(transcripts, transcripts.c.id == scorecards.c.transcript_id)


def _exported(row: Row[Any], title: str, items: tuple[Raised, ...], sample: float) -> Exported:
    sources = json.loads(row.sources)
    return Exported(
        card=row.scorecard_id,
        file=PurePath(sources[0].replace("\\", "/")).name if sources else "",
        day=row.day,
        about=from_json(CallRecord, row.about),
        outcome=Outcome(row.outcome),
        seconds=row.duration / 1000,
        template=row.template,
        title=title,
        state=Standing(row.state),
        total=row.total,
        max=row.max,
        waiting=row.waiting,
        fatal=row.fatal,
        raised=row.raised,
        random=row.lot < sample,
        by=row.by,
        confirmed_at=row.confirmed_at,
        released_at=row.released_at,
        acknowledged_at=row.acknowledged_at,
        items=items,
    )
