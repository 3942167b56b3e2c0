"""What is heard besides people: the line's hiss and hum, music of a queue, ringing.

All deterministic, nothing recorded, so nobody's rights are touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Track = NDArray[np.float32]

CHORDS = ((262, 330, 392), (220, 262, 330), (294, 349, 440), (196, 247, 392))  # Hz
CHORD_SECONDS = 0.9
RING_HERTZ, RING_SECONDS = 450, 1.0  # the ringing tone of mainland China


def line_noise(samples: int, rate: int, level_db: float, seed: int) -> Track:
    """Hiss of falling spectrum with some mains hum, RMS at level_db below full scale."""
    random = np.random.default_rng(seed)
    white = random.standard_normal(samples)
    pink = sosfilt(butter(1, 600, "low", fs=rate, output="sos"), white) * 3 + white * 0.5
    time = np.arange(samples) / rate
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3)) * random.uniform(0, 0.8)
    sound = pink + hum
    loudness = np.sqrt(np.mean(sound**2)) or 1.0
    return np.asarray(sound / loudness * 10 ** (level_db / 20), np.float32)


def music(seconds: float, rate: int) -> Track:
    """Chords of a plucked string, one after the other, faded in and out."""
    sound = np.zeros(int(seconds * rate), np.float32)
    time = np.arange(int(CHORD_SECONDS * rate)) / rate
    for i, start in enumerate(range(0, len(sound), len(time))):
        chord = sum(
            np.sin(2 * np.pi * hertz * k * time) / k**2
            for hertz in CHORDS[i % len(CHORDS)]
            for k in (1, 2, 3)
        ) * np.exp(-2.5 * time)
        piece = sound[start : start + len(time)]
        piece += np.asarray(chord[: len(piece)] * 0.08, np.float32)
    edge = np.linspace(0, 1, rate // 10, dtype=np.float32)
    sound[: len(edge)] *= edge
    sound[-len(edge) :] *= edge[::-1]
    return sound


def ringing(rate: int) -> Track:
    """One ring."""
    time = np.arange(int(RING_SECONDS * rate)) / rate
    return np.asarray(0.15 * np.sin(2 * np.pi * RING_HERTZ * time), np.float32)
