"""What a card wants of people: which items are raised, what they may cost, which card comes first.

An item is raised where the machine has found something, or could not settle it; what only people
judge, on every call alike, is not.
"""

from collections.abc import Iterable

from pipeline.hit import Verdict
from pipeline.scoring.points import OPEN
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Fatal

RAISED = frozenset({Verdict.FAIL, *OPEN})
PEOPLE = "scoring.person-answers"
"""The reason of an item without a rule: a person answers it, on every call alike."""
NO_MAX = 100
"""Demerits have no full marks: so many points count as a whole card."""
MOST_FATAL, MOST_POINTS, MOST_RAISED = 20, 99_999, 999


def people_judge(item: ItemResult) -> bool:
    """The template has no rule for it: a person answers, on every call alike."""
    return item.verdict == Verdict.UNSURE and item.reason.key == PEOPLE


def needs_eyes(item: ItemResult) -> bool:
    """The machine has found something, or could not settle it."""
    return item.verdict in RAISED and not people_judge(item)


def unsettled(item: ItemResult) -> bool:
    """A person must confirm or reject what the machine found."""
    return needs_eyes(item) and item.verdict != Verdict.FAIL


def stake(card: Scorecard) -> float:
    """Points that what needs eyes may still cost; what people judge anyway is not in it."""
    return sum(item.at_stake for item in card.items if needs_eyes(item))


def risk(cards: Iterable[Scorecard]) -> tuple[float, ...]:
    """What a lead wants to hear first sorts last: fatal, then points lost, then points at stake."""
    listed = tuple(cards)
    fatal = sum(len(card.fatal) for card in listed)
    lost = sum(_share(card, item.points_lost) for card in listed for item in card.items)
    open_points = sum(_share(card, stake(card)) for card in listed)
    raised = sum(needs_eyes(item) for card in listed for item in card.items)
    return fatal, lost + open_points / 2, raised


def rank(card: Scorecard) -> int:
    """The place of a card in a queue as one number, the highest first: fatal items, where a doubt
    counts half as much as a certainty; then points as in risk(); then how much was raised."""
    _, points, raised = risk((card,))
    doubtful = sum(
        item.fatal in (Fatal.SECTION, Fatal.CARD) and unsettled(item) for item in card.items
    )
    fatal = min(2 * len(card.fatal) + doubtful, MOST_FATAL)
    shares = min(round(points * 10_000), MOST_POINTS)
    return (fatal * (MOST_POINTS + 1) + shares) * (MOST_RAISED + 1) + min(int(raised), MOST_RAISED)


def _share(card: Scorecard, points: float) -> float:
    return points / card.max if card.max else points / NO_MAX
