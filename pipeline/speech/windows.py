"""Voice packed into windows for the recogniser, with an exact map back to the recording.

A Whisper reads windows of a fixed length (30 s) and costs the same for a full one and for one that
holds a single word, so the stretches of voice of a channel are laid end to end. Each brings some
true sound before and after it (never invented silence), so that between two of them there is a
short true gap. All seconds lie on samples: i / RATE for a whole number i.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.mapping import forget

RATE = 16_000
"""Samples a second of every sound in speech/."""

CALM_GAP = 1.0
"""Cutting between two stretches this many seconds apart harms no sentence."""
FRAME = RATE // 50
"""Loudness is measured per 20 ms where a long stretch must be cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The recording from `start` to `end`, laid into the window from `at` on; all in seconds."""

    start: float
    end: float
    at: float


@dataclass(frozen=True, slots=True)
class Window:
    """What the recogniser hears at once: pieces of one channel of one recording.

    sound: the whole channel, (n,) int16 at RATE, as a rule memory-mapped: read only when needed.
    voice: the stretches of voice inside, in the recording's seconds, without padding.
    """

    sound: NDArray[np.int16] = field(repr=False, compare=False)
    pieces: tuple[Piece, ...]
    voice: tuple[Interval, ...]
    channel: int = 0

    @property
    def seconds(self) -> float:
        """How much of the window is filled."""
        return sum(piece.end - piece.start for piece in self.pieces)

    @property
    def voiced(self) -> float:
        """Seconds of voice in it."""
        return sum(interval.seconds for interval in self.voice)

    def audio(self) -> NDArray[np.float32]:
        """Its sound: (seconds × RATE,) in [-1, 1)."""
        parts = [self.sound[_sample(p.start) : _sample(p.end)] for p in self.pieces]
        sound = np.concatenate(parts)
        forget(self.sound)
        return sound.astype(np.float32) / np.float32(32768)


def to_recording(window: Window, start: float, end: float) -> Interval:
    """A span of the window's seconds in the recording's.

    Times of words are sharp inside a stretch of voice, but the gap between two belongs now to the
    word before it, now to the one after; so a word goes to the stretch that it covers most of, and
    only what lies in no voice goes by its middle.
    """
    best, most = _by_middle(window, start, end), 0.0
    for piece in window.pieces:
        back = piece.start - piece.at
        for v in window.voice:
            first = max(start + back, v.start, piece.start)
            last = min(end + back, v.end, piece.end)
            if last - first > most:
                best, most = Interval(first, last), last - first
    return best


def _by_middle(window: Window, start: float, end: float) -> Interval:
    middle = (start + end) / 2
    piece = next((p for p in reversed(window.pieces) if p.at <= middle), window.pieces[0])

    def back(seconds: float) -> float:
        return min(max(piece.start + seconds - piece.at, piece.start), piece.end)

    return Interval(back(start), back(end))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a channel's voice that is never cut, and the same with true sound around it."""

    voice: Interval
    padded: Interval


def stretches(
    sound: NDArray[np.int16], voice: Sequence[Interval], limit_seconds: float, pad_seconds: float
) -> list[Stretch]:
    """The voice of a channel, in order: each with its sound no longer than the limit."""
    room = limit_seconds - 2 * pad_seconds
    parts = [part for interval in voice for part in _short(sound, interval, room)]
    padded = _padded(parts, pad_seconds, len(sound) / RATE)
    return [Stretch(part, around) for part, around in zip(parts, padded, strict=True)]


def window(sound: NDArray[np.int16], held: Sequence[Stretch], channel: int = 0) -> Window:
    """Stretches of one channel, laid end to end."""
    whole = Window(sound, (), (), channel)
    return _window(whole, [s.voice for s in held], [s.padded for s in held])


def split(window: Window, limit_seconds: float) -> list[Window]:
    """The same sound in shorter windows, cut between stretches of voice wherever possible."""
    parts: list[Interval] = []
    padded: list[Interval] = []
    for piece in window.pieces:
        inside = [v for v in window.voice if piece.start <= (v.start + v.end) / 2 <= piece.end]
        length = piece.end - piece.start
        around = 2 * (length - sum(v.seconds for v in inside))
        room = length if length <= limit_seconds else max(limit_seconds - around, limit_seconds / 2)
        cut = [part for interval in inside for part in _short(window.sound, interval, room)]
        edges = [piece.start, *((a.end + b.start) / 2 for a, b in pairwise(cut)), piece.end]
        parts += cut
        padded += [Interval(_snap(a), _snap(b)) for a, b in pairwise(edges) if cut]
    groups = pack([p.seconds for p in padded], harms(parts), limit_seconds)
    return [_window(window, parts[group], padded[group]) for group in groups]


