"""What is masked is known by its time, from word to word around it."""

from dataclasses import replace

import pytest

from pipeline.call import Call, Interval, Speaker, Turn, Word
from pipeline.text.hushing import MARGIN, apart, hushed, within
from tests.talk import talk, untimed


def said(*words: tuple[str, float, float], start: float = 0.0, end: float = 20.0) -> Call:
    turn = Turn(Speaker.CUSTOMER, start, end, tuple(Word(*word) for word in words))
    return Call(id="c", duration=60.0, turns=(turn,))


def edges(call: Call) -> list[tuple[float, float]]:
    """Without the margin."""
    return [(one.start + MARGIN, one.end - MARGIN) for one in hushed(call)]


def test_a_number_reaches_from_the_word_before_it_to_the_word_after_it() -> None:
    call = said(("是", 1.0, 1.4), ("*", 2.0, 2.2), ("*", 2.2, 2.4), ("对", 5.0, 5.2))
    assert edges(call) == [(1.4, 5.0)]


def test_one_at_the_edge_of_a_turn_reaches_to_the_edge() -> None:
    call = said(("**", 2.0, 2.4), ("对", 5.0, 6.0), ("*", 7.0, 7.5), start=1.5, end=8.5)
    assert edges(call) == [(1.5, 5.0), (6.0, 8.5)]


def test_words_whose_times_lie_wrong_never_make_it_shorter() -> None:
    call = said(("是", 1.0, 2.6), ("*", 2.0, 4.4), ("对", 4.0, 4.2))
    assert edges(call) == [(2.0, 4.4)]


def test_without_times_all_of_the_turn_is_meant() -> None:
    call = untimed(talk("坐席 1-3 请讲", "客户 4-8 我的是***好吗", "坐席 9-10 好的"))
    assert edges(call) == [(4.0, 8.0)]


def test_stretches_that_touch_are_one() -> None:
    call = said(("*", 1.0, 1.2), ("嗯", 1.3, 1.4), ("*", 1.5, 1.8), ("好", 9.0, 9.2), start=1.0)
    (one,) = hushed(call)
    assert one == Interval(pytest.approx(1.0 - MARGIN), pytest.approx(9.0 + MARGIN))


def test_a_call_without_masks_must_not_be_beeped() -> None:
    assert hushed(talk("坐席 1 您好", "客户 3 我想查 138 的话费")) == ()


def test_what_lies_outside_of_a_span_is_left_out() -> None:
    stretches = apart([Interval(1, 2), Interval(3, 5), Interval(8, 9)])
    assert within(stretches, Interval(4, 8)) == (Interval(4, 5),)
    assert hushed(replace(talk("客户 0-2 **"), duration=2.0))[0].start == 0.0
