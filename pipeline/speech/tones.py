"""Ringing, signal tones and music: sound that is nobody's voice.

Whoever speaks moves: from one tenth of a second to the next the spectrum changes. A tone or a chord
stands still.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.mapping import forget
from pipeline.speech.windows import RATE

HOP = RATE // 20
FRAME = 1024
BLOCK = 4_000
"""Frames looked at together (200 s), which bounds the memory."""
BAND = slice(13, 231)
"""Bins of 200–3,600 Hz."""
AUDIBLE = 3e-3
"""RMS of a frame, relative to full scale (-50 dB)."""
APART = 2
"""Frames between the spectra that are compared."""
STILL = 0.93
"""Cosine of two spectra; hiss has 0.79, a vowel that is held less than a tone."""
PEAKED = 8.0
"""How far the strongest bin stands above the mean: hiss stays below."""
SHORTEST = 12
"""Frames (0.6 s); people hold a vowel that long only when they sing."""
STEADY = 0.75
"""Share of still frames in a stretch; chords change."""
JOINED = 1.0
"""Seconds between two such stretches that are one: the notes of a tune, not of a ringing tone."""


def tones(sound: NDArray[np.int16]) -> tuple[Interval, ...]:
    """Stretches of a channel, (n,) int16 at RATE, that are tones or music; ordered, disjoint."""
    still = np.concatenate([*_still(sound), np.zeros(1, bool)])
    forget(sound)
    if len(still) < SHORTEST:
        return ()
    share = np.convolve(still, np.ones(SHORTEST) / SHORTEST, mode="valid")
    found: list[Interval] = []
    for first in np.flatnonzero(share >= STEADY):
        inside = np.flatnonzero(still[first : first + SHORTEST])
        start = float(first + inside[0]) * HOP / RATE
        end = min(float(first + inside[-1] + APART + 1) * HOP, len(sound)) / RATE
        if found and start <= found[-1].end + JOINED:
            found[-1] = Interval(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Interval(start, end))
    return tuple(found)


def apart(
    voice: tuple[Interval, ...], sounding: tuple[Interval, ...]
) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """(voice that is no tone, tones outside the voice): each stretch belongs to one of them."""
    kept = tuple(v for v in voice if _shared(v, sounding) < 0.8 * v.seconds)
    free = tuple(t for t in sounding if _shared(t, kept) < 0.5 * t.seconds)
    return kept, free


def _shared(span: Interval, others: tuple[Interval, ...]) -> float:
    return sum(max(0.0, min(span.end, o.end) - max(span.start, o.start)) for o in others)


def _still(sound: NDArray[np.int16]) -> Iterator[NDArray[np.bool_]]:
    """Per frame, whether its spectrum is that of APART frames later."""
    frames = max(0, (len(sound) - FRAME) // HOP + 1 - APART)
    for first in range(0, frames, BLOCK):
        count = min(BLOCK, frames - first)
        part = sound[first * HOP : (first + count + APART - 1) * HOP + FRAME]
        frames_16 = np.lib.stride_tricks.sliding_window_view(part, FRAME)[::HOP]
        windows = frames_16.astype(np.float32) / np.float32(32768)
        spectra = np.abs(np.fft.rfft(windows * np.hanning(FRAME).astype(np.float32)))[:, BAND]
        loud = np.sqrt(np.square(windows).mean(axis=1)) > AUDIBLE
        peaked = spectra.max(axis=1) > PEAKED * spectra.mean(axis=1)
        unit = spectra / (np.linalg.norm(spectra, axis=1, keepdims=True) + 1e-9)
        alike = (unit[:-APART] * unit[APART:]).sum(axis=1)
        yield (alike > STILL) & loud[:-APART] & peaked[:-APART]
