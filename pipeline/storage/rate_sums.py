"""How the verdicts of the machine and of people fall together, counted in the database: what rates
are worked out from. Counts, no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from pipeline.hit import Verdict
from pipeline.scoring.points import OPEN
from pipeline.scoring.review import MACHINE
from pipeline.scoring.risk import PEOPLE
from pipeline.storage.database import reading
from pipeline.storage.figure_lists import items_on
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figure_scope import CONFIRMED, counts, joined
from pipeline.storage.lesson_records import Key
from pipeline.storage.opened import Opened
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items

UNSETTLED = [verdict.value for verdict in OPEN]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cards that came to people in the same way. flagged: something was raised; drawn: it is in the
    random sample; judged: people confirmed it."""

    team: str
    template: str
    day: str
    flagged: bool
    drawn: bool
    judged: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """Cards of a stratum with an item that was raised or marked. fails: what counts now, of judged
    cards; None where people left it open."""

    stratum: Stratum
    item: str
    machine: Verdict
    fails: bool | None
    cards: int


@dataclass(frozen=True, slots=True)
class Counts:
    """cards: of each stratum; cells: of the items; asks: what they ask, without those that only
    people judge."""

    cards: Mapping[Stratum, int]
    cells: tuple[Cell, ...]
    asks: Mapping[Key, str]


class RateSums(Opened):
    """The cards of a home, counted. A context manager; close() gives the database back."""

    def read(self, stretch: Stretch) -> Counts:
        """Standing cards of a stretch, as figures count them."""
        with reading(self._engine) as connection:
            return _read(connection, stretch)


def _read(connection: Connection, stretch: Stretch) -> Counts:
    columns = _columns(stretch)
    whole = select(*columns, func.count()).select_from(joined()).where(counts(stretch))
    cards = {
        Stratum(*_flags(row[:6])): int(row[6])
        for row in connection.execute(whole.group_by(*_groups(columns)))
    }
    verdict = case(
        (items.c.verdict == Verdict.FAIL.value, 1), (items.c.verdict.in_(UNSETTLED), 2), else_=0
    ).label("as_it_stands")
    named = (items.c.item, items.c.machine)
    chosen = (
        select(*columns, *named, verdict, func.count(), func.max(items.c.scorecard_id))
        .select_from(joined().join(items, items.c.scorecard_id == reviews.c.scorecard_id))
        .where(counts(stretch))
        .group_by(*_groups(columns), *named, "as_it_stands")
    )
    rows = connection.execute(chosen).all()
    cells = tuple(
        Cell(
            Stratum(*_flags(row[:6])),
            row[6],
            Verdict(row[7]),
            None if row[8] == 2 else bool(row[8]),
            int(row[9]),
        )
        for row in rows
    )
    latest: dict[Key, int] = {}
    for row in rows:
        key = (row[1], row[6])
        latest[key] = max(row[10], latest.get(key, 0))
    known = items_on(connection, set(latest.values()))
    asks = {k: known[k]["ask"] for k in latest if known[k]["reason"]["key"] != PEOPLE}
    return Counts(cards, cells, asks)


def _columns(stretch: Stretch) -> list[Any]:
    return [
        reviews.c.team,
        reviews.c.template,
        reviews.c.day,
        case((reviews.c.raised > 0, 1), else_=0).label("is_flagged"),
        case((reviews.c.lot < stretch.sample, 1), else_=0).label("is_drawn"),
        case((CONFIRMED & ~_by_rule(), 1), else_=0).label("is_judged"),
    ]


def _by_rule() -> ColumnElement[bool]:
    """A rule settled an item of it before a person confirmed the rest."""
    mine = (marks.c.scorecard_id == reviews.c.scorecard_id) & (marks.c.by == MACHINE)
    return select(marks.c.number).where(mine).exists()


def _groups(columns: Sequence[Any]) -> list[Any]:
    """Worked-out columns by their names, which no table has: an expression told twice is two for
    PostgreSQL, and the name of a column of a table would be that column."""
    return [*columns[:3], *(column.name for column in columns[3:])]


def _flags(row: Any) -> tuple[str, str, str, bool, bool, bool]:
    team, template, day, flagged, drawn, judged = row
    return team, template, day, bool(flagged), bool(drawn), bool(judged)
