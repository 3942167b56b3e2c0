"""What people decided on items of a scorecard, and what becomes of it when the rules change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.hit import Hit, Verdict
from pipeline.scoring.scope import overlap
from pipeline.scoring.scorecard import ItemResult, Scorecard

DECIDABLE = (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)
"""A person's answers; the others are a machine's."""
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's verdict on one item of a card. at: milliseconds since 1970."""

    item: str
    verdict: Verdict
    by: str
    at: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in DECIDABLE:
            raise ValueError(f"nobody decides {self.verdict.value}")


Decided = Sequence[tuple[Scorecard, Sequence[Decision]]]
"""Cards of one call with what was decided on each, in the order of their making."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What people's decisions mean for a card. hold: item -> the decision on it; open: the items
    that were decided on before and have to be asked again."""

    hold: Mapping[str, Decision]
    open: tuple[str, ...]


def settled(card: Scorecard, decided: Decided) -> Settled:
    """Which of the decisions on this and on older cards by the same template hold for a card."""
    now = {item.id: item for item in card.items}
    hold: dict[str, Decision] = {}
    again: dict[str, None] = {}
    for older, decisions in decided:
        then = {item.id: item for item in older.items}
        for name, decision in standing(decisions).items():
            if older.template != card.template or name not in now:
                continue
            hold.pop(name, None)
            again.pop(name, None)
            if follows(then[name], now[name]):
                hold[name] = decision
            else:
                again[name] = None
    return Settled(hold, tuple(again))


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Item -> the decision that counts: the last one, of those in the order of their making."""
    return {decision.item: decision for decision in decisions}


def follows(decided: ItemResult, now: ItemResult) -> bool:
    """Whether what was decided on an item still holds for its new result.

    It does where the item is the same and half of what it was decided on is there again: half of
    the hits, each overlapping one of now by half of the shorter of the two. Without evidence on
    both sides the call as a whole was decided on."""
    if decided.id != now.id:
        return False
    if not decided.evidence:
        return not now.evidence
    again = sum(any(alike(old, new) for new in now.evidence) for old in decided.evidence)
    return again >= HALF * len(decided.evidence)


def alike(one: Hit, other: Hit) -> bool:
    """Whether two hits are about the same stretch: half of the shorter one is shared."""
    if not overlap(one, other):
        return False
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= HALF * min(one.end - one.start, other.end - other.start)
