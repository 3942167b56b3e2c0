"""Two groups of calls side by side: how they differ, and whether that may be chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, log, sqrt

from pipeline.insight.talks import Bag
from pipeline.scoring.agreement import Share

PRIOR_CALLS = 100.0
"""What the prior of log_odds is worth: calls in which everything is said as often as in all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One share less another, with its 95 % interval; all None where one of them has no cases."""

    one: Share
    other: Share

    @property
    def value(self) -> float | None:
        """one − other."""
        if self.one.rate is None or self.other.rate is None:
            return None
        return self.one.rate - self.other.rate

    @property
    def interval(self) -> tuple[float, float] | None:
        """Newcombe's (Statistics in Medicine 17, 1998, method 10), of the two Wilson intervals:
        value − √((p₁ − low₁)² + (high₂ − p₂)²) to value + √((high₁ − p₁)² + (p₂ − low₂)²)."""
        if self.value is None:
            return None
        below, above = reach(self.one)
        other_below, other_above = reach(self.other)
        down, up = sqrt(below**2 + other_above**2), sqrt(above**2 + other_below**2)
        return self.value - down, self.value + up


def reach(share: Share) -> tuple[float, float]:
    """How far the interval of a share reaches down and up from it; nothing where there is none."""
    if share.rate is None or share.low is None or share.high is None:
        return 0.0, 0.0
    return share.rate - share.low, share.high - share.rate


def log_odds(one: Share, other: Share) -> tuple[float, float]:
    """How many times the odds of one are those of the other, as a logarithm, and its z-score.

    With an informative Dirichlet prior (Monroe, Colaresi, Quinn 2008), here for calls in which
    something is said rather than for words: a = PRIOR_CALLS · (share in both together) is added to
    either part and PRIOR_CALLS to either whole. z = difference ÷ √(1/part₁ + 1/part₂), parts with
    the prior. What is rare and happens to differ gets a small z."""
    whole = one.whole + other.whole
    if not whole or not one.part + other.part:
        return 0.0, 0.0
    prior = PRIOR_CALLS * (one.part + other.part) / whole
    first, second = one.part + prior, other.part + prior
    rest = one.whole + PRIOR_CALLS - first
    other_rest = other.whole + PRIOR_CALLS - second
    if rest <= 0 or other_rest <= 0:  # said in every call
        return 0.0, 0.0
    value = log(first / rest) - log(second / other_rest)
    return value, value / sqrt(1 / first + 1 / second)


def chance(z: float) -> float:
    """The probability that a standard normal lies so far out, on either side."""
    return erfc(abs(z) / sqrt(2))


def adjusted(probabilities: Sequence[float]) -> tuple[float, ...]:
    """The false discovery rate at which each would just be believed (Benjamini, Hochberg 1995):
    min over those at least as large of p · tests ÷ rank."""
    order = sorted(range(len(probabilities)), key=lambda place: -probabilities[place])
    found = [1.0] * len(probabilities)
    least = 1.0
    for above, place in enumerate(order):
        least = min(least, probabilities[place] * len(probabilities) / (len(probabilities) - above))
        found[place] = least
    return tuple(found)


def calls_with(bags: Iterable[Bag]) -> Mapping[str, int]:
    """Term -> in how many calls it is said."""
    counts: dict[str, int] = {}
    for bag in bags:
        for term in set(bag.terms):
            counts[term] = counts.get(term, 0) + 1
    return counts
