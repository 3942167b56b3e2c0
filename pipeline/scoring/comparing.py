"""One call by two states of the rules: what it gains, what it loses, and by which words."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.hit import Hit, Verdict
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Scale

CALM = frozenset({None, Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Nothing that anybody must look at; None: there is no such item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """An item that is judged otherwise, or costs otherwise.

    before, after: None where the template has no such item. points: what the agent gains (above
    zero) or loses. moments: the evidence that is new, else what is no evidence any more."""

    template: str
    item: str
    ask: str
    before: Verdict | None
    after: Verdict | None
    points: float
    moments: tuple[Hit, ...] = ()


def worth(card: Scorecard) -> float:
    """The more, the better for the agent: points, or demerits turned around."""
    return -card.total if card.scale == Scale.DEMERITS else card.total


def item_changes(before: Scorecard, after: Scorecard) -> Iterator[ItemChange]:
    """The items of two cards by one template that differ, in the order of the newer one."""
    old = {item.id: item for item in before.items}
    new = {item.id: item for item in after.items}
    for name in dict.fromkeys((*new, *old)):
        change = _change(after.template, old.get(name), new.get(name))
        if change is not None:
            yield change


def _change(template: str, old: ItemResult | None, new: ItemResult | None) -> ItemChange | None:
    one = new or old
    if one is None:
        return None
    before, after = (item.verdict if item else None for item in (old, new))
    lost = [item.points_lost if item else 0.0 for item in (old, new)]
    came_or_went = None in (before, after) and {before, after} <= CALM
    if came_or_went or (before == after and lost[0] == lost[1]):
        return None
    return ItemChange(
        template=template,
        item=one.id,
        ask=one.ask,
        before=before,
        after=after,
        points=round(lost[0] - lost[1], 3),
        moments=_moments(old, new),
    )


def _moments(old: ItemResult | None, new: ItemResult | None) -> tuple[Hit, ...]:
    then, now = (item.evidence if item else () for item in (old, new))
    came = tuple(hit for hit in now if hit not in then)
    return came or tuple(hit for hit in then if hit not in now)
