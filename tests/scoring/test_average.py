"""Means with their intervals."""

from statistics import fmean, stdev

import pytest

from pipeline.scoring.average import Average, average, student


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.706), (10, 2.228), (11, 2.201), (20, 2.086), (60, 2.000), (999, 1.962)],
)
def test_students_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student(freedom) == pytest.approx(t, abs=0.001)


def test_an_interval_is_the_textbooks() -> None:
    values = [0.9, 0.8, 1.0, 0.7, 0.85]
    found = average(values)
    half = 2.776 * stdev(values) / 5**0.5
    assert found.mean == pytest.approx(fmean(values))
    assert found.low == pytest.approx(fmean(values) - half)
    assert found.high == pytest.approx(fmean(values) + half)


def test_of_nothing_there_is_no_mean_and_of_one_no_interval() -> None:
    nothing, one = average([]), average([0.5])
    assert (nothing.mean, nothing.low, nothing.high) == (None, None, None)
    assert (one.mean, one.low, one.high) == (0.5, None, None)


def test_an_interval_of_shares_must_not_leave_nought_to_one() -> None:
    found = average([1.0, 1.0, 0.2])
    assert found.high == 1.0 and found.low == 0.0
    same = Average(4, 4.0, 4.0)
    assert (same.low, same.high) == (1.0, 1.0)
