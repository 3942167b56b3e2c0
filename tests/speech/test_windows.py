"""Packing voice into windows: nothing lost, nothing invented, every sample finds its way back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.call import Interval
from pipeline.speech.loads import Load, fill
from pipeline.speech.windows import RATE, Window, split, to_recording
from tests.speech.whispers import windows

LIMIT = 12.0
PAD = 0.2


def ramp(seconds: float) -> np.ndarray:
    """A sound in which (almost) every sample says where it stands."""
    return (np.arange(round(seconds * RATE)) % 65_521 - 32_760).astype(np.int16)


@st.composite
def voices(draw: st.DrawFn) -> list[Interval]:
    at, found = 0.0, []
    for _ in range(draw(st.integers(1, 15))):
        at += draw(st.floats(0.15, 5))
        end = at + draw(st.floats(0.06, 9))
        found.append(Interval(at, end))
        at = end
    return found


def packed(voice: list[Interval], limit: float = LIMIT) -> list[Window]:
    return windows(ramp(voice[-1].end + 1), voice, limit, PAD)


@settings(max_examples=40, deadline=None)
@given(voices())
def test_no_window_is_longer_than_the_limit_and_no_voice_is_left_out(voice: list[Interval]) -> None:
    made = packed(voice)
    assert all(window.seconds <= LIMIT + 1e-6 for window in made)
    heard = [v for window in made for v in window.voice]
    assert len(heard) == len(voice)
    for was, now in zip(voice, heard, strict=True):
        assert (now.start, now.end) == pytest.approx((was.start, was.end), abs=1 / RATE)


@settings(max_examples=40, deadline=None)
@given(voices(), st.floats(0, 1))
def test_every_moment_of_a_window_maps_back_to_the_very_sample(
    voice: list[Interval], share: float
) -> None:
    for window in packed(voice):
        sound = window.audio()
        assert len(sound) == round(window.seconds * RATE)
        n = int(share * (len(sound) - 1))
        at = to_recording(window, n / RATE, n / RATE).start
        assert sound[n] * 32768 == window.sound[round(at * RATE)]


@settings(max_examples=40, deadline=None)
@given(voices())
def test_a_stretch_of_voice_is_never_cut_unless_it_alone_is_too_long(voice: list[Interval]) -> None:
    for window in packed(voice):
        for interval in voice:
            overlap = [v for v in window.voice if v.start < interval.end and interval.start < v.end]
            assert not overlap or overlap[0].seconds == pytest.approx(interval.seconds, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(voices(), st.floats(2, 8))
def test_splitting_keeps_all_voice_and_adds_no_sound(voice: list[Interval], limit: float) -> None:
    for window in packed(voice):
        parts = split(window, limit)
        assert sum(p.voiced for p in parts) == pytest.approx(window.voiced, abs=1e-3)
        assert sum(p.seconds for p in parts) == pytest.approx(window.seconds, abs=1e-3)
        assert all(p.voiced <= limit + 1e-6 for p in parts)


def test_splitting_in_half_leaves_two_equal_stretches_whole() -> None:
    parts = split(packed([Interval(1, 4), Interval(9, 12)])[0], 3.4)
    assert [[v.seconds for v in p.voice] for p in parts] == [[3.0], [3.0]]


def test_a_long_stretch_is_cut_where_it_is_quietest() -> None:
    sound = np.full(20 * RATE, 8000, np.int16)
    sound[round(9.3 * RATE) : round(9.5 * RATE)] = 5
    first, second = windows(sound, [Interval(0, 20)], LIMIT)
    assert 9.3 < first.voice[0].end == second.voice[0].start < 9.5


def test_windows_are_as_few_as_the_order_allows() -> None:
    voice = [Interval(i * 5.0, i * 5.0 + 2.6) for i in range(40)]  # 3 s each with their sound
    made = packed(voice)
    assert len(made) == 10
    assert fill([Load((w,)) for w in made], LIMIT) == pytest.approx(1.0, abs=0.01)


def test_among_equally_few_windows_the_cut_falls_into_the_longest_pause() -> None:
    voice = [Interval(0, 3), Interval(5, 8), Interval(8.2, 10), Interval(10.3, 13.3)]
    made = packed(voice, 9.0)
    assert [len(window.voice) for window in made] == [1, 3]


def test_gaps_hold_true_sound_and_are_short() -> None:
    window = packed([Interval(1, 2), Interval(6, 7)])[0]
    assert [(p.start, p.end, p.at) for p in window.pieces] == [(0.8, 2.2, 0.0), (5.8, 7.2, 1.4)]


def test_padding_never_reaches_into_the_neighbours_voice() -> None:
    near = [Interval(0.5, 9), Interval(9.2, 18)]
    first, second = packed(near)
    assert first.pieces[-1].end == second.pieces[0].start == pytest.approx(9.1)


def test_a_word_on_the_seam_stays_on_one_side() -> None:
    window = packed([Interval(1, 2), Interval(6, 7)])[0]
    assert to_recording(window, 1.2, 1.5) == Interval(2.0, 2.2)
    assert to_recording(window, 1.3, 1.6) == Interval(5.8, pytest.approx(6.0))


def test_a_word_that_swallowed_the_gap_goes_to_the_voice_that_it_covers() -> None:
    window = packed([Interval(1, 2), Interval(6, 7)])[0]
    before_the_gap = to_recording(window, 1.0, 1.6)  # the gap is 1.2–1.6
    after_the_gap = to_recording(window, 1.2, 1.8)
    assert (before_the_gap.start, before_the_gap.end) == pytest.approx((1.8, 2.0))
    assert (after_the_gap.start, after_the_gap.end) == pytest.approx((6.0, 6.2))


def test_no_voice_makes_no_window() -> None:
    assert windows(ramp(3), [], LIMIT, PAD) == []
    assert fill([], LIMIT) == 0.0
