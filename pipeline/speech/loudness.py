"""Where a channel is loud: 10 ms frames that stand out from its own background. Pure arithmetic."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipeline.call import Interval

RATE = 16_000
FRAME = 160
FRAME_SECONDS = FRAME / RATE
BLOCK = 3000 * FRAME
"""Samples looked at at once (30 s): a long call must not be copied into memory."""

BACKGROUND_PERCENTILE = 10
SPEECH_PERCENTILE = 95
ABOVE_BACKGROUND = 9.0
"""dB that a loud frame lies above the background, ..."""
BELOW_SPEECH = 35.0
"""... and at most below loud speech, ..."""
LEAST = 20.0
"""... and never less: dB of an RMS of 10 (of 32,768), what A-law calls silence."""

BRIDGE_FRAMES = 15
"""Shorter dips do not part loud stretches: the closures of p, t, k."""

SILENT_PEAK = 30
"""A channel that never goes beyond this, of 32,768, is silent: idle A-law and dither stay below."""

Channel = npt.NDArray[np.int16]


def is_silent(channel: Channel) -> bool:
    """No sample stands out from digital silence."""
    return all(np.abs(block, dtype=np.int32).max() <= SILENT_PEAK for block in _blocks(channel))


def loud_stretches(channel: Channel) -> list[Interval]:
    """Stretches that stand out from the channel's background, to 10 ms, in order."""
    decibels = levels(channel)
    if not len(decibels):
        return []
    background = float(np.percentile(decibels, BACKGROUND_PERCENTILE)) + ABOVE_BACKGROUND
    speech = float(np.percentile(decibels, SPEECH_PERCENTILE)) - BELOW_SPEECH
    loud = np.flatnonzero(decibels > max(background, speech, LEAST))
    if not len(loud):
        return []
    gaps = np.flatnonzero(np.diff(loud) > BRIDGE_FRAMES)
    starts = loud[np.concatenate(([0], gaps + 1))]
    ends = loud[np.concatenate((gaps, [len(loud) - 1]))] + 1
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    return [Interval(start * FRAME_SECONDS, end * FRAME_SECONDS) for start, end in pairs]


def levels(channel: Channel) -> npt.NDArray[np.float64]:
    """Loudness of every whole 10 ms in dB of RMS (of 32,768), 0 for digital silence."""
    parts = [np.empty(0)]
    for block in _blocks(channel):
        frames = block[: len(block) // FRAME * FRAME].reshape(-1, FRAME)
        energy = np.square(frames, dtype=np.float32).mean(axis=1, dtype=np.float64)
        parts.append(20 * np.log10(np.sqrt(energy) + 1))
    return np.concatenate(parts)


def _blocks(channel: Channel) -> Iterator[Channel]:
    for start in range(0, len(channel), BLOCK):
        yield channel[start : start + BLOCK]
