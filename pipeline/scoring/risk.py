"""What a card wants of people: which items are raised, what they may cost, which card comes first.

First comes the card that is expected to lose most of its points by what was raised:

    expected loss = 1 − Π (1 − p) · (1 − Σ p · points ÷ full marks)

p: that a person upholds the item. Π is over items that zero a card or a section. Where nothing was
learned of an item (insight/learning.py), p is 1 for a FAIL and ½ for a doubt.

An item is raised where the machine has found something, or could not settle it; what only people
judge, on every call alike, is not.
"""

from collections.abc import Iterable, Mapping
from math import prod
from types import MappingProxyType

from pipeline.hit import Verdict
from pipeline.scoring.points import OPEN
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Fatal

RAISED = frozenset({Verdict.FAIL, *OPEN})
PEOPLE = "scoring.person-answers"
"""The reason of an item without a rule: a person answers it, on every call alike."""
NO_MAX = 100
"""Demerits have no full marks: so many points count as a whole card."""
SURE, DOUBTFUL = 1.0, 0.5
"""That a FAIL, and that what the machine could not settle, is upheld, where nothing was learned."""
STEPS = 1_000_000
"""Of the expected loss, in the number that a queue is ordered by."""
MOST_RAISED = 999
UNLEARNED: Mapping[str, float] = MappingProxyType({})


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


def expected_loss(card: Scorecard, probabilities: Mapping[str, float] = UNLEARNED) -> float:
    """The share of its points that a card is expected to lose by what was raised. probabilities:
    item -> that it is upheld, of those of which something was learned."""
    raised = [item for item in card.items if needs_eyes(item)]
    chance = {item.id: probabilities.get(item.id, _unlearned(item)) for item in raised}
    spared = prod(1 - chance[i.id] for i in raised if i.fatal in (Fatal.CARD, Fatal.SECTION))
    points = sum(chance[i.id] * max(i.points_lost, i.at_stake) for i in raised)
    return 1 - spared * (1 - min(1.0, points / (card.max or NO_MAX)))


def rank(card: Scorecard, probabilities: Mapping[str, float] = UNLEARNED) -> int:
    """The place of a card in a queue as one number, the highest first: expected loss, then how much
    was raised. Cards with and without learned probabilities compare."""
    raised = sum(needs_eyes(item) for item in card.items)
    loss = round(expected_loss(card, probabilities) * STEPS)
    return loss * (MOST_RAISED + 1) + min(raised, MOST_RAISED)


def _unlearned(item: ItemResult) -> float:
    return SURE if item.verdict == Verdict.FAIL else DOUBTFUL


def _share(card: Scorecard, points: float) -> float:
    return points / card.max if card.max else points / NO_MAX
