"""True rates: small ones by hand, and what must hold of all."""

import math
import random

import pytest

from pipeline.hit import Verdict
from pipeline.insight.rates import Judged, item_agreement, jeffreys, reviewed_with, true_rate

FAIL, PASS, UNSURE = Verdict.FAIL, Verdict.PASS, Verdict.UNSURE


def judged(machine: Verdict, failing: int, fine: int, probability: float = 0.01) -> list[Judged]:
    return [
        Judged(machine=machine, fails=number < failing, probability=probability)
        for number in range(failing + fine)
    ]


def test_each_verdict_counts_as_often_as_the_machine_gave_it() -> None:
    # of 20 flagged 15 fail, of 80 others 4; the machine flagged 10 % of all, not 20 %
    sample = judged(FAIL, 15, 5) + judged(PASS, 4, 76)
    rate = true_rate(sample, {FAIL: 1_000, PASS: 9_000})
    assert rate is not None and rate.corrected
    assert rate.value == pytest.approx(0.1 * 15 / 20 + 0.9 * 4 / 80)
    assert (rate.reviewed, rate.calls) == (100, 10_000)


def test_it_is_the_power_tuned_prediction_powered_estimate() -> None:
    sample = judged(FAIL, 15, 5) + judged(PASS, 4, 76)
    fails = [float(one.fails) for one in sample]
    flags = [float(one.machine == FAIL) for one in sample]
    people, flagged = sum(fails) / 100, sum(flags) / 100
    covariance = sum((y - people) * (f - flagged) for y, f in zip(fails, flags, strict=True))
    power = covariance / sum((f - flagged) ** 2 for f in flags)
    rate = true_rate(sample, {FAIL: 1_000, PASS: 9_000})
    assert rate is not None
    assert rate.value == pytest.approx(people + power * (0.1 - flagged))


def test_people_alone_have_jeffreys_interval() -> None:
    rate = true_rate(judged(PASS, 3, 97, probability=1e-9), {PASS: 10**11})
    assert rate is not None and not rate.corrected
    assert (rate.low, rate.high) == pytest.approx(jeffreys(0.03, 100))


def test_a_good_machine_narrows_the_interval_and_a_useless_one_does_not_widen_it() -> None:
    good = true_rate(judged(FAIL, 58, 2) + judged(PASS, 2, 238), {FAIL: 4_000, PASS: 16_000})
    assert good is not None and good.narrower < 0.5
    useless = true_rate(judged(FAIL, 6, 24) + judged(PASS, 54, 216), {FAIL: 2_000, PASS: 18_000})
    assert useless is not None and useless.narrower <= 1.02


def test_no_interval_is_more_than_2_percent_wider_than_that_of_people_alone() -> None:
    dice = random.Random(7)
    for _ in range(400):
        sample = [
            one
            for verdict in (FAIL, UNSURE, PASS)
            for one in judged(verdict, dice.randrange(4), dice.randrange(30), dice.random() or 1)
        ]
        counts = {verdict: dice.randrange(50, 5_000) for verdict in (FAIL, UNSURE, PASS)}
        rate = true_rate(sample, counts)
        if rate is not None and rate.alone[1] > rate.alone[0]:
            assert rate.narrower <= 1.02 + 1e-9
            assert 0 <= rate.low <= rate.high <= 1


def test_where_every_call_was_reviewed_nothing_is_left_to_chance() -> None:
    sample = judged(FAIL, 8, 2, probability=1.0) + judged(PASS, 5, 85, probability=1.0)
    rate = true_rate(sample, {FAIL: 10, PASS: 90})
    assert rate is not None
    assert rate.low == rate.value == rate.high == pytest.approx(0.13)


def test_calls_reviewed_for_their_flags_do_not_raise_the_rate() -> None:
    # all 200 flagged calls were reviewed, and 1 % of 9,800 others
    sample = judged(FAIL, 150, 50, probability=1.0) + judged(PASS, 2, 96)
    rate = true_rate(sample, {FAIL: 200, PASS: 9_800})
    assert rate is not None
    assert rate.value == pytest.approx(150 / 10_000 + 0.98 * 2 / 98)
    assert rate.value < 0.04  # unweighted it would be 51 %


def test_a_verdict_that_nobody_reviewed_goes_with_the_most_frequent_one() -> None:
    rate = true_rate(judged(PASS, 2, 98) + judged(FAIL, 5, 1), {PASS: 900, UNSURE: 50, FAIL: 50})
    assert rate is not None
    assert rate.value == pytest.approx(0.95 * 0.02 + 0.05 * 5 / 6)


def test_without_a_review_there_is_no_rate() -> None:
    assert true_rate([], {PASS: 10}) is None


def test_two_chances_of_being_reviewed_are_put_together() -> None:
    assert reviewed_with(0.02) == pytest.approx(0.02)
    assert reviewed_with(0.02, 0.5) == pytest.approx(0.02 + 0.98 * 0.5)
    assert reviewed_with(0.02, 1.0) == 1


def test_precision_and_recall_come_from_the_random_sample() -> None:
    found = item_agreement(judged(FAIL, 6, 2) + judged(UNSURE, 1, 1) + judged(PASS, 3, 87))
    assert (found.precision.part, found.precision.whole) == (6, 8)
    assert (found.recall.part, found.recall.whole) == (6, 10)
    assert (found.recall_with_asked.part, found.recall_with_asked.whole) == (7, 10)


def test_jeffreys_interval_leaves_a_fortieth_of_the_distribution_on_each_side() -> None:
    low, high = jeffreys(0.3, 20)
    steps = [(number + 0.5) / 100_000 for number in range(100_000)]
    density = [x**5.5 * (1 - x) ** 13.5 for x in steps]
    below = sum(d for x, d in zip(steps, density, strict=True) if x < low)
    above = sum(d for x, d in zip(steps, density, strict=True) if x > high)
    assert below / sum(density) == pytest.approx(0.025, abs=1e-4)
    assert above / sum(density) == pytest.approx(0.025, abs=1e-4)
    assert jeffreys(0, 10)[0] == 0 and jeffreys(1, 10)[1] == 1
    assert jeffreys(0.3, math.inf) == (0.3, 0.3)


def test_small_parts_are_put_together_by_hand() -> None:
    sample = judged(FAIL, 3, 1, probability=1e-9) + judged(PASS, 0, 96, probability=1e-9)
    rate = true_rate(sample, {FAIL: 400, PASS: 9_600})
    assert rate is not None
    flagged, missed = jeffreys(0.75, 4), jeffreys(0, 96)
    assert rate.value == pytest.approx(0.03)
    assert rate.low == pytest.approx(0.03 - 0.04 * (0.75 - flagged[0]))
    above = (0.04 * (flagged[1] - 0.75)) ** 2 + (0.96 * missed[1]) ** 2
    assert rate.high == pytest.approx(0.03 + math.sqrt(above))
