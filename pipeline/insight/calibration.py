"""How far probabilities can be believed: each beside what people then decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import pi, sqrt

from pipeline.scoring.agreement import Share

BINS = 10
FEWEST_SETTLED = 100
"""Decisions above a threshold before anything is settled by it."""
GOALS = (0.9, 0.95, 0.98, 0.99)
"""What may be asked of the share upheld where flags are to be settled."""

Foretold = tuple[float, bool]
"""A probability, and whether the flag was upheld."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Flags of like probability: their mean, and how many were upheld, with its interval."""

    foretold: float
    upheld: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Of decisions that a model has not seen.

    error: expected calibration error, Σ count · |foretold − upheld| ÷ all, over ten bins of equal
    count. chance: what it would be by chance alone, if every probability were right, about
    Σ count · √(2 p (1 − p) ÷ (π count)) ÷ all. brier: mean (probability − upheld)²; base_brier:
    the same, had everybody foretold the share upheld before."""

    decisions: int
    bins: tuple[Bin, ...]
    error: float
    chance: float
    brier: float
    base_brier: float

    @property
    def skill(self) -> float:
        """1 − brier ÷ base_brier: 1 is perfect, 0 no better than the share upheld before."""
        return 1 - self.brier / self.base_brier if self.base_brier else 0.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """Flags of at least this probability may be settled: of later decisions, so many were upheld
    there, and the lower end of the interval is at_least, which was asked, or more."""

    probability: float
    upheld: Share
    at_least: float


def measured(pairs: Sequence[Foretold], base: float) -> Measured:
    """Probabilities beside what was decided; at least one pair. base: the share upheld before."""
    ordered = sorted(pairs)
    size = len(ordered)
    edges = [round(number * size / BINS) for number in range(BINS + 1)]
    groups = [ordered[a:b] for a, b in pairwise(edges) if a < b]
    bins = tuple(
        Bin(sum(p for p, _ in group) / len(group), Share(sum(u for _, u in group), len(group)))
        for group in groups
    )
    return Measured(
        decisions=size,
        bins=bins,
        error=sum(b.upheld.whole * abs(b.foretold - (b.upheld.rate or 0.0)) for b in bins) / size,
        chance=sum(sqrt(2 * b.foretold * (1 - b.foretold) * b.upheld.whole / pi) for b in bins)
        / size,
        brier=sum((p - u) ** 2 for p, u in pairs) / size,
        base_brier=sum((base - u) ** 2 for _, u in pairs) / size,
    )


def threshold(pairs: Sequence[Foretold], at_least: float) -> Threshold | None:
    """The lowest probability from which on people upheld so large a share, with its whole interval,
    and which is no lower itself: an average must not carry flags that are likely wrong. None where
    there is none with enough decisions. pairs: of decisions that were not learned from."""
    ordered = sorted(pairs, reverse=True)
    found, upheld = None, 0
    for number, (probability, was_upheld) in enumerate(ordered, 1):
        if probability < at_least:
            break
        upheld += was_upheld
        if number < len(ordered) and ordered[number][0] == probability:
            continue  # equal probabilities are settled together
        share = Share(upheld, number)
        if number >= FEWEST_SETTLED and (share.low or 0.0) >= at_least:
            found = Threshold(probability, share, at_least)
    return found


def thresholds(pairs: Sequence[Foretold]) -> tuple[Threshold, ...]:
    """Of each goal that was reached, from where on."""
    found = (threshold(pairs, goal) for goal in GOALS)
    return tuple(one for one in found if one is not None)
