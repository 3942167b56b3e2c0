"""What parts the best quarter of scores from the worst: words, and habits that are measured.

Every word and every habit is one question asked of the same calls; so chance alone would answer
some of them. They are corrected together for their number (Benjamini, Hochberg).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from pipeline.insight.comparing import Difference, adjusted, calls_with, chance, log_odds
from pipeline.insight.talks import Bag
from pipeline.scoring.agreement import Share

QUARTER = 0.25
BELIEVED = 0.05
FEWEST = 10
"""Calls in which a word is said, of both quarters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A call with its score, what its agent said, and what was measured (share of silence, speed,
    courtesies…): name -> figure. What is not known of a call is left out."""

    bag: Bag
    score: float
    measured: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What the best quarter does more (z > 0) or less than the worst. false: the false discovery
    rate at which it is believed. Of a word: the share of calls in either quarter. Of what is
    measured: the medians, and stronger: how often a call of the best has more of it than one of the
    worst, ties half (Mann–Whitney's U ÷ pairs; ½ is no difference)."""

    what: str
    z: float
    false: float
    said: Difference | None = None
    medians: tuple[float, float] | None = None
    stronger: float | None = None


def habits(calls: Sequence[Scored]) -> tuple[Habit, ...]:
    """Words and habits that part the quarters and are believed, the surest first."""
    ordered = sorted(calls, key=lambda call: (call.score, call.bag.id))
    size = int(QUARTER * len(ordered))
    if not size:
        return ()
    worst, best = ordered[:size], ordered[-size:]
    asked = [*_words(best, worst), *_figures(best, worst)]
    false = adjusted([chance(habit.z) for habit in asked])
    found = [
        Habit(
            what=habit.what,
            z=habit.z,
            false=rate,
            said=habit.said,
            medians=habit.medians,
            stronger=habit.stronger,
        )
        for habit, rate in zip(asked, false, strict=True)
        if rate <= BELIEVED and _apart(habit)
    ]
    return tuple(sorted(found, key=lambda habit: (-abs(habit.z), habit.what)))


def _apart(habit: Habit) -> bool:
    """Of a word: the shares of calls differ by more than chance too; it is they that are shown, and
    what nearly every agent says parts nobody."""
    if habit.said is None or habit.said.interval is None:
        return True
    low, high = habit.said.interval
    return not low <= 0 <= high


def _words(best: Sequence[Scored], worst: Sequence[Scored]) -> list[Habit]:
    among, others = calls_with(c.bag for c in best), calls_with(c.bag for c in worst)
    found = []
    for word in sorted({*among, *others}):
        one, other = Share(among.get(word, 0), len(best)), Share(others.get(word, 0), len(worst))
        if one.part + other.part >= FEWEST:
            z = log_odds(one, other)[1]
            found.append(Habit(what=word, z=z, false=1.0, said=Difference(one, other)))
    return found


def _figures(best: Sequence[Scored], worst: Sequence[Scored]) -> list[Habit]:
    found = []
    for name in sorted({name for call in (*best, *worst) for name in call.measured}):
        one = [call.measured[name] for call in best if name in call.measured]
        other = [call.measured[name] for call in worst if name in call.measured]
        if one and other:
            stronger, z = mann_whitney(one, other)
            medians = (median(one), median(other))
            found.append(Habit(what=name, z=z, false=1.0, medians=medians, stronger=stronger))
    return found


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """How often a figure of one is above a figure of the other, ties half; and the z-score of it,
    with the variance corrected for ties: n₁ n₂ / 12 · (N + 1 − Σ(t³ − t) ÷ N(N − 1))."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks, ties, start = 0.0, 0.0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        rank = (start + end + 1) / 2
        ranks += rank * sum(first for _, first in ranked[start:end])
        ties += (end - start) ** 3 - (end - start)
        start = end
    pairs, whole = len(one) * len(other), len(ranked)
    wins = ranks - len(one) * (len(one) + 1) / 2
    variance = pairs / 12 * (whole + 1 - ties / (whole * (whole - 1))) if whole > 1 else 0.0
    return wins / pairs, (wins - pairs / 2) / sqrt(variance) if variance > 0 else 0.0
