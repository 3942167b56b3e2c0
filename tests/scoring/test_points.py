"""Verdicts into points, on three scales."""

import pytest

from pipeline.hit import Verdict
from pipeline.scoring.points import Points, Ruling, points
from pipeline.scoring.template import Fatal, Item, Scale, Section, Template

PASS, FAIL, UNSURE, NOT_APPLICABLE, CRASHED = Verdict
SECTIONS = (Section(id="a", title="甲"), Section(id="b", title="乙"))


def item(name: str, points: float = 10, section: str = "a", **more: object) -> Item:
    return Item(id=name, ask="问", points=points, section=section, **more)  # type: ignore[arg-type]


def count(
    *rows: tuple[Item, Verdict | Ruling],
    scale: Scale = Scale.DEDUCT,
    sections: tuple[Section, ...] = SECTIONS,
) -> Points:
    template = Template(
        name="t",
        title="t",
        version="1",
        scale=scale,
        sections=sections,
        items=tuple(row[0] for row in rows),
    )
    rulings = {i.id: r if isinstance(r, Ruling) else Ruling(r) for i, r in rows}
    return points(template, rulings)


def test_full_marks_are_the_sum_of_the_items() -> None:
    counted = count((item("x"), PASS), (item("y", 5, "b"), FAIL))
    assert (counted.total, counted.max) == (10, 15)
    assert [(s.total, s.max, s.lost) for s in counted.sections] == [(10, 10, 0), (0, 5, 5)]


@pytest.mark.parametrize("verdict", [PASS, NOT_APPLICABLE, UNSURE, CRASHED])
def test_only_a_failure_costs_points(verdict: Verdict) -> None:
    counted = count((item("x"), verdict))
    assert (counted.total, counted.max) == (10, 10)
    assert counted.at_stake == (10 if verdict in (UNSURE, CRASHED) else 0)


def test_a_section_stops_at_zero_and_takes_nothing_from_others() -> None:
    sections = (Section(id="a", title="甲", max=15), Section(id="b", title="乙", max=30))
    counted = count(
        (item("x"), FAIL), (item("y"), FAIL), (item("z", 3, "b"), FAIL), sections=sections
    )
    assert (counted.total, counted.max) == (27, 45)
    assert (counted.sections[0].total, counted.sections[0].lost) == (0, 20)


def test_a_section_may_have_a_floor() -> None:
    sections = (Section(id="a", title="甲", max=15, floor=5),)
    assert count((item("x", 12), FAIL), sections=sections).total == 5


@pytest.mark.parametrize(("times", "lost"), [(1, 4), (2, 8), (3, 10), (9, 10)])
def test_hits_add_up_to_the_cap(times: int, lost: float) -> None:
    counted = count((item("x", 4, per_hit=True, cap=10), Ruling(FAIL, times)))
    assert counted.items["x"].lost == lost
    assert counted.items["x"].max == 10


def test_an_item_per_call_costs_once() -> None:
    assert count((item("x", 4), Ruling(FAIL, 5))).items["x"].lost == 4


def test_a_fatal_item_zeroes_the_card() -> None:
    counted = count((item("x", fatal=Fatal.CARD), FAIL), (item("y", 90, "b"), PASS))
    assert (counted.total, counted.fatal) == (0, ("x",))


@pytest.mark.parametrize("verdict", [PASS, UNSURE, NOT_APPLICABLE, CRASHED])
def test_a_fatal_item_must_fail_to_be_fatal(verdict: Verdict) -> None:
    counted = count((item("x", fatal=Fatal.CARD), verdict), (item("y"), PASS))
    assert (counted.total, counted.fatal) == (20, ())


def test_a_fatal_item_may_take_its_section_only() -> None:
    counted = count(
        (item("x", 1, fatal=Fatal.SECTION), FAIL), (item("y"), PASS), (item("z", 10, "b"), PASS)
    )
    assert [section.total for section in counted.sections] == [0, 10]
    assert counted.fatal == ("x",)


def test_a_fatal_item_may_take_all_of_its_own_points() -> None:
    row = item("x", 2, per_hit=True, cap=10, fatal=Fatal.ITEM)
    counted = count((row, Ruling(FAIL, 1)))
    assert (counted.items["x"].lost, counted.fatal) == (10, ())


def test_what_does_not_apply_leaves_the_denominator_where_points_are_earned() -> None:
    counted = count(
        (item("x"), PASS), (item("y"), FAIL), (item("z"), NOT_APPLICABLE), scale=Scale.EARN
    )
    assert (counted.total, counted.max) == (10, 20)


def test_demerits_add_up_and_have_no_full_marks() -> None:
    counted = count(
        (item("x", 20), FAIL), (item("y", 5, "b"), FAIL), (item("z"), PASS), scale=Scale.DEMERITS
    )
    assert (counted.total, counted.max) == (25, 0)


@pytest.mark.parametrize(("times", "total"), [(1, 12.0), (2, 14.0), (9, 15.0)])
def test_a_bonus_may_be_earned_for_each_hit_up_to_a_cap(times: int, total: float) -> None:
    rows = (item("x"), PASS), (item("y", 0, bonus=2, per_hit=True, cap=5), Ruling(PASS, times))
    assert (count(*rows).total, count(*rows).max) == (total, 10)


def test_a_bonus_is_earned_by_a_pass_only() -> None:
    rows = (item("x"), PASS), (item("y", 0, bonus=3), PASS), (item("z", 0, bonus=3), FAIL)
    assert count(*rows).total == 13


def test_a_template_without_sections_is_one() -> None:
    counted = count((item("x", section=""), FAIL), (item("y", section=""), PASS), sections=())
    assert (counted.total, counted.max, counted.sections) == (10, 20, ())


def test_tenths_add_up_as_people_expect() -> None:
    counted = count((item("x", 0.1), FAIL), (item("y", 0.2), FAIL), (item("z", 0.3), PASS))
    assert counted.total == 0.3
