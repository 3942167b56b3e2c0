"""From verdicts to points: one pure function, for drafts and for what people decided alike.

UNSURE and CRASHED cost nothing; what they might cost is told apart (at stake). NOT_APPLICABLE
costs nothing, and on the scale `earn` it leaves the denominator.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.hit import Verdict
from pipeline.scoring.template import Fatal, Item, Scale, Section, Template

OPEN = frozenset({Verdict.UNSURE, Verdict.CRASHED})


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on an item; times: how often it was found failing (items that cost per hit)."""

    verdict: Verdict
    times: int = 1


@dataclass(frozen=True, slots=True)
class ItemPoints:
    """What an item lost, what it may still lose, and the most that it counts."""

    lost: float
    at_stake: float
    max: float


@dataclass(frozen=True, slots=True)
class SectionPoints:
    """What a section comes to; lost may be more than max, total never falls below the floor."""

    id: str
    title: str
    total: float
    max: float
    lost: float


@dataclass(frozen=True, slots=True)
class Points:
    """What a card comes to. fatal: the items that zeroed the card or a section."""

    total: float
    max: float
    at_stake: float
    fatal: tuple[str, ...]
    items: Mapping[str, ItemPoints]
    sections: tuple[SectionPoints, ...]


def points(template: Template, rulings: Mapping[str, Ruling], excellent: bool = False) -> Points:
    """The points of a card: rulings has one for every item of the template. excellent: a person
    marked the call so, for which the template may have a bonus."""
    items = {item.id: _item(template, item, rulings[item.id]) for item in template.items}
    failed = [i for i in template.items if rulings[i.id].verdict == Verdict.FAIL]
    fatal = [i for i in failed if i.fatal in (Fatal.SECTION, Fatal.CARD)]
    lost_sections = {i.section for i in fatal if i.fatal == Fatal.SECTION}
    sections = tuple(
        _section(template, section, items, section.id in lost_sections)
        for section in template.sections or (Section(id="", title=""),)
    )
    passed = [i for i in template.items if rulings[i.id].verdict == Verdict.PASS]
    bonus = sum(_each(item, item.bonus, rulings[item.id]) for item in passed)
    bonus += template.excellent if excellent else 0.0
    zeroed = any(i.fatal == Fatal.CARD for i in fatal)
    total = sum(section.total for section in sections)
    if template.scale == Scale.DEMERITS:
        total = max(0.0, total - bonus)
    else:
        total = 0.0 if zeroed else total + bonus
    return Points(
        total=_tidy(total),
        max=_tidy(sum(section.max for section in sections)),
        at_stake=_tidy(sum(item.at_stake for item in items.values())),
        fatal=tuple(item.id for item in fatal),
        items=items,
        sections=sections if template.sections else (),
    )


def _item(template: Template, item: Item, ruling: Ruling) -> ItemPoints:
    cost = item.most if item.fatal is not None else _each(item, item.points, ruling)
    counts = template.scale != Scale.EARN or ruling.verdict != Verdict.NOT_APPLICABLE
    return ItemPoints(
        lost=_tidy(cost) if ruling.verdict == Verdict.FAIL else 0.0,
        at_stake=_tidy(cost) if ruling.verdict in OPEN else 0.0,
        max=item.most if counts else 0.0,
    )


def _each(item: Item, amount: float, ruling: Ruling) -> float:
    """The amount once, or for each hit up to the cap."""
    if not item.per_hit:
        return amount
    whole = amount * max(1, ruling.times)
    return whole if item.cap is None else min(whole, item.cap)


def _section(
    template: Template, section: Section, items: Mapping[str, ItemPoints], zeroed: bool
) -> SectionPoints:
    own = [items[item.id] for item in template.items if item.section == section.id]
    lost = sum(item.lost for item in own)
    if template.scale == Scale.DEMERITS:
        return SectionPoints(section.id, section.title, _tidy(lost), 0.0, _tidy(lost))
    full = sum(item.max for item in own)
    if section.max is not None and template.scale == Scale.DEDUCT:
        full = section.max
    total = 0.0 if zeroed else max(section.floor, full - lost)
    return SectionPoints(section.id, section.title, _tidy(total), _tidy(full), _tidy(lost))


def _tidy(value: float) -> float:
    """Points to a thousandth: 0.1 + 0.2 is 0.3 to people."""
    return round(float(value), 3)
