"""The true rate of a problem: all verdicts of the machine, corrected by those of people.

People review some calls, each with a known probability; the machine has judged all of them. Within
each verdict of the machine the share that people fail is estimated with weights 1/probability
(Hájek 1971), and the shares are put together by how often the machine gave each verdict:

    rate = Σ W_v · p_v        W_v = calls with verdict v ÷ all calls

With two verdicts and a plain random sample this is the power-tuned prediction-powered estimate
(PPI++, Angelopoulos, Duchi, Zrnic 2023), people's rate + λ · (the machine's rate over all calls −
its rate in the sample), with λ = covariance ÷ variance = p_1 − p_0: λ needs no tuning of its own.

    calls that the reviews of v are worth = (Σ w)² / Σ w² (1 − probability)

(a review that was certain adds no chance). Each share has Jeffreys' interval, which holds where
counts are small (Brown, Cai, DasGupta 2001), and the parts are put together by the method of
variance estimates recovery (Zou, Donner 2008):

    low = rate − √ Σ W_v² (p_v − low_v)²        high = rate + √ Σ W_v² (high_v − p_v)²

Where that is more than 2 % wider than the interval of people's verdicts alone, theirs is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

from pipeline.hit import Verdict
from pipeline.scoring.agreement import Agreement, agreement

TAIL = 0.025
"""Of the distribution, on each side of an interval."""
MOST_WIDER = 1.02
"""Than the interval of people's verdicts alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A call that a person judged on an item, beside the machine, or several alike. probability:
    with which it came to be reviewed, 0 < probability <= 1: random_share for one of the random
    sample alone."""

    machine: Verdict
    fails: bool
    probability: float
    calls: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of calls with its 95 % interval; reviewed by people of how many calls.

    alone: the interval that people's verdicts give without the machine's. corrected: False where
    rate and interval are those of people alone."""

    value: float
    low: float
    high: float
    reviewed: int
    calls: int
    alone: tuple[float, float]
    corrected: bool

    @property
    def narrower(self) -> float:
        """Width ÷ width of people alone."""
        return (self.high - self.low) / (self.alone[1] - self.alone[0])


def reviewed_with(random: float, raised: float = 0.0) -> float:
    """The probability that a call is reviewed for one reason or another: by chance, or because it
    was flagged (0 for one that was not)."""
    return 1 - (1 - random) * (1 - raised)


def true_rate(judged: Sequence[Judged], machine: Mapping[Verdict, int]) -> Rate | None:
    """The rate of a problem among all calls; machine: verdict -> calls, of all calls, reviewed or
    not. None where nobody has reviewed one."""
    judged = [one for one in judged if one.calls]
    if not judged:
        return None
    calls = sum(machine.values())
    whole = _Part.of(judged)
    alone = whole.interval
    parts = _parts(judged, machine)
    value = sum(weight * part.share for weight, part in parts)
    below = sum((weight * (part.share - part.interval[0])) ** 2 for weight, part in parts)
    above = sum((weight * (part.interval[1] - part.share)) ** 2 for weight, part in parts)
    low, high = max(0.0, value - sqrt(below)), min(1.0, value + sqrt(above))
    corrected = len(parts) > 1 and high - low <= MOST_WIDER * (alone[1] - alone[0])
    if not corrected:
        value, (low, high) = whole.share, alone
    return Rate(
        value=value,
        low=low,
        high=high,
        reviewed=sum(one.calls for one in judged),
        calls=calls,
        alone=alone,
        corrected=corrected,
    )


def item_agreement(sampled: Iterable[Judged]) -> Agreement:
    """Precision and recall of an item, with Wilson's intervals. Only of the random sample: among
    calls that were reviewed because they were flagged nothing is ever missed."""
    answers = {True: Verdict.FAIL, False: Verdict.PASS}
    return agreement((one.machine, answers[one.fails]) for one in sampled for _ in range(one.calls))


def jeffreys(rate: float, calls: float) -> tuple[float, float]:
    """The 95 % interval of a share of so many calls, which need not be whole: quantiles of
    Beta(rate · calls + ½, (1 − rate) · calls + ½), and 0 or 1 where nothing or all was found."""
    from scipy.special import betaincinv

    if calls == inf:
        return rate, rate
    part, rest = rate * calls, (1 - rate) * calls
    low = float(betaincinv(part + 0.5, rest + 0.5, TAIL)) if part > 0 else 0.0
    high = float(betaincinv(part + 0.5, rest + 0.5, 1 - TAIL)) if rest > 0 else 1.0
    return min(low, rate), max(high, rate)


@dataclass(frozen=True, slots=True)
class _Part:
    """Reviewed calls of one verdict: the share that fails, with its interval."""

    share: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> "_Part":
        whole = sum(one.calls / one.probability for one in judged)
        failing = sum(one.calls / one.probability for one in judged if one.fails)
        # Σ w² (1 − 1/w)
        chance = sum(one.calls * (1 - one.probability) / one.probability**2 for one in judged)
        share = failing / whole
        return cls(share, jeffreys(share, whole**2 / chance if chance > 0 else inf))


def _parts(
    judged: Sequence[Judged], machine: Mapping[Verdict, int]
) -> tuple[tuple[float, _Part], ...]:
    """Share of all calls, and what people say of it, for each verdict of the machine. A verdict of
    which nobody reviewed a call is taken together with the most frequent one that was reviewed."""
    groups: dict[Verdict, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.machine].append(one)
    counts = {verdict: machine.get(verdict, 0) for verdict in groups}
    most = max(counts, key=lambda verdict: counts[verdict])
    counts[most] += sum(n for verdict, n in machine.items() if verdict not in groups)
    calls = sum(counts.values())
    return tuple((counts[v] / calls, _Part.of(group)) for v, group in groups.items())
