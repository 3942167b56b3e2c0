"""Errors per character, and how sure the rate is."""

import pytest

from pipeline.scoring.misheard import Errors, error_rate, errors, together


@pytest.mark.parametrize(
    ("said", "heard", "replaced", "lost", "added"),
    [
        ("您好请问", "您好请问", 0, 0, 0),
        ("查一下话费", "查一下花费", 1, 0, 0),
        ("我想查话费", "查话费", 0, 2, 0),
        ("好的", "好的好的", 0, 0, 2),
        ("", "请不吝点赞", 0, 0, 5),
        ("您好", "", 0, 2, 0),
    ],
)
def test_errors_are_replaced_lost_and_added(
    said: str, heard: str, replaced: int, lost: int, added: int
) -> None:
    found = errors(said, heard)
    assert (found.replaced, found.lost, found.added) == (replaced, lost, added)
    assert found.wrong == replaced + lost + added


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("您好，请问有什么可以帮您？", "您好 请问有什么可以帮您"),
        ("電話費", "电话费"),
        ("工号一三八", "工号138"),
        ("幺两零", "１２０"),
    ],
)
def test_marks_script_and_how_figures_are_written_are_no_errors(said: str, heard: str) -> None:
    assert errors(said, heard).wrong == 0


def test_what_was_heard_instead_is_told() -> None:
    assert errors("我要查话费", "我要查花费").swapped == (("话", "花"),)
    assert together([errors("话费", "花费")] * 2).swapped == (("话", "花"), ("话", "花"))


def test_the_rate_is_over_characters_not_over_calls() -> None:
    calls = [errors("好", ""), errors("您好请问有什么可以", "您好请问有什么可以")]
    assert error_rate(calls).rate == pytest.approx(1 / 10)


def test_the_interval_holds_the_rate_and_narrows_with_more_calls() -> None:
    some = [Errors(said=100, replaced=n, lost=0, added=0) for n in (0, 2, 4, 6, 8)]
    few, many = error_rate(some), error_rate(some * 20)
    for rate in (few, many):
        assert rate.rate == pytest.approx(0.04)
        assert rate.low is not None and rate.high is not None
        assert rate.low <= 0.04 <= rate.high
    assert few.low is not None and few.high is not None
    assert many.low is not None and many.high is not None
    assert many.high - many.low < few.high - few.low
    assert error_rate(some) == few


def test_too_few_calls_give_no_interval_and_none_no_rate() -> None:
    assert error_rate([errors("您好", "您好")] * 4).low is None
    assert error_rate([]).rate is None
