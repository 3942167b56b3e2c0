"""What is on a channel without being said there: the other side, heard through the line.

A handset's microphone picks up its own loudspeaker. Such leakage is neither talk-over nor words of
the person on that side: it is much weaker than what it copies, and rises and falls with it. It is
left out, and the call says how much was.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval, Reason
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
Voice = tuple[Interval, ...]


def without_leaks(
    channels: Sequence[Channel], voices: Sequence[Sequence[Interval]], leak_decibels: float
) -> list[tuple[Voice, Voice]]:
    """Each channel's voice, and apart from it what only repeats the other channel, much weaker."""
    if len(channels) != 2:
        return [(tuple(voice), ()) for voice in voices]
    parted: list[tuple[Voice, Voice]] = []
    for here, there, voice in zip(channels, reversed(channels), voices, strict=True):
        leaks = tuple(v for v in voice if is_leak(v, here, there, leak_decibels))
        parted.append((tuple(v for v in voice if v not in leaks), leaks))
    return parted


def leak_remarks(leaks: Sequence[Voice], numbers: Sequence[int]) -> Iterator[Reason]:
    """How much of each channel was left out; numbers: which channels of the file they are."""
    for leaked, number in zip(leaks, numbers, strict=True):
        if leaked:
            seconds = round(sum(v.seconds for v in leaked), 1)
            values = {"channel": number + 1, "count": len(leaked), "seconds": seconds}
            yield Reason("speech.leakage", values)


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
