"""What parts good calls from bad ones, and calls that are like each other."""

import random

import pytest

from pipeline.insight.habits import Scored, habits, mann_whitney
from pipeline.insight.similar import calls_like, contrasts
from pipeline.insight.talks import Bag


def calls(count: int = 400, seed: int = 2) -> list[Scored]:
    """核对 and a low share of silence go with good scores; nothing else does."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        checks, silent = dice.random() < 0.4, dice.random()
        words = [f"词{dice.randrange(60)}" for _ in range(8)] + ["核对"] * checks
        known = {"silent-share": silent, "noise": dice.random()}
        score = 80 + 8 * checks - 10 * silent + dice.gauss(0, 4)
        made.append(Scored(bag=Bag(str(number), tuple(words)), score=score, measured=known))
    return made


def test_planted_habits_come_first_and_nothing_else_is_believed() -> None:
    found = habits(calls())
    assert {habit.what for habit in found} == {"核对", "silent-share"}
    said = next(habit for habit in found if habit.what == "核对")
    assert said.z > 0 and said.said is not None and (said.said.value or 0) > 0.3
    silent = next(habit for habit in found if habit.what == "silent-share")
    assert silent.z < 0 and silent.medians is not None and silent.medians[0] < silent.medians[1]
    assert silent.stronger is not None and silent.stronger < 0.3


def test_what_nearly_every_agent_says_parts_nobody() -> None:
    dice = random.Random(4)
    ordered = sorted(calls(1_000), key=lambda call: call.score)
    never = {0, 400, 700, *dice.sample(range(1_000), 3)}  # one of the worst, hardly one elsewhere
    made = [
        Scored(
            bag=Bag(c.bag.id, (*c.bag.terms, *(["您好"] if n not in never else []))),
            score=c.score,
            measured={},
        )
        for n, c in enumerate(ordered)
    ]
    found = habits(made)
    assert "核对" in {habit.what for habit in found}
    for habit in found:
        assert habit.said is not None and habit.said.interval is not None
        low, high = habit.said.interval
        assert not low <= 0 <= high, "what is shown differs by more than chance"


def test_where_nothing_parts_them_nothing_is_shown() -> None:
    dice = random.Random(9)
    blind = [Scored(bag=c.bag, score=dice.random(), measured=c.measured) for c in calls()]
    assert habits(blind) == ()
    assert habits([]) == () and habits(calls(3)) == ()


def test_mann_whitney_by_hand() -> None:
    # of 2 · 3 pairs: 3 beats 1, 2 and ties 3; 5 beats all: 5½ of 6
    stronger, z = mann_whitney([3, 5], [1, 2, 3])
    assert stronger == pytest.approx(5.5 / 6)
    assert z == pytest.approx((5.5 - 3) / (6 / 12 * (6 - 6 / 20)) ** 0.5)
    assert mann_whitney([1, 1], [1, 1]) == (0.5, 0.0)


BAGS = [
    Bag("慢", ("宽带", "很慢", "网速")),
    Bag("断", ("宽带", "断网", "网速")),
    Bag("卡", ("宽带", "很慢", "网速")),
    Bag("费", ("话费", "账单")),
    Bag("空", ()),
]


def test_the_likest_calls_come_first_and_strangers_not_at_all() -> None:
    found = calls_like("慢", BAGS)
    assert [one.call for one in found] == ["卡", "断"]
    assert found[0].likeness == pytest.approx(1, abs=1e-4) and 0 < found[1].likeness < 1
    assert calls_like("空", BAGS) == ()
    assert len(calls_like("慢", BAGS, most=1)) == 1


def test_pairs_are_in_the_same_situation_and_far_apart_in_points() -> None:
    (pair,) = contrasts(BAGS, {"慢": 95, "卡": 60, "断": 90, "费": 10})
    assert (pair.well, pair.badly, pair.scores) == ("慢", "卡", (95, 60))
    assert contrasts(BAGS, {"慢": 95, "卡": 85}) == ()
    assert contrasts(BAGS, {"慢": 95, "费": 10}) == ()
    assert contrasts([], {}) == () and contrasts(BAGS, {"空": 3}) == ()
