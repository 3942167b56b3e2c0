"""What is on a channel without being said there: the other side, heard through the line.

A handset's microphone picks up its own loudspeaker. Such leakage is neither talk-over nor words of
the person on that side: it is much weaker than what it copies, and rises and falls with it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.windows import RATE

FRAME = RATE // 50
"""Loudness is compared per 20 ms."""
DELAY_FRAMES = 15
"""An echo comes back up to 300 ms later."""
ALIKE = 0.6
"""Correlation of the two loudness curves from which one is a copy of the other."""
SHORTEST = 8
"""Fewer frames than these do not tell."""

Channel = NDArray[np.int16]


def without_leaks(
    channels: Sequence[Channel], voices: Sequence[Sequence[Interval]], leak_decibels: float
) -> list[tuple[Interval, ...]]:
    """Each channel's voice, less the stretches that only repeat the other channel, much weaker."""
    if len(channels) != 2:
        return [tuple(voice) for voice in voices]
    return [
        tuple(v for v in voices[i] if not is_leak(v, channels[i], channels[1 - i], leak_decibels))
        for i in (0, 1)
    ]


def is_leak(voice: Interval, here: Channel, there: Channel, leak_decibels: float) -> bool:
    """Whether the stretch is `there` heard through `here`."""
    weak = loudness(here, voice)
    source = loudness(there, Interval(max(0.0, voice.start - DELAY_FRAMES / 50), voice.end))
    if len(weak) < SHORTEST or len(source) < len(weak):
        return False
    drop = _decibels(source) - _decibels(weak)
    return drop > leak_decibels and _likeness(weak, source) > ALIKE


def loudness(sound: Channel, span: Interval) -> NDArray[np.float64]:
    """Mean square per 20 ms, (frames,)."""
    part = sound[round(span.start * RATE) : round(span.end * RATE)]
    part = part[: len(part) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    found: NDArray[np.float64] = np.square(part).mean(axis=1)
    return found


def _decibels(power: NDArray[np.float64]) -> float:
    return 10 * float(np.log10(power.mean() + 1.0))


def _likeness(weak: NDArray[np.float64], source: NDArray[np.float64]) -> float:
    """The best correlation of the logarithms over all delays, -1..1."""
    a = np.log10(weak + 1.0)
    b = np.log10(source + 1.0)
    shifted = np.lib.stride_tricks.sliding_window_view(b, len(a))
    a = a - a.mean()
    shifted = shifted - shifted.mean(axis=1, keepdims=True)
    norms = np.sqrt((a @ a) * np.square(shifted).sum(axis=1)) + 1e-9
    return float((shifted @ a / norms).max())
