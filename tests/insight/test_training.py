"""Who needs to be taught what, and whether it helped."""

import pytest

from pipeline.insight.training import common_problems, needs, trained
from pipeline.scoring.agreement import Share


def test_common_problems_are_ordered_as_pareto_does() -> None:
    found = common_problems(
        {
            "greeting": Share(30, 100),
            "forbidden": Share(60, 100),
            "apology": Share(10, 50),
            "x": Share(0, 9),
        }
    )
    assert [(p.item, p.of_all, p.with_those_before) for p in found] == [
        ("forbidden", 0.6, 0.6),
        ("greeting", 0.3, pytest.approx(0.9)),
        ("apology", 0.1, pytest.approx(1)),
    ]
    assert common_problems({}) == () and common_problems({"x": Share(0, 3)}) == ()


def test_a_problem_that_only_one_agent_has_is_that_agents_need() -> None:
    agents = {f"A{n}": {"greeting": Share(5, 100), "apology": Share(20, 100)} for n in range(9)}
    agents["王"] = {"greeting": Share(30, 100), "apology": Share(22, 100)}
    (need,) = needs(agents)
    assert (need.agent, need.item) == ("王", "greeting")
    assert need.difference.value == pytest.approx(0.25)
    assert need.difference.interval is not None and need.difference.interval[0] > 0.15


def test_a_problem_of_everybody_is_nobodys_own() -> None:
    assert needs({f"A{n}": {"greeting": Share(40, 100)} for n in range(10)}) == ()
    assert needs({"A": {"greeting": Share(40, 100)}}) == ()
    assert needs({}) == ()


def test_two_bad_calls_are_no_need() -> None:
    agents = {f"A{n}": {"greeting": Share(10, 100)} for n in range(9)}
    assert needs({**agents, "新": {"greeting": Share(2, 3)}}) == ()


def test_a_training_that_helped_shows_it() -> None:
    found = trained(Share(60, 200), Share(20, 200))
    assert found.value == pytest.approx(-0.2) and found.shown
    assert found.interval == found.trained.interval


def test_what_changed_for_everybody_is_not_the_trainings_doing() -> None:
    found = trained(Share(60, 200), Share(40, 200), (Share(300, 1_000), Share(200, 1_000)))
    assert found.value == pytest.approx(0) and not found.shown
    low, high = found.interval or (0, 0)
    alone = found.trained.interval or (0, 0)
    assert low < found.value < high and high - low > alone[1] - alone[0]


def test_without_calls_before_or_after_there_is_no_effect() -> None:
    found = trained(Share(0, 0), Share(3, 20))
    assert found.value is None and found.interval is None and not found.shown
    assert trained(Share(3, 9), Share(3, 9), (Share(0, 0), Share(1, 2))).value is None
