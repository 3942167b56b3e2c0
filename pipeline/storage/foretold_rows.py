"""What was foretold of drafts, and what came of it, as rows, on a connection that is in a
transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_, update

from pipeline.hit import Verdict
from pipeline.scoring.review import Standing
from pipeline.storage.cards import left_of
from pipeline.storage.database import alone_with, moment
from pipeline.storage.figure_scope import CONFIRMED
from pipeline.storage.lesson_records import Foretold, Key, Settling
from pipeline.storage.lesson_tables import foretold
from pipeline.storage.review_free import free
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items

DRAFT = (reviews.c.state == Standing.DRAFT.value) & reviews.c.replaced_by.is_(None)
SETTLED = (Verdict.FAIL.value, Verdict.PASS.value, Verdict.NOT_APPLICABLE.value)


@dataclass(slots=True)
class Untouched:
    """A draft that nobody has touched. lot: of its recording; raised: how many items were."""

    card: int
    template: str
    lot: float
    raised: int
    probabilities: dict[str, float] = field(default_factory=dict)


def unforetold(keys: Collection[Key], version: int, after: int) -> Sequence[ColumnElement[bool]]:
    """Which drafts raised one of those items and were not foretold by that lesson."""
    raised = select(items.c.item).where(
        items.c.scorecard_id == reviews.c.scorecard_id,
        tuple_(reviews.c.template, items.c.item).in_(sorted(keys)),
    )
    known = select(foretold.c.item).where(
        foretold.c.scorecard_id == reviews.c.scorecard_id, foretold.c.version == version
    )
    return (
        DRAFT,
        reviews.c.raised > 0,
        reviews.c.scorecard_id > after,
        raised.exists(),
        ~known.exists(),
    )


def put_foretold(connection: Connection, version: int, found: Sequence[Foretold]) -> None:
    """Of drafts, also such as were foretold before; their places in the queue by it. Nothing of
    those that were purged meanwhile."""
    alone_with(connection, "foretold")  # a run may end while somebody learns
    cards = left_of(connection, (one.card for one in found))
    connection.execute(delete(foretold).where(foretold.c.scorecard_id.in_(cards)))
    rows = [
        {"scorecard_id": one.card, "item": item, "version": version, "probability": probability}
        for one in found
        if one.card in cards
        for item, probability in one.probabilities.items()
    ]
    if rows:
        connection.execute(insert(foretold), rows)
    for one in found:
        mine = update(reviews).where(DRAFT, reviews.c.scorecard_id == one.card)
        connection.execute(mine.values(risk=one.risk))


def untouched(connection: Connection, keys: Collection[Key], version: int) -> list[Untouched]:
    """Drafts with such items, foretold by that lesson, that nobody has marked, asked for, was given
    or has open; those of the highest lots last."""
    rows = connection.execute(
        select(
            *(reviews.c[name] for name in ("scorecard_id", "template", "lot", "raised")),
            *(foretold.c.item, foretold.c.probability),
        )
        .join(foretold, foretold.c.scorecard_id == reviews.c.scorecard_id)
        .where(DRAFT, reviews.c.version == 0, foretold.c.version == version)
        .where(*free(moment(connection)))
        .where(tuple_(reviews.c.template, foretold.c.item).in_(sorted(keys)))
        .order_by(reviews.c.lot, reviews.c.scorecard_id)
    )
    found: dict[int, Untouched] = {}
    for row in rows:
        draft = Untouched(row.scorecard_id, row.template, row.lot, row.raised)
        found.setdefault(draft.card, draft).probabilities[row.item] = row.probability
    return list(found.values())


def checked(connection: Connection, rule: Settling, from_probability: float) -> list[bool]:
    """Whether people upheld what they checked all the same since the rule was made."""
    rows = connection.execute(
        select(items.c.verdict)
        .join(reviews, reviews.c.scorecard_id == items.c.scorecard_id)
        .join(
            foretold,
            (foretold.c.scorecard_id == items.c.scorecard_id) & (foretold.c.item == items.c.item),
        )
        .where(reviews.c.template == rule.template, items.c.item == rule.item)
        .where(CONFIRMED, reviews.c.confirmed_at > rule.at, reviews.c.lot < rule.checked)
        .where(foretold.c.probability >= from_probability, items.c.verdict.in_(SETTLED))
    )
    return [verdict == Verdict.FAIL.value for verdict in rows.scalars()]
