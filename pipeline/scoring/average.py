"""Means of a sample with their intervals: scores of some calls as an estimate of all calls'."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's t for 95 %, of 1 to 10 degrees of freedom."""
NORMAL = 1.959964


@dataclass(frozen=True, slots=True)
class Average:
    """A mean of n values with Student's 95 % interval. All three are None where there is nothing
    to count; of one value there is no interval."""

    n: int
    sum: float
    squares: float
    """The sum of the squares of the values."""

    @property
    def mean(self) -> float | None:
        """sum ÷ n."""
        return self.sum / self.n if self.n else None

    @property
    def low(self) -> float | None:
        """The lower end of the interval; a share of marks has none below 0."""
        half = self._half()
        return None if half is None else max(0.0, self.sum / self.n - half)

    @property
    def high(self) -> float | None:
        """The upper end of the interval; a share of marks has none above 1."""
        half = self._half()
        return None if half is None else min(1.0, self.sum / self.n + half)

    def _half(self) -> float | None:
        if self.n < 2:
            return None
        spread = max(0.0, self.squares - self.sum * self.sum / self.n) / (self.n - 1)
        return student(self.n - 1) * sqrt(spread / self.n)


def average(values: Iterable[float]) -> Average:
    """The average of the values."""
    listed = list(values)
    return Average(len(listed), sum(listed), sum(value * value for value in listed))


def student(freedom: int) -> float:
    """Student's t for 95 %; above ten degrees of freedom by the expansion of R. A. Fisher and
    E. A. Cornish (Technometrics 2, 1960), right to a thousandth there."""
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    z, n = NORMAL, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
