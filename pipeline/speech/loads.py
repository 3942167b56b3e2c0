"""What the recogniser hears at once: as much of one recording's voice as it can take.

A recogniser costs the same for a full window and for one that holds a word, and each channel of a
short call fills less than half of one. So the stretches of all channels of a recording are divided
into as few loads as possible, one channel after the other, and the words are parted again by their
times. Never of two recordings: the words of one would depend on what lies beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import Stretch, Window, harms, pack, stretches, window


@dataclass(frozen=True, slots=True)
class Load:
    """What the recogniser hears at once: one window, or several one after another.

    mel: (mels, frames), its spectrogram, where that was made beforehand."""

    windows: tuple[Window, ...]
    mel: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(window.seconds for window in self.windows)

    @property
    def starts(self) -> tuple[float, ...]:
        """Where each window begins in it, in seconds."""
        return tuple(accumulate((w.seconds for w in self.windows[:-1]), initial=0.0))

    def audio(self) -> NDArray[np.float32]:
        """Its sound: (seconds × RATE,) in [-1, 1)."""
        return np.concatenate([window.audio() for window in self.windows])


def loads(
    channels: Sequence[NDArray[np.int16]],
    voices: Sequence[Sequence[Interval]],
    limit_seconds: float,
    pad_seconds: float = 0.0,
) -> list[Load]:
    """All loads of a recording: none longer than the limit, no voice left out."""
    held: list[tuple[int, Stretch]] = []
    costs: list[float] = []
    for number, (sound, voice) in enumerate(zip(channels, voices, strict=True)):
        own = stretches(sound, voice, limit_seconds, pad_seconds)
        held += [(number, stretch) for stretch in own]
        costs += harms([stretch.voice for stretch in own])
    groups = pack([stretch.padded.seconds for _, stretch in held], costs, limit_seconds)
    return [_load(channels, held[group]) for group in groups]


def _load(channels: Sequence[NDArray[np.int16]], held: Sequence[tuple[int, Stretch]]) -> Load:
    return Load(
        tuple(
            window(channels[number], [stretch for _, stretch in own], number)
            for number, own in groupby(held, key=lambda pair: pair[0])
        )
    )


def parted(load: Load, hypothesis: Hypothesis) -> list[Hypothesis]:
    """What was heard in each window of the load, on the window's own clock.

    A word belongs to the window whose voice it covers most of, else to the one that its middle
    lies in. Probabilities are of the load as a whole."""
    if len(load.windows) == 1:
        return [hypothesis]
    starts = load.starts
    tokens: list[list[Token]] = [[] for _ in starts]
    for token in hypothesis.tokens:
        at = _place(load, starts, token)
        window = load.windows[at]
        tokens[at].append(
            replace(
                token,
                start=min(max(token.start - starts[at], 0.0), window.seconds),
                end=min(max(token.end - starts[at], 0.0), window.seconds),
            )
        )
    return [
        replace(hypothesis, text="".join(token.text for token in own), tokens=tuple(own))
        for own in tokens
    ]


def fill(packed: Sequence[Load], limit_seconds: float) -> float:
    """Share of the loads' time that holds sound, 0..1."""
    return sum(load.seconds for load in packed) / (len(packed) * limit_seconds) if packed else 0.0


def _place(load: Load, starts: Sequence[float], token: Token) -> int:
    covered = [
        _covered(window, token.start - start, token.end - start)
        for window, start in zip(load.windows, starts, strict=True)
    ]
    most = max(covered)
    if most > 0:
        return covered.index(most)
    middle = (token.start + token.end) / 2
    return max((at for at, start in enumerate(starts) if start <= middle), default=0)


def _covered(window: Window, start: float, end: float) -> float:
    """The most of any stretch of the window's voice that a span of its seconds covers."""
    return max(
        (
            min(end + piece.start - piece.at, voice.end, piece.end)
            - max(start + piece.start - piece.at, voice.start, piece.start)
            for piece in window.pieces
            for voice in window.voice
        ),
        default=0.0,
    )
