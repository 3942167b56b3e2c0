"""Lists of cards: which are wanted, in what order, on a connection that is in a transaction.

A queue has one order, its risk, which an index holds: its head is read without looking at the
rest. What was assigned to the asker comes before it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, false, func, or_, select

from pipeline.scoring.review import Standing
from pipeline.storage.review_records import Following, Listed, Page, Place, Wanted, Why
from pipeline.storage.review_tables import presence as presences
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as review_items
from pipeline.storage.tables import recording as recordings

LOOKING_MS = 30_000
"""Who gave a sign within so long has the card open."""
BY_RISK = (reviews.c.risk.desc(), reviews.c.scorecard_id)
BY_CARD = (reviews.c.scorecard_id,)
BY_DAY = (reviews.c.day.desc(), reviews.c.scorecard_id.desc())


def read_page(connection: Connection, wanted: Wanted, me: str, offset: int, limit: int) -> Page:
    """The rows of a list from the offset on, and how many there are."""
    rows: list[Row[Any]] = []
    parts = _parts(wanted, me)
    counts = _counts(connection, wanted, me)
    before = 0
    for part, here in zip(parts, counts, strict=True):
        skip, left = max(0, offset - before), limit - len(rows)
        before += here
        if left > 0 and skip < here:
            order = BY_RISK if wanted.queued else BY_DAY
            rows += _read(connection, part, order, skip, left)
    return Page(tuple(listed(row, wanted.share) for row in rows), sum(counts), offset)


def read_following(
    connection: Connection, wanted: Wanted, me: str, behind: Place, limit: int
) -> Following:
    """The rows behind a place: of a queue its part, risk and number, else day and number."""
    parts = _parts(wanted, me)
    order = BY_RISK if wanted.queued else BY_DAY
    begun, key = (int(behind[0]), behind[1:]) if wanted.queued and behind else (0, behind)
    rows: list[tuple[int, Row[Any]]] = []
    for number, part in enumerate(parts):
        if number < begun:
            continue
        rest = (_behind(key),) if key and number == begun else ()
        left = limit + 1 - len(rows)
        found = _read(connection, (*part, *rest), order, 0, left) if left else ()
        rows += [(number, row) for row in found]
    shown = rows[:limit]
    further: Place = ()
    if len(rows) > limit:
        number, last = shown[-1]
        further = (number, last.risk) if wanted.queued else (last.day,)
        further += (last.scorecard_id,)
    total = sum(_counts(connection, wanted, me))
    return Following(tuple(listed(row, wanted.share) for _, row in shown), total, further)


def _behind(key: Place) -> ColumnElement[bool]:
    """What comes after a row: of a day and number, or of a risk and number."""
    value, number = key
    if isinstance(value, str):
        same = (reviews.c.day == value) & (reviews.c.scorecard_id < number)
        return or_(reviews.c.day < value, same)
    same = (reviews.c.risk == value) & (reviews.c.scorecard_id > number)
    return or_(reviews.c.risk < value, same)


def next_of(
    connection: Connection, wanted: Wanted, me: str, after: int | None, at: int
) -> int | None:
    """The card after that one in the order of the queue, from its end back to its head; the first
    where after is None or gone. Those that others are looking at, at that moment, are passed
    over."""
    others = select(presences.c.scorecard_id).where(
        presences.c.login != me, presences.c.seen > at - LOOKING_MS
    )
    busy = ~reviews.c.scorecard_id.in_(others)
    parts = [(*part, busy) for part in _parts(wanted, me)]
    if after is not None:
        last = select(reviews.c.risk, reviews.c.assigned).where(reviews.c.scorecard_id == after)
        if (row := connection.execute(last).first()) is not None:
            beyond = _behind((row.risk, after))
            here = 0 if row.assigned == me or len(parts) == 1 else 1
            ahead = [(*parts[here], beyond), *parts[here + 1 :]]
            parts = [*ahead, *((*part, reviews.c.scorecard_id != after) for part in parts)]
    for part in parts:
        first = select(reviews.c.scorecard_id).where(*part).order_by(*BY_RISK).limit(1)
        if (found := connection.execute(first).scalar()) is not None:
            return int(found)
    return None


def read_listed(
    connection: Connection, cards: Sequence[int], share: float = 0.0
) -> dict[int, Listed]:
    """These cards as lists show them."""
    rows = connection.execute(_rows().where(reviews.c.scorecard_id.in_(cards)))
    return {row.scorecard_id: listed(row, share) for row in rows}


def read_of_recordings(
    connection: Connection, recordings: Sequence[int], wanted: Wanted
) -> dict[int, Listed]:
    """Of each of these recordings its last card that is wanted."""
    mine = reviews.c.recording_id.in_(recordings)
    rows = connection.execute(_rows().where(mine, *conditions(wanted)).order_by(*BY_CARD))
    return {row.recording_id: listed(row, wanted.share) for row in rows}


def listed(row: Row[Any], share: float) -> Listed:
    """A row of the table as lists show it."""
    drawn = row.lot < share
    return Listed(
        id=row.scorecard_id,
        recording_id=row.recording_id,
        name=row.name.replace("\\", "/").rpartition("/")[2],
        template=row.template,
        day=row.day,
        started=row.started,
        agent=row.agent,
        team=row.team,
        state=Standing(row.state),
        version=row.version,
        why=_why(row, drawn),
        random=drawn,
        assigned=row.assigned,
        raised=row.raised,
        open=row.open,
        risk=row.risk,
        total=row.total,
        max=row.max,
        waiting=row.waiting,
        fatal=row.fatal,
        by=row.by,
        confirmed_at=row.confirmed_at,
        released_at=row.released_at,
        acknowledged_at=row.acknowledged_at,
        replaced_by=row.replaced_by,
    )


def _why(row: Row[Any], drawn: bool) -> Why:
    if row.assigned:
        return Why.ASSIGNED
    if row.asked:
        return Why(row.asked)
    if row.raised:
        return Why.FLAGGED
    return Why.RANDOM if drawn else Why.NONE


def _rows() -> Select[Any]:
    return select(reviews, recordings.c.name).join(
        recordings, recordings.c.id == reviews.c.recording_id
    )


def _read(
    connection: Connection,
    part: Iterable[ColumnElement[bool]],
    order: Iterable[ColumnElement[Any]],
    offset: int,
    limit: int,
) -> Sequence[Row[Any]]:
    """Numbers first: only the rows that are shown are read whole."""
    chosen = select(reviews.c.scorecard_id).where(*part).order_by(*order)
    ids = chosen.offset(offset).limit(limit).subquery()
    of = _rows().join(ids, ids.c.scorecard_id == reviews.c.scorecard_id)
    return connection.execute(of.order_by(*order)).all()


def _parts(wanted: Wanted, me: str) -> list[tuple[ColumnElement[bool], ...]]:
    """What is wanted, as conditions; a queue in two parts: mine, and what is nobody's."""
    where = tuple(conditions(wanted))
    if not wanted.queued or wanted.assigned:
        return [where]
    return [(*where, reviews.c.assigned == me), (*where, reviews.c.assigned == "")]