def pack(lengths: Sequence[float], harms: Sequence[float], limit_seconds: float) -> list[slice]:
    """Runs of consecutive parts, each within the limit: as few runs as possible, and among those
    the division that does least harm. harms: what a cut before each part costs, 0..1."""
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]  # runs, harm, where the last run begins
    for end in range(1, len(lengths) + 1):
        choices = []
        length = 0.0
        for start in range(end - 1, -1, -1):
            length += lengths[start]
            if length > limit_seconds + 1e-9 and start < end - 1:
                break
            runs, harm, _ = best[start]
            choices.append((runs + 1, harm + harms[start], start))
        best.append(min(choices))
    groups = []
    end = len(lengths)
    while end:
        start = best[end][2]
        groups.append(slice(start, end))
        end = start
    return groups[::-1]


def harms(parts: Sequence[Interval]) -> list[float]:
    """What cutting before each part of a channel costs: 0 in a long pause, 1 inside a word."""
    gaps = (after.start - before.end for before, after in pairwise(parts))
    return [0.0, *(max(0.0, 1.0 - gap / CALM_GAP) for gap in gaps)][: len(parts)]


def _short(sound: NDArray[np.int16], interval: Interval, room: float) -> list[Interval]:
    """The stretch itself, or equal parts of it, cut where it is quietest."""
    parts = []
    start = _snap(interval.start)
    end = _snap(interval.end)
    while end - start > room:
        count = int(np.ceil((end - start) / room))
        target = (end - start) / count
        cut = _quietest(sound, start + 0.75 * target, min(start + 1.25 * target, start + room))
        parts.append(Interval(start, cut))
        start = cut
    return [*parts, Interval(start, end)]


def _quietest(sound: NDArray[np.int16], start: float, end: float) -> float:
    """The middle of the quietest 60 ms between two times."""
    first = _sample(start)
    frames = sound[first : _sample(end)]
    frames = frames[: len(frames) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float32)
    if len(frames) < 3:
        return _snap((start + end) / 2)
    loudness = np.convolve((frames**2).mean(axis=1), np.ones(3), mode="valid")
    return (first + (int(loudness.argmin()) + 1) * FRAME + FRAME // 2) / RATE


def _padded(parts: Sequence[Interval], pad: float, duration: float) -> list[Interval]:
    """Each part with true sound around it, at most half of the gap to its neighbour."""
    edges = [0.0, *((a.end + b.start) / 2 for a, b in pairwise(parts)), duration]
    return [
        Interval(_snap(max(part.start - pad, before)), _snap(min(part.end + pad, after)))
        for part, before, after in zip(parts, edges, edges[1:], strict=False)
    ]


def _lay(padded: Sequence[Interval]) -> tuple[Piece, ...]:
    """Pieces end to end; those that touch in the recording become one."""
    pieces: list[Piece] = []
    at = 0
    for interval in padded:
        length = _sample(interval.end) - _sample(interval.start)
        if pieces and pieces[-1].end == interval.start:
            pieces[-1] = Piece(pieces[-1].start, interval.end, pieces[-1].at)
        else:
            pieces.append(Piece(interval.start, interval.end, at / RATE))
        at += length
    return tuple(pieces)


def _whole(parts: Sequence[Interval]) -> list[Interval]:
    """Parts of one stretch that landed in the same window, joined again."""
    whole: list[Interval] = []
    for part in parts:
        if whole and whole[-1].end == part.start:
            whole[-1] = Interval(whole[-1].start, part.end)
        else:
            whole.append(part)
    return whole


def _window(like: Window, parts: Sequence[Interval], padded: Sequence[Interval]) -> Window:
    return replace(like, pieces=_lay(padded), voice=tuple(_whole(parts)))


def _sample(seconds: float) -> int:
    return round(seconds * RATE)


def _snap(seconds: float) -> float:
    return _sample(seconds) / RATE
