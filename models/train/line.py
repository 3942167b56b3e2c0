"""What a telephone line makes of sound (level, noise, band, codec), and what else is on it."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

LOWEST, LOUDEST = -42.0, -12.0  # dB of full scale, RMS of the speech in a window
CODECS = {"alaw": 0.6, "ulaw": 0.15, "none": 0.25}


def distort(wave: NDArray[np.float32], rate: int, random: Generator) -> None:
    """Level, noise and codec of a telephone line, in place."""
    loud = np.abs(wave) > 1e-3
    power = float(np.mean(wave[loud] ** 2)) if loud.any() else 1.0
    level = 10 ** (random.uniform(LOWEST, LOUDEST) / 20)
    if loud.any():
        wave *= level / np.sqrt(power)
    if random.random() < 0.7:
        below = 10 ** (-random.uniform(12, 55) / 20)
        wave += noise(rate, random, len(wave)) * np.float32(level * below)
    if random.random() < 0.3:  # digital silence: cut-out gaps, or the padding after a window
        wave[~loud & (np.abs(wave) < level * 0.1)] = 0
    codec = random.choice(list(CODECS), p=list(CODECS.values()))
    np.clip(wave, -1, 1, out=wave)
    if codec != "none" and rate == 8_000:
        wave[:] = companding(str(codec))[(wave * 32767).astype(np.int32) + 32768]


@cache
def companding(law: str) -> NDArray[np.float32]:
    """What G.711 makes of every 16-bit sample, from -32,768 on: the nearest of its 256 levels."""
    segment, step = np.divmod(np.arange(128), 16)
    if law == "alaw":
        levels = np.where(
            segment == 0, step * 16 + 8, (step * 16 + 264) << np.maximum(segment - 1, 0)
        )
    else:
        levels = ((step * 8 + 132) << segment) - 132
    levels = np.unique(np.concatenate([-levels, levels]))
    borders = (levels[1:] + levels[:-1]) / 2
    return (levels[np.searchsorted(borders, np.arange(-32768, 32769))] / 32768).astype(np.float32)


@cache
def noises(rate: int) -> NDArray[np.float32]:
    """(8, 60 s) of noise, RMS 1: white to brown, some with mains hum."""
    random = np.random.default_rng(rate)
    spectrum = np.fft.rfftfreq(60 * rate, 1 / rate).clip(20)
    found = []
    for colour in (0, 0, 0.5, 0.5, 1, 1, 0, 0.5):
        phases = random.normal(size=(2, len(spectrum)))
        sound = np.fft.irfft((phases[0] + 1j * phases[1]) / spectrum**colour)
        found.append(sound / sound.std())
    time = np.arange(60 * rate) / rate
    for i in (0, 3, 6):
        found[i] = found[i] + sum(np.sin(2 * np.pi * 50 * k * time + k) / k for k in range(1, 8))
    return np.stack([sound / sound.std() for sound in found]).astype(np.float32)


def noise(rate: int, random: Generator, length: int) -> NDArray[np.float32]:
    rows = noises(rate)
    start = random.integers(rows.shape[1] - length)
    return rows[random.integers(len(rows)), start : start + length]


def nonspeech(length: int, rate: int, random: Generator) -> NDArray[np.float32]:
    """A ringing tone (450 Hz, 1 s in 5), keys being pressed, or hold music of a few voices."""
    time = np.arange(length) / rate + random.uniform(0, 5)
    kind = random.integers(4)
    if kind == 0:
        sound = np.sin(2 * np.pi * 450 * time) * (time % 5 < 1)
    elif kind == 1:
        low, high = random.choice([697, 770, 852, 941]), random.choice([1209, 1336, 1477])
        sound = (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)) * (
            time % 0.4 < 0.2
        )
    else:
        beat = random.uniform(0.2, 0.7)
        step = (time / beat).astype(int)
        sound = np.zeros(length)
        for voice in range(random.integers(1, 4)):
            scale = 110 * 2 ** ((random.choice([0, 2, 4, 7, 9], step.max() + 1) + 12 * voice) / 12)
            swell = np.exp(-(time % beat) / beat * random.uniform(0.5, 4))
            for overtone in range(1, random.integers(2, 6)):
                sound += swell * np.sin(2 * np.pi * overtone * scale[step] * time) / overtone
    return (sound * 0.06 / max(1e-6, sound.std())).astype(np.float32)


def bands(count: int, rate: int, random: Generator) -> Tensor:
    """(count, 201) gain of a random line at 0, 40, … 8,000 Hz: its low and high end, its tilt.

    Above 4 kHz, where a telephone has nothing, stands how well the resampler keeps images out.
    """
    frequency = np.arange(201) * 40.0
    low = random.choice([0, 100, 200, 300], (count, 1)) * random.uniform(0.7, 1.2, (count, 1))
    top = np.where(random.random((count, 1)) < 0.4, random.uniform(3200, 3800, (count, 1)), 1e5)
    order = random.uniform(2, 6, (count, 1))
    high_pass = 1 / np.sqrt(1 + (low / frequency.clip(1)) ** (2 * order))
    low_pass = 1 / np.sqrt(1 + (frequency / top) ** (8 * order))
    tilt = (frequency.clip(100) / 1000) ** random.uniform(-0.35, 0.35, (count, 1))
    gain = high_pass * low_pass * tilt
    if rate == 8_000:
        stop = random.uniform(50, 110, (count, 1))  # dB
        slope = stop / random.uniform(50, 500, (count, 1))  # dB / Hz
        gain *= 10 ** (-np.clip((frequency - 4000) * slope, 0, stop) / 20)
    return torch.from_numpy(gain.astype(np.float32))
