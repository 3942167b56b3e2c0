"""What marks make of a card, as the store keeps it."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.scoring.decision import DECIDABLE, Decision
from pipeline.scoring.reckoning import Reviewed
from pipeline.scoring.review import Standing
from pipeline.scoring.risk import NO_MAX, needs_eyes
from pipeline.scoring.scorecard import Scorecard
from pipeline.scoring.so_far import marks
from pipeline.storage import ItemStands
from pipeline.storage.review_records import Change, Final


def change_of(card: Scorecard, now: Reviewed) -> Change:
    """What a draft comes to."""
    come = marks(card, now)
    return Change(
        standing=Standing.DRAFT,
        total=come.total,
        max=come.max,
        waiting=come.waiting,
        fatal=bool(now.points.fatal),
        open=len(now.open),
        items=tuple(_items(card, now)),
    )


def confirmed(card: Scorecard, now: Reviewed, by: str, neighbours: int) -> Change:
    """What a card comes to for good; neighbours: so many on each side are to be looked at."""
    final = Final(
        by=by,
        at=0,  # the store's word
        total=now.points.total,
        max=now.points.max,
        fatal=now.points.fatal,
        rulings=now.rulings,
        neighbours=neighbours,
        excellent=now.excellent,
    )
    return replace(
        change_of(card, now),
        standing=Standing.CONFIRMED,
        final=final,
        decisions=tuple(_decisions(now, by)),
    )


def is_problem(now: Reviewed, share: float) -> bool:
    """Whether so much was lost that the agent's other calls want looking at."""
    points = now.points
    lost = (points.max - points.total) / points.max if points.max else points.total / NO_MAX
    return bool(points.fatal) or lost >= share


def _items(card: Scorecard, now: Reviewed) -> Iterator[ItemStands]:
    """Those that were raised, that people marked, or that went with another."""
    touched = {mark.item for mark in (*now.answers.values(), *now.missed)}
    for item in card.items:
        ruling, points = now.rulings[item.id], now.points.items[item.id]
        if needs_eyes(item) or item.id in touched or ruling.verdict != item.verdict:
            yield ItemStands(
                item=item.id,
                machine=item.verdict,
                verdict=ruling.verdict,
                lost=points.lost,
                at_stake=points.at_stake,
            )


def _decisions(now: Reviewed, by: str) -> Iterator[Decision]:
    """One for every item that is settled, with the last reason that was given."""
    reasons = {one.item: one.reason for one in now.answers.values() if one.reason}
    for item, ruling in now.rulings.items():
        if ruling.verdict in DECIDABLE:
            reason = reasons.get(item, "")
            yield Decision(item=item, verdict=ruling.verdict, by=by, reason=reason)
