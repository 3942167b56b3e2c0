"""Sounds for tests, made on the spot: tones, noise, spoken Mandarin; and files of any format."""

import io
import struct
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 8000
Wave = npt.NDArray[np.float64]


def tone(hertz: float, seconds: float, level: float = 0.3, rate: int = RATE) -> Wave:
    """A pure tone."""
    return level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def noise(seconds: float, decibels: float, seed: int = 1, rate: int = RATE) -> Wave:
    """White noise, RMS below full scale."""
    random = np.random.default_rng(seed)
    return random.standard_normal(int(seconds * rate)) * 10 ** (decibels / 20)


@cache
def spoken(text: str, voice: str = "cmn", decibels: float = -20.0) -> Wave:
    """Mandarin by espeak-ng at 8 kHz, from its first sound to its last, RMS below full scale."""
    command = ["espeak-ng", "-v", voice, "-s", "160", "--stdout", text]
    wave = subprocess.run(command, capture_output=True, check=True).stdout
    samples, rate = soundfile.read(io.BytesIO(wave))
    positions = np.arange(0, len(samples) - 1, rate / RATE)
    smooth = np.convolve(samples, np.hanning(7) / np.hanning(7).sum(), "same")
    samples = np.interp(positions, np.arange(len(samples)), smooth)
    energy = np.convolve(samples**2, np.ones(80) / 80, "same")
    heard = np.flatnonzero(energy > energy.max() * 1e-4)
    samples = samples[heard[0] : heard[-1] + 1]
    return samples / np.sqrt(np.mean(samples**2)) * 10 ** (decibels / 20)


def placed(seconds: float, *parts: tuple[float, Wave], background: float | None = None) -> Wave:
    """A channel with sounds at their times, over a background in dB (None: digital silence)."""
    channel = np.zeros(int(seconds * RATE))
    if background is not None:
        channel += noise(seconds, background)
    for start, wave in parts:
        first = round(start * RATE)
        channel[first : first + len(wave)] += wave[: len(channel) - first]
    return channel


def write(path: Path, *channels: Wave, rate: int = RATE, coding: str = "PCM_16") -> Path:
    """A file of libsndfile's formats, by its ending."""
    longest = max(len(channel) for channel in channels)
    filled = [np.pad(channel, (0, longest - len(channel))) for channel in channels]
    soundfile.write(path, np.clip(np.stack(filled, 1), -1, 1), rate, subtype=coding)
    return path


def convert(source: Path, target: Path, *options: str) -> Path:
    """The same sound in another format, by ffmpeg."""
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def empty_wave(path: Path, hours: float, channels: int = 1, rate: int = RATE) -> Path:
    """A WAV of digital silence that takes no room on disk: a header before a hole."""
    size = int(hours * 3600 * rate) * 2 * channels
    form = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", (36 + size) & 0xFFFFFFFF) + b"WAVEfmt " + form)
        file.write(b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
    return path
