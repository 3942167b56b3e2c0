"""Log-mel spectrograms of many windows at once: Whisper's own recipe, in numpy.

Same numbers as faster-whisper's FeatureExtractor on sound that was padded with silence beforehand
(the original Whisper pads the sound; faster-whisper fills the finished features with 0.0, which is
not silence). Frames that hold nothing but padding are not computed: their value is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FFT = 400
HOP = 160
DYNAMIC_RANGE = 8.0
"""In powers of ten: anything weaker than the loudest bin by more counts as this much weaker."""
FLOOR = 1e-10
BLOCK = 500
"""Frames transformed at once: their spectra stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class LogMel:
    """filters: (mels, FFT // 2 + 1) float32, as the model's feature extractor has them.

    frames: length of every spectrogram: 3,000 (30 s) for a real Whisper.
    """

    filters: NDArray[np.float32]
    frames: int

    @property
    def shape(self) -> tuple[int, int]:
        """Of a spectrogram: (mels, frames)."""
        return len(self.filters), self.frames

    def __call__(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """sounds: (n,) each, at 16 kHz, no longer than frames × HOP → (len, mels, frames)."""
        made = np.empty((len(sounds), len(self.filters), self.frames), np.float32)
        for sound, spectrogram in zip(sounds, made, strict=True):
            self._fill(sound, spectrogram)
        return made

    def _fill(self, sound: NDArray[np.float32], out: NDArray[np.float32]) -> None:
        heard = min(self.frames, (len(sound) + FFT // 2) // HOP + 1)
        padded = np.zeros(self.frames * HOP + FFT, np.float32)
        kept = sound[: self.frames * HOP]
        padded[FFT // 2 : FFT // 2 + len(kept)] = kept
        padded[: FFT // 2] = padded[FFT : FFT // 2 : -1]  # mirrored, as a centred transform does
        hann = np.hanning(FFT + 1)[:-1].astype(np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
        for first in range(0, heard, BLOCK):
            spectra = np.fft.rfft(frames[first : min(first + BLOCK, heard)] * hann)
            power = spectra.real**2 + spectra.imag**2
            np.matmul(self.filters, power.T, out=out[:, first : first + len(power)])
        log = np.log10(np.maximum(out[:, :heard], FLOOR))
        loudest = log.max(initial=np.log10(FLOOR))
        out[:, :heard] = (np.maximum(log, loudest - DYNAMIC_RANGE) + 4.0) / 4.0
        silence = max(np.log10(FLOOR), loudest - DYNAMIC_RANGE)
        out[:, heard:] = (silence + 4.0) / 4.0
