"""What a card has come to so far: what is for people to answer is not earned before they do."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.hit import Verdict
from pipeline.scoring.risk import people_judge
from pipeline.scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of what was judged, out of how many; waiting: those that people have yet to give."""

    total: float
    max: float
    waiting: float


def is_judged(card: Scorecard) -> bool:
    """Something applied. A recording in which nobody speaks has full marks that mean nothing."""
    return any(item.verdict != Verdict.NOT_APPLICABLE for item in card.items)


def marks(card: Scorecard) -> Marks:
    """Of a whole card; of demerits max is 0."""
    waiting = sum(one.waiting for one in section_marks(card).values())
    return so_far(card.total, card.max, waiting)


def section_marks(card: Scorecard) -> dict[str, Marks]:
    """Of each section, by id; a card without sections is one of its own, called by nothing."""
    parts = {part.id: (part.total, part.max) for part in card.sections}
    return {
        name: so_far(total, most, _for_people(card, name))
        for name, (total, most) in (parts or {"": (card.total, card.max)}).items()
    }


def share(cards: Iterable[Scorecard]) -> float | None:
    """The mean share of full marks, of the cards that say something; None without any."""
    found = [marks(card) for card in cards if is_judged(card)]
    shares = [one.total / one.max for one in found if one.max > 0]
    return sum(shares) / len(shares) if shares else None


def _for_people(card: Scorecard, section: str) -> float:
    own = (item for item in card.items if not card.sections or item.section == section)
    return sum(item.at_stake for item in own if people_judge(item))


def so_far(total: float, most: float, waiting: float) -> Marks:
    """Without what people have yet to give. No more waits than is left: a section that lost all, or
    a card that is zeroed, has none."""
    waits = max(0.0, min(waiting, total)) if most else 0.0
    return Marks(round(total - waits, 3), round(most - waits, 3), round(waits, 3))
