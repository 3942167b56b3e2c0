"""What a card has come to so far: what is for people to answer is not earned before they do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.hit import Verdict
from pipeline.scoring.points import SectionPoints
from pipeline.scoring.reckoning import Reviewed
from pipeline.scoring.risk import people_judge
from pipeline.scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of what was judged, out of how many; waiting: those that people have yet to give."""

    total: float
    max: float
    waiting: float


class Counted(Protocol):
    """Points with everything in them: of a draft, or by what people marked."""

    @property
    def total(self) -> float: ...
    @property
    def max(self) -> float: ...
    @property
    def sections(self) -> Sequence[SectionPoints]: ...


def is_judged(card: Scorecard) -> bool:
    """Something applied. A recording in which nobody speaks has full marks that mean nothing."""
    return any(item.verdict != Verdict.NOT_APPLICABLE for item in card.items)


def marks(card: Scorecard, now: Reviewed | None = None) -> Marks:
    """Of a whole card, by what people made of it (now) or as it was drafted; of demerits max
    is 0."""
    counted: Counted = now.points if now else card
    waiting = sum(one.waiting for one in section_marks(card, now).values())
    return _so_far(counted.total, counted.max, waiting)


def section_marks(card: Scorecard, now: Reviewed | None = None) -> dict[str, Marks]:
    """Of each section, by id; a card without sections is one of its own, called by nothing."""
    counted: Counted = now.points if now else card
    parts = {part.id: (part.total, part.max) for part in counted.sections}
    waiting = _waiting(card, now)
    return {
        name: _so_far(total, most, waiting.get(name, 0.0))
        for name, (total, most) in (parts or {"": (counted.total, counted.max)}).items()
    }


def share(cards: Iterable[Scorecard]) -> float | None:
    """The mean share of full marks, of the cards that say something; None without any."""
    found = [marks(card) for card in cards if is_judged(card)]
    shares = [one.total / one.max for one in found if one.max > 0]
    return sum(shares) / len(shares) if shares else None


def _waiting(card: Scorecard, now: Reviewed | None) -> Mapping[str, float]:
    """Points that people have yet to give, by section."""
    found: dict[str, float] = {}
    for item in card.items:
        if now is None:
            waits = item.at_stake if people_judge(item) else 0.0
        else:
            waits = now.points.items[item.id].at_stake if item.id in now.unanswered else 0.0
        section = item.section if card.sections else ""
        found[section] = found.get(section, 0.0) + waits
    return found


def _so_far(total: float, most: float, waiting: float) -> Marks:
    """Without what people have yet to give. No more waits than is left: a section that lost all, or
    a card that is zeroed, has none."""
    waits = max(0.0, min(waiting, total)) if most else 0.0
    return Marks(round(total - waits, 3), round(most - waits, 3), round(waits, 3))
