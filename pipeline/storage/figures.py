"""Figures of many cards: counted in the database, so that 100,000 of them take no memory here."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select
from sqlalchemy import true as always

from pipeline.hit import Verdict
from pipeline.scoring.agreement import Agreement
from pipeline.scoring.average import Average
from pipeline.scoring.review import MACHINE, Standing
from pipeline.scoring.risk import PEOPLE
from pipeline.storage.database import reading
from pipeline.storage.figure_lists import Choices, Raised, choices, items_on, raised_on
from pipeline.storage.figure_records import (
    Done,
    ItemTally,
    Monthly,
    Scored,
    Stretch,
    Waiting,
)
from pipeline.storage.figure_scope import CONFIRMED, DRAFT, counts, joined, within
from pipeline.storage.opened import Opened
from pipeline.storage.review_lists import waits
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items

SEEN_BY_AGENTS = (Standing.RELEASED.value, Standing.ACKNOWLEDGED.value)
ASKED = (Verdict.UNSURE.value, Verdict.CRASHED.value)
FAIL = Verdict.FAIL.value
QUARTER = 900_000
"""Milliseconds: every time zone is off by whole quarters of an hour, so that days can be made of
them wherever the reader is."""


class Figures(Opened):
    """Counts and sums over the cards of a home. A context manager."""

    def scores(self, stretch: Stretch) -> list[Scored]:
        """A line for every agent of a team, by team and agent."""
        with reading(self._engine) as connection:
            return _scores(connection, stretch)

    def items(self, stretch: Stretch) -> list[ItemTally]:
        """A line for every item that was raised or touched on a confirmed card."""
        with reading(self._engine) as connection:
            return _items(connection, stretch)

    def last_day(self, until: str) -> str:
        """The last day (YYYY-MM-DD), that one or before, of which there are cards; "" without. Of
        a call without a time of its own the day is only that on which it was stored: it counts
        where no call has one."""
        chosen = select(func.max(reviews.c.day)).where(reviews.c.day <= until)
        with reading(self._engine) as connection:
            dated = connection.execute(chosen.where(reviews.c.started != "")).scalar()
            return dated or connection.execute(chosen).scalar() or ""

    def confirmed(self, stretch: Stretch) -> int:
        """How many cards were confirmed."""
        with reading(self._engine) as connection:
            counted = select(func.count()).select_from(joined())
            return int(connection.execute(counted.where(counts(stretch), CONFIRMED)).scalar_one())

    def waiting(self, stretch: Stretch, late: str) -> list[Waiting]:
        """What waits for people, a line a team; late: calls of earlier days are overdue. Of the
        stretch only teams, template and sample count."""
        with reading(self._engine) as connection:
            return _waiting(connection, replace(stretch, since="", until=""), late)

    def done(self, since: int, until: int) -> list[Done]:
        """Who confirmed how much between two moments, by quarters of an hour."""
        at = (reviews.c.confirmed_at - reviews.c.confirmed_at % QUARTER).label("quarter")
        meant = (reviews.c.confirmed_at >= since) & (reviews.c.confirmed_at < until)
        chosen = select(reviews.c.by, at, func.count()).where(meant)
        chosen = chosen.group_by(reviews.c.by, "quarter")
        with reading(self._engine) as connection:
            return [Done(*row) for row in connection.execute(chosen)]

    def raised(self, cards: Collection[int]) -> dict[int, tuple[Raised, ...]]:
        """What was raised or marked on these cards, those items first that cost most."""
        with reading(self._engine) as connection:
            return raised_on(connection, cards)

    def choices(self, teams: tuple[str, ...] | None) -> Choices:
        """What lists of those teams' cards (None: of all) may be restricted to."""
        with reading(self._engine) as connection:
            return choices(connection, teams)

    def done_by(self, login: str, since: int) -> int:
        """How many cards somebody confirmed since that moment."""
        meant = (reviews.c.by == login) & (reviews.c.confirmed_at >= since)
        chosen = select(func.count()).select_from(reviews).where(meant)
        with reading(self._engine) as connection:
            return int(connection.execute(chosen).scalar_one())

    def months(self, agent: str) -> list[Monthly]:
        """An agent's own months, the first one first."""
        month = func.substr(reviews.c.day, 1, 7).label("month")
        seen = reviews.c.state.in_(SEEN_BY_AGENTS) & (reviews.c.agent == agent)
        chosen = (
            select(month, *_sums(always()))
            .select_from(joined())
            .where(seen, counts(Stretch()))
            .group_by("month")
            .order_by("month")
        )
        with reading(self._engine) as connection:
            return [Monthly(row[0], _average(row[1:])) for row in connection.execute(chosen)]