def _counts(connection: Connection, wanted: Wanted, me: str) -> list[int]:
    """How many there are in each part: all parts in one pass, which is what a page costs."""
    where = tuple(conditions(wanted))
    if not wanted.queued or wanted.assigned:
        whole = select(func.count()).select_from(reviews).where(*where)
        return [connection.execute(whole).scalar_one()]
    mine = func.count(case((reviews.c.assigned == me, 1)))
    counted = select(mine, func.count()).where(*where, reviews.c.assigned.in_((me, "")))
    own, total = connection.execute(counted).one()
    return [own, total - own]


def conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """What a card must be to be wanted."""
    states = (Standing.DRAFT,) if wanted.queued else wanted.states
    if len(states) == 1:
        yield reviews.c.state == states[0].value
    elif states:
        yield reviews.c.state.in_([state.value for state in states])
    if wanted.queued:
        yield waits(wanted.share)
    yield reviews.c.replaced_by.is_(None)
    yield from _of_whom(wanted)
    if wanted.why:
        yield _because(wanted.why, wanted.share)
    if wanted.since:
        yield reviews.c.day >= wanted.since
    if wanted.until:
        yield reviews.c.day <= wanted.until
    if wanted.below is not None:
        yield (reviews.c.max > 0) & (reviews.c.total < wanted.below * reviews.c.max)
    if wanted.item:
        mine = review_items.c.scorecard_id == reviews.c.scorecard_id
        named = review_items.c.item == wanted.item
        yield select(review_items.c.item).where(mine, named).exists()


def _of_whom(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.teams is not None:
        yield _one_of(reviews.c.team, wanted.teams)
    for name in ("agent", "team", "template", "assigned", "by"):
        if value := getattr(wanted, name):
            yield reviews.c[name] == value


def _one_of(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    if not values:
        return false()
    return column == values[0] if len(values) == 1 else column.in_(values)


def waits(share: float) -> ColumnElement[bool]:
    """A person is to look at it: it was asked for, or nobody has judged the call yet and it was
    flagged or drawn."""
    asked = (reviews.c.asked != "") | (reviews.c.assigned != "")
    return asked | (reviews.c.eligible & ((reviews.c.raised > 0) | (reviews.c.lot < share)))


def _because(why: Why, share: float) -> ColumnElement[bool]:
    if why == Why.ASSIGNED:
        return reviews.c.assigned != ""
    if why == Why.FLAGGED:
        return reviews.c.raised > 0
    if why == Why.RANDOM:
        return reviews.c.lot < share
    return reviews.c.asked == why.value
