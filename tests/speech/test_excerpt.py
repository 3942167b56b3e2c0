"""A number in a clip is not to be heard: there is a tone in its place, and a tone nowhere else."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile as sf

from pipeline.call import Interval
from pipeline.settings import Audio
from pipeline.speech.clip import RATE, TONE_HERTZ, beeped, excerpt
from pipeline.text.hushing import hushed
from pipeline.text.private import MASK, masked
from sample_audio.truth import truth_call

SAMPLES = Path(__file__).parents[2] / "sample_audio" / "calls"
SPAN = Interval(1.0, 7.0)
NUMBER = Interval(3.0, 5.0)
SPOKEN, OVERHEARD, TALK = 620.0, 640.0, 300.0
"""Hertz: the number on one channel, what the other picks up of it, and all other talk."""
BORDER = 0.08
"""Seconds at an edge that belong to both sides: a frame of MP3 is 36 ms."""
Samples = npt.NDArray[np.float64]


def sine(hertz: float, seconds: float) -> Samples:
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE))


def recording(path: Path) -> Path:
    """8 s of talk; from 3 s to 5 s a number, loud on one channel and faint on the other."""
    first, last = (int(at * RATE) for at in (NUMBER.start, NUMBER.end))
    channels = np.stack([sine(TALK, 8), 0.2 * sine(TALK, 8)], axis=1)
    channels[first:last, 0] = sine(SPOKEN, 2)
    channels[first:last, 1] = 0.1 * sine(OVERHEARD, 2)
    sf.write(path, channels, RATE, subtype="PCM_16")
    return path


def decoded(mp3: bytes, path: Path) -> Samples:
    """(channels, samples), -1..1."""
    path.write_bytes(mp3)
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray() for frame in file.decode(audio=0)]
    return np.concatenate(frames, axis=1).astype(np.float64)


def level(samples: Samples, hertz: float, span: Interval) -> float:
    """Of one frequency within seconds of the clip, in dB of full scale."""
    part = samples[int((span.start + BORDER) * RATE) : int((span.end - BORDER) * RATE)]
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / RATE)
    return float(20 * np.log10(2 * abs(np.mean(part * turn)) + 1e-9))


def rest_of(samples: Samples, span: Interval) -> float:
    """What is there but the tone within seconds of the clip, in dB of full scale."""
    part = samples[int((span.start + BORDER) * RATE) : int((span.end - BORDER) * RATE)]
    at = 2 * np.pi * TONE_HERTZ * np.arange(len(part)) / RATE
    basis = np.stack([np.sin(at), np.cos(at)])
    rest = part - np.linalg.lstsq(basis.T, part, rcond=None)[0] @ basis
    return float(20 * np.log10(np.sqrt(np.mean(rest**2)) + 1e-9))


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Samples, Samples]:
    """The clip with the number beeped, and as it would be without."""
    folder = tmp_path_factory.mktemp("excerpt")
    path = recording(folder / "call.wav")
    cut, open_ = (
        decoded(excerpt([path], Audio(), SPAN, beeps), folder / f"{len(beeps)}.mp3")
        for beeps in ([NUMBER], [])
    )
    return cut, open_


INSIDE = Interval(NUMBER.start - SPAN.start, NUMBER.end - SPAN.start)
OUTSIDE = (Interval(0.1, INSIDE.start), Interval(INSIDE.end, 5.9))


def test_the_tone_is_in_the_number_on_both_channels(heard: tuple[Samples, Samples]) -> None:
    for channel in heard[0]:
        assert level(channel, TONE_HERTZ, INSIDE) == pytest.approx(-20, abs=1.5)


def test_the_tone_must_not_be_outside(heard: tuple[Samples, Samples]) -> None:
    for channel in heard[0]:
        assert max(level(channel, TONE_HERTZ, span) for span in OUTSIDE) < -60


def test_nothing_of_the_number_is_left(heard: tuple[Samples, Samples]) -> None:
    """Neither its frequency, nor anything but the tone; without the beep it is loud there."""
    cut, as_it_was = heard
    for channel, before, hertz in zip(cut, as_it_was, (SPOKEN, OVERHEARD), strict=True):
        assert level(before, hertz, INSIDE) > -45
        assert level(channel, hertz, INSIDE) < level(before, hertz, INSIDE) - 35
        first, last = (int(at * RATE) for at in (INSIDE.start + BORDER, INSIDE.end - BORDER))
        assert rest_of(channel, INSIDE) < -55
        assert abs(np.corrcoef(channel[first:last], before[first:last])[0, 1]) < 0.02


def test_all_other_talk_is_as_it_was(heard: tuple[Samples, Samples]) -> None:
    cut, as_it_was = heard
    for span in OUTSIDE:
        for channel, before in zip(cut, as_it_was, strict=True):
            assert level(channel, TALK, span) == pytest.approx(level(before, TALK, span), abs=0.5)


def test_a_clip_is_as_long_as_its_span(heard: tuple[Samples, Samples]) -> None:
    assert heard[0].shape[1] / RATE == pytest.approx(SPAN.end - SPAN.start, abs=0.15)


def test_a_beep_that_reaches_beyond_the_clip_fills_it_to_the_edge() -> None:
    samples = np.full(RATE, 9000, np.int16)
    made = beeped(samples, 10.0, [Interval(8.0, 10.25), Interval(10.75, 30.0)])
    quiet = (made != 9000).nonzero()[0]
    assert (quiet < RATE // 4).sum() == RATE // 4 and (quiet >= 3 * RATE // 4).sum() == RATE // 4
    assert samples.min() == 9000, "the recording itself must not change"


def test_a_number_of_a_sample_call_is_gone_where_it_was_said(tmp_path: Path) -> None:
    """Masked by its words, found by their times, cut out of the call as it was recorded."""
    name = "01-good-inbound"
    call = truth_call(SAMPLES / "truth" / f"{name}.json")
    (turn,) = (turn for turn in masked(call).turns if MASK * 11 in turn.text)
    spoken = [word for word in turn.words if word.text == MASK]
    said = Interval(spoken[0].start or 0.0, spoken[-1].end or 0.0)
    span = Interval(said.start - 4, said.end + 4)
    inside = Interval(said.start - span.start, said.end - span.start)
    recorded = SAMPLES / f"{name}.wav"
    rests = []
    for beeps in (hushed(masked(call)), ()):
        samples = decoded(excerpt([recorded], Audio(), span, beeps), tmp_path / "sample.mp3")
        loudest = max((rest_of(channel, inside) for channel in samples), default=0.0)
        rests.append(loudest)
    assert rests[0] < -55 < -30 < rests[1], "dB beside the tone: nothing, and a voice"
