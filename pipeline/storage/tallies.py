"""What fails how often, counted by day and kept: on a connection that is in a transaction.

A day is counted anew where its cards are others, or have other marks, than when it was counted; so
the sums are right whoever wrote, and a page adds up what few days have changed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from pipeline.hit import Verdict
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figure_scope import counts, joined
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
from pipeline.storage.tally_tables import tallied, tally

ALL = ""
"""The agent under whom the sums of a day stand."""
DAYS_AT_ONCE = 7
"""In a transaction: others write in between."""
WHO = (reviews.c.day, reviews.c.agent, reviews.c.team, reviews.c.template)
State = tuple[int, int, int]
Row = tuple[str, str, str, str, str]
"""Day, agent, team, template, item."""


def stale_days(connection: Connection, since: str, until: str) -> list[str]:
    """Days since ≤ day < until ("": open on that side) that are to be counted anew."""
    now = _states(connection, *_between(reviews.c.day, since, until))
    rows = connection.execute(select(tallied).where(*_between(tallied.c.day, since, until)))
    then = {row.day: (row.cards, row.marks, row.last) for row in rows}
    return sorted(day for day in {*now, *then} if now.get(day) != then.get(day))


def _states(connection: Connection, *which: ColumnElement[bool]) -> dict[str, State]:
    of_cards = (func.count(), func.sum(reviews.c.version), func.max(reviews.c.scorecard_id))
    rows = connection.execute(
        select(reviews.c.day, *of_cards).where(*which).group_by(reviews.c.day)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}


def count_days(connection: Connection, days: Sequence[str]) -> None:
    """Count these days. What they are told by is read before they are counted: a card that changes
    in between has its day counted once more."""
    drop_days(connection, days)
    mine = reviews.c.day.in_(days)
    of_days = [
        {"day": day, "cards": cards, "marks": marks, "last": last}
        for day, (cards, marks, last) in _states(connection, mine).items()
    ]
    if of_days:
        connection.execute(insert(tallied), of_days)
    names = [column.name for column in tally.c]
    rows = [dict(zip(names, (*key, n), strict=True)) for key, n in _counted(connection, mine)]
    if rows:
        connection.execute(insert(tally), rows)


def drop_days(connection: Connection, days: Sequence[str]) -> None:
    """Nothing is kept of these days: they are counted when they are next asked for."""
    for table in (tallied, tally):
        connection.execute(delete(table).where(table.c.day.in_(days)))


def _counted(connection: Connection, mine: ColumnElement[bool]) -> Iterator[tuple[Row, int]]:
    """Of each agent that is known, then the sums."""
    meant = counts(Stretch()) & mine & (reviews.c.agent != "")
    calls = select(*WHO, func.count()).select_from(joined()).where(meant).group_by(*WHO)
    on = joined().join(items, items.c.scorecard_id == reviews.c.scorecard_id)
    fails = items.c.verdict == Verdict.FAIL.value
    what = (*WHO, items.c.item)
    failed = select(*what, func.count()).select_from(on).where(meant, fails).group_by(*what)
    sums: Counter[Row] = Counter()
    found = [((*row[:4], ""), int(row[4])) for row in connection.execute(calls)]
    found += [((*row[:4], row[4]), int(row[5])) for row in connection.execute(failed)]
    for (day, agent, team, template, item), count in found:
        sums[day, ALL, "", template, item] += count
        yield (day, agent, team, template, item), count
    yield from sums.items()


def added(
    connection: Connection, which: Sequence[ColumnElement[bool]]
) -> Mapping[tuple[str, str, str], int]:
    """Agent, template, item ("": the calls) -> calls, of the kept days that are meant."""
    key = (tally.c.agent, tally.c.template, tally.c.item)
    asked = select(*key, func.sum(tally.c.calls)).where(*which).group_by(*key)
    return {(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(asked)}


def of_stretch(stretch: Stretch) -> list[ColumnElement[bool]]:
    """Which rows are of single agents, in a stretch of days and teams."""
    found = [*_between(tally.c.day, stretch.since, stretch.until), tally.c.agent != ALL]
    if stretch.teams is not None:
        found.append(tally.c.team.in_(stretch.teams))
    if stretch.template:
        found.append(tally.c.template == stretch.template)
    return found


def _between(column: ColumnElement[str], since: str, until: str) -> Iterator[ColumnElement[bool]]:
    if since:
        yield column >= since
    if until:
        yield column < until
