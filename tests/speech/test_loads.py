"""Channels that share what the recogniser hears: few loads, and every word back on its side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.perfect_ear import joined
from pipeline.call import Interval
from pipeline.speech.loads import Load, fill, loads, parted
from pipeline.speech.tokens import Hypothesis, Token
from tests.speech.whispers import hum

LIMIT, PAD = 12.0, 0.2
QUIET = hum(60)


@st.composite
def channels(draw: st.DrawFn) -> list[list[Interval]]:
    made = []
    for _ in range(draw(st.integers(1, 3))):
        at, voice = 0.5, []
        for _ in range(draw(st.integers(0, 6))):
            at += draw(st.floats(0.3, 2))
            voice.append(Interval(at, at + draw(st.floats(0.3, 6))))
            at = voice[-1].end
        made.append(voice)
    return made


def packed(*voices: list[Interval]) -> list[Load]:
    return loads([QUIET] * len(voices), voices, LIMIT, PAD)


def said(load: Load) -> list[Hypothesis]:
    """A character in the middle of every stretch of voice."""
    heard = []
    for number, window in enumerate(load.windows):
        tokens = []
        for v in window.voice:
            piece = next(p for p in window.pieces if p.start <= v.start and v.end <= p.end)
            middle = (v.start + v.end) / 2 - piece.start + piece.at
            tokens.append(Token(str(number), middle - 0.1, middle + 0.1, 0.9))
        heard.append(Hypothesis("".join(t.text for t in tokens), tuple(tokens)))
    return heard


def test_two_half_empty_windows_become_one_load() -> None:
    (load,) = packed([Interval(1, 5)], [Interval(6, 9)])
    assert [(w.channel, w.voice) for w in load.windows] == [
        (0, (Interval(1, 5),)),
        (1, (Interval(6, 9),)),
    ]
    assert len(load.audio()) == round(load.seconds * 16_000)
    assert load.starts == (0.0, pytest.approx(4.4))


def test_what_does_not_fit_is_not_squeezed_in() -> None:
    assert [len(load.windows) for load in packed([Interval(1, 9)], [Interval(1, 9)])] == [1, 1]


def test_a_channel_without_voice_has_no_window_and_no_voice_has_no_load() -> None:
    assert [w.channel for load in packed([], [Interval(1, 2)]) for w in load.windows] == [1]
    assert packed([], []) == []
    assert fill([], LIMIT) == 0.0


@settings(max_examples=40, deadline=None)
@given(channels())
def test_no_load_is_longer_than_the_limit_and_no_voice_is_lost(
    voices: list[list[Interval]],
) -> None:
    made = packed(*voices)
    assert all(load.seconds <= LIMIT + 1e-6 for load in made)
    for number, voice in enumerate(voices):
        heard = [v for load in made for w in load.windows if w.channel == number for v in w.voice]
        assert sum(v.seconds for v in heard) == pytest.approx(
            sum(v.seconds for v in voice), abs=0.01
        )


@settings(max_examples=40, deadline=None)
@given(channels())
def test_every_word_comes_back_to_its_channel_at_its_time(voices: list[list[Interval]]) -> None:
    for load in packed(*voices):
        for wanted, got in zip(said(load), parted(load, joined(load, said(load))), strict=True):
            assert got.text == wanted.text
            for one, other in zip(got.tokens, wanted.tokens, strict=True):
                assert (one.start, one.end) == pytest.approx((other.start, other.end))


def test_a_word_on_the_seam_belongs_to_the_voice_that_it_covers_most_of() -> None:
    (load,) = packed([Interval(1, 5)], [Interval(6, 9)])  # voices at 0.2–4.2 and 4.6–7.6
    late = Token("走", 4.0, 4.7, 0.9)
    early = Token("您", 4.15, 4.9, 0.9)
    between = Token("嗯", 4.25, 4.35, 0.9)
    first, second = parted(load, Hypothesis("走您嗯", (late, early, between)))
    assert [t.text for t in first.tokens] == ["走", "嗯"]
    assert [t.text for t in second.tokens] == ["您"]
    assert second.tokens[0].start == 0.0
    assert np.isclose(second.tokens[0].end, 4.9 - load.starts[1])


def test_what_is_true_of_the_load_is_true_of_its_windows() -> None:
    (load,) = packed([Interval(1, 5)], [Interval(6, 9)])
    whole = Hypothesis("", (), log_probability=-2.0, no_speech=0.7, cut=True)
    for part in parted(load, whole):
        assert (part.log_probability, part.no_speech, part.cut) == (-2.0, 0.7, True)
