"""Simulated reviews of 20,000 calls: how often the interval of a rate holds it, and how wide it is.

    python -m benchmarks.rates          # some seconds of one core

Three machines of known recall and specificity judge 20,000 calls, of which p fail; people review a
random sample of n, 2,000 times. Beside it the same with half of the flagged calls reviewed as well.
Goals: coverage 93 to 97 %; width ÷ width of people alone within 5 % of √(1 − ρ²), ρ the correlation
of the machine's verdicts with people's. Writes its section of docs/insight-measured.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from benchmarks.insight_page import put
from pipeline.hit import Verdict
from pipeline.insight.rates import Judged, reviewed_with, true_rate

TITLE = "Rates by simulation"
CALLS, RUNS, SEED = 20_000, 2_000, 20261122
RATES = (0.02, 0.05, 0.2, 0.5)
SIZES = (100, 300)
MACHINES = ((0.6, 0.95), (0.8, 0.98), (0.9, 0.99))
"""Recall, and the share of calls without the problem that are not flagged."""
COVERAGE = (0.93, 0.97)
CLOSE = 0.05
FLAGGED = 0.5
"""Of the flagged calls are reviewed in the second design."""
CELLS = tuple((v, fails) for v in (Verdict.FAIL, Verdict.PASS) for fails in (True, False))


@dataclass(frozen=True, slots=True)
class Truth:
    """How many of the calls are flagged rightly and wrongly, missed, and rightly left alone."""

    counts: tuple[int, int, int, int]

    @classmethod
    def of(cls, rate: float, recall: float, specificity: float) -> Truth:
        failing = round(rate * CALLS)
        right, wrong = round(recall * failing), round((1 - specificity) * (CALLS - failing))
        return cls((right, wrong, failing - right, CALLS - failing - wrong))

    @property
    def correlation(self) -> float:
        """Of verdicts with people's: φ."""
        a, b, c, d = self.counts
        return (a * d - b * c) / sqrt((a + b) * (c + d) * (a + c) * (b + d))


@dataclass(frozen=True, slots=True)
class Figures:
    """Share of runs whose interval holds the rate, with the machine and without; mean width of the
    first ÷ that of the second."""

    coverage: float
    alone: float
    ratio: float


def simulated(truth: Truth, size: int, flagged: float, dice: np.random.Generator) -> Figures:
    """2,000 samples; equal ones are worked out once."""
    sampled = dice.multivariate_hypergeometric(truth.counts, size, size=RUNS)
    rest = np.array(truth.counts) - sampled
    more = dice.binomial(rest * [1, 1, 0, 0], flagged)
    drawn, times = np.unique(sampled + more, axis=0, return_counts=True)
    a, b, c, d = truth.counts
    rate, machine = (a + c) / CALLS, {Verdict.FAIL: a + b, Verdict.PASS: c + d}
    chance = size / CALLS
    chances = {Verdict.FAIL: reviewed_with(chance, flagged), Verdict.PASS: chance}
    holds = alone = width = width_alone = 0.0
    for counts, often in zip(drawn, times, strict=True):
        found = true_rate(
            [
                Judged(machine=verdict, fails=fails, probability=chances[verdict], calls=int(count))
                for (verdict, fails), count in zip(CELLS, counts, strict=True)
            ],
            machine,
        )
        assert found is not None
        holds += often * (found.low <= rate <= found.high)
        alone += often * (found.alone[0] <= rate <= found.alone[1])
        width += often * (found.high - found.low)
        width_alone += often * (found.alone[1] - found.alone[0])
    return Figures(float(holds / RUNS), float(alone / RUNS), float(width / width_alone))


def section() -> str:
    """The table, and what of it misses its goals."""
    rows, missed, cells = [], [0, 0], 0
    for recall, specificity in MACHINES:
        for rate in RATES:
            truth = Truth.of(rate, recall, specificity)
            goal = sqrt(1 - truth.correlation**2)
            for size in SIZES:
                dice = np.random.default_rng([SEED, size, round(rate * 100), round(recall * 10)])
                plain = simulated(truth, size, 0.0, dice)
                more = simulated(truth, size, FLAGGED, dice)
                off = float(plain.ratio / goal - 1)
                outside = not COVERAGE[0] <= plain.coverage <= COVERAGE[1]
                missed[0] += outside
                missed[1] += abs(off) > CLOSE
                cells += 1
                rows.append(
                    f"| {recall:.0%}, {specificity:.0%} | {rate:.0%} | {size} "
                    f"| {plain.coverage:.1%}{' !' * outside} | {plain.alone:.1%} "
                    f"| {plain.ratio:.3f}{' !' * (abs(off) > CLOSE)} | {goal:.3f} | {off:+.1%} "
                    f"| {more.coverage:.1%} |"
                )
    head = (
        f"Made by `benchmarks/rates.py`: {CALLS:,} calls, {RUNS:,} runs, seed {SEED}. "
        f"`!` misses a goal: coverage {missed[0]} of {cells}, width {missed[1]} of {cells}. "
        "The last column: half of the flagged calls reviewed as well, at 1/probability."
    )
    columns = (
        "recall, specificity|rate|n|coverage|people alone|width ÷ people alone|√(1−ρ²)|off|"
        "coverage with flagged"
    )
    line = "\n|" + "---|" * (columns.count("|") + 1) + "\n"
    return f"{head}\n\n| {columns.replace('|', ' | ')} |{line}" + "\n".join(rows) + "\n"


def main() -> None:
    """The command."""
    made = section()
    print(made)
    put(TITLE, made)


if __name__ == "__main__":
    main()
