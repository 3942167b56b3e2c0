"""How right verdicts are, beside what people decided: shares with their intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from pipeline.hit import Verdict

Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, as a rate with Wilson's 95 % interval (E. B. Wilson, JASA 22, 1927).

    All three are None where there is nothing to count."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """part ÷ whole."""
        return self.part / self.whole if self.whole else None

    @property
    def low(self) -> float | None:
        """The lower end of the interval."""
        return max(0.0, self._end(-1)) if self.whole else None

    @property
    def high(self) -> float | None:
        """The upper end of the interval."""
        return min(1.0, self._end(1)) if self.whole else None

    def _end(self, side: int) -> float:
        n, p = self.whole, self.part / self.whole
        half = sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return (p + Z * Z / (2 * n) + side * Z * half) / (1 + Z * Z / n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Verdicts of a machine beside those of people. charged: FAIL; asked: UNSURE."""

    cases: int
    failures: int
    """FAIL by people."""
    charged: int
    rightly_charged: int
    asked: int
    rightly_asked: int
    """Asked where people say FAIL."""

    @property
    def precision(self) -> Share:
        """Of what was charged, what people call a failure."""
        return Share(self.rightly_charged, self.charged)

    @property
    def recall(self) -> Share:
        """Of people's failures, what was charged."""
        return Share(self.rightly_charged, self.failures)

    @property
    def recall_with_asked(self) -> Share:
        """Of people's failures, what was charged or put to a person."""
        return Share(self.rightly_charged + self.rightly_asked, self.failures)


def agreement(pairs: Iterable[tuple[Verdict, Verdict]]) -> Agreement:
    """The agreement over (the machine's verdict, the people's)."""
    both = list(pairs)
    return Agreement(
        cases=len(both),
        failures=sum(people == Verdict.FAIL for _, people in both),
        charged=sum(machine == Verdict.FAIL for machine, _ in both),
        rightly_charged=both.count((Verdict.FAIL, Verdict.FAIL)),
        asked=sum(machine == Verdict.UNSURE for machine, _ in both),
        rightly_asked=both.count((Verdict.UNSURE, Verdict.FAIL)),
    )
