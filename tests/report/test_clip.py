"""A moment of the page is the same moment of the recording."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.clip import clip

RATE = 8000
CLICKS = ((0, 1.0), (1, 3.0), (0, 5.25), (1, 9.5))


@pytest.fixture
def clicks(tmp_path: Path) -> Path:
    samples = np.zeros((10 * RATE, 2))
    for channel, at in CLICKS:
        begin = int(at * RATE)
        samples[begin : begin + 80, channel] = 0.8 * np.sin(np.arange(80) * 0.8)
    sf.write(tmp_path / "a.wav", samples, RATE, subtype="ALAW", format="WAV")
    return tmp_path / "a.wav"


def heard(audio: bytes) -> np.ndarray:
    """What a player without gapless information plays: channels × samples."""
    with av.open(io.BytesIO(audio)) as container:
        return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)


def test_sound_and_peaks_are_where_they_were(clicks: Path) -> None:
    made = clip([clicks], Audio(), 1000)
    samples = heard(made.audio)
    assert samples.shape[0] == 2
    for channel, at in CLICKS:
        first = np.flatnonzero(np.abs(samples[channel, int((at - 0.4) * 16000) :]) > 0.2)[0]
        assert first / 16000 - 0.4 == pytest.approx(0, abs=0.01)
        loud = [i for i, peak in enumerate(made.peaks[channel]) if peak > 0.3]
        assert round(at * 100) in loud
    assert made.duration == pytest.approx(10)


def test_a_mono_recording_stays_mono_and_small(tmp_path: Path) -> None:
    sf.write(tmp_path / "m.wav", np.random.default_rng(1).normal(0, 0.1, 30 * RATE), RATE)
    made = clip([tmp_path / "m.wav"], Audio(), 100)
    assert len(made.peaks) == 1
    assert len(made.audio) < 30 * 3200


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(Refusal):
        clip([tmp_path / "a.wav"], Audio(), 10)