def _sums(which: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Number, sum and sum of squares of the shares of full marks; demerits have none."""
    share = reviews.c.total / func.nullif(reviews.c.max, 0.0)
    counted = and_(which, reviews.c.max > 0)
    return [
        times(counted),
        func.sum(case((counted, share), else_=0.0)),
        func.sum(case((counted, share * share), else_=0.0)),
    ]


def _average(row: Any) -> Average:
    n, total, squares = row
    return Average(int(n or 0), float(total or 0.0), float(squares or 0.0))


def _scores(connection: Connection, stretch: Stretch) -> list[Scored]:
    random = reviews.c.lot < stretch.sample
    scored = (reviews.c.max > 0) | ((reviews.c.state == DRAFT) & (reviews.c.waiting > 0))
    drawn = times(random, scored)
    who = (reviews.c.team, reviews.c.agent)
    chosen = (
        select(*who, drawn, *_sums(CONFIRMED), *_sums(and_(CONFIRMED, random)))
        .select_from(joined())
        .where(counts(stretch))
        .group_by(*who)
        .order_by(*who)
    )
    return [
        Scored(row[0], row[1], _average(row[3:6]), _average(row[6:9]), int(row[2] or 0))
        for row in connection.execute(chosen)
    ]


def _waiting(connection: Connection, stretch: Stretch, late: str) -> list[Waiting]:
    chosen = (
        select(
            reviews.c.team,
            func.count(),
            times(reviews.c.raised > 0),
            times(reviews.c.lot < stretch.sample),
            times(reviews.c.day < late),
        )
        .select_from(joined())
        .where(reviews.c.state == DRAFT, reviews.c.replaced_by.is_(None))
        .where(waits(stretch.sample), *within(stretch))
        .group_by(reviews.c.team)
        .order_by(reviews.c.team)
    )
    return [Waiting(row[0], *map(int, row[1:])) for row in connection.execute(chosen)]


def times(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """In how many rows all of it is so."""
    return func.sum(case((and_(*conditions), 1), else_=0))


def _items(connection: Connection, stretch: Stretch) -> list[ItemTally]:
    charged, failed = items.c.machine == FAIL, items.c.verdict == FAIL
    asked = items.c.machine.in_(ASKED)
    by_rule = select(marks.c.number).where(
        marks.c.scorecard_id == items.c.scorecard_id,
        marks.c.item == items.c.item,
        marks.c.by == MACHINE,
    )
    chosen = (
        select(
            reviews.c.template,
            items.c.item,
            func.max(items.c.scorecard_id),
            func.count(),
            times(failed),
            func.sum(items.c.lost),
            times(charged),
            times(charged, failed),
            times(asked),
            times(asked, failed),
            times(~charged, ~asked, failed),
        )
        .select_from(joined().join(items, items.c.scorecard_id == reviews.c.scorecard_id))
        .where(counts(stretch), CONFIRMED, ~by_rule.exists())
        .group_by(reviews.c.template, items.c.item)
    )
    rows = connection.execute(chosen).all()
    known = items_on(connection, {row[2] for row in rows})
    return [_tally(row, known[row[0], row[1]]) for row in rows]


def _tally(row: Any, as_drafted: Mapping[str, Any]) -> ItemTally:
    """What only people judge was never asked by the machine, nor passed over."""
    template, item, _, count, failed, lost, charged, rightly, asked, rightly_asked, added = row
    if as_drafted["reason"]["key"] == PEOPLE:
        asked = rightly_asked = 0
    agreement = Agreement(
        cases=int(count),
        failures=int(failed),
        charged=int(charged),
        rightly_charged=int(rightly),
        asked=int(asked),
        rightly_asked=int(rightly_asked),
    )
    return ItemTally(
        template, item, as_drafted["ask"], int(failed), float(lost or 0.0), agreement, int(added)
    )
