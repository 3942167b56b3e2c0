"""Recognised words become utterances: whose voice they lie in, from where to where.

The times of an utterance are those of the voice, which are exact; those of its words, which are
rough, only decide which utterance a word belongs to.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval, Word
from pipeline.speech.windows import RATE

TURN_GAP = 0.7
"""Seconds of silence that end a turn."""
SILENCE = -96.0
"""dB relative to full scale of the weakest 16-bit sample."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """A stretch of voice: on which channel, by whom (a number; in stereo, that of the channel),
    and how sure that is, 0..1."""

    start: float
    end: float
    channel: int
    who: int
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one voice said without a longer pause.

    level: in dB relative to full scale. sure: that it is the voice of `who`, 0..1.
    """

    who: int
    channel: int
    voice: tuple[Interval, ...]
    words: tuple[Word, ...] = ()
    level: float | None = None
    sure: float = 1.0

    @property
    def start(self) -> float:
        """Where its voice begins, in the recording."""
        return self.voice[0].start

    @property
    def end(self) -> float:
        """Where its voice ends."""
        return self.voice[-1].end

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(word.text for word in self.words)


def utterances(
    voiced: Sequence[Voiced], words: Sequence[tuple[int, Word]], gap: float = TURN_GAP
) -> list[Utterance]:
    """Voices joined over short gaps, each with the words (channel, word) nearest to it, by start.

    A gap in which somebody else has a stretch of voice parts two turns, however short it is.
    """
    ordered = sorted(voiced, key=lambda v: (v.start, v.end))
    made = [
        Utterance(g[0].who, g[0].channel, _intervals(g), sure=_sure(g))
        for g in _groups(ordered, gap)
    ]
    places: dict[int, list[tuple[float, int]]] = {}
    for index, utterance in enumerate(made):
        places.setdefault(utterance.channel, []).extend((v.start, index) for v in utterance.voice)
    for starts in places.values():
        starts.sort()
    said: list[list[Word]] = [[] for _ in made]
    for channel, word in words:
        if channel in places:
            said[_nearest(places[channel], made, word)].append(word)
    spoken = [replace(u, words=_tidy(w)) for u, w in zip(made, said, strict=True)]
    return sorted(spoken, key=lambda u: (u.start, u.channel))


def level(sound: NDArray[np.int16], voice: Iterable[Interval]) -> float:
    """Loudness over the stretches of a channel, in dB relative to full scale."""
    squares, samples = 0.0, 0
    for interval in voice:
        part = sound[round(interval.start * RATE) : round(interval.end * RATE)]
        squares += float(np.square(part.astype(np.float32)).sum(dtype=np.float64))
        samples += len(part)
    if not squares:
        return SILENCE
    return round(10 * float(np.log10(squares / samples / 32768**2)), 1)


def _groups(ordered: Sequence[Voiced], gap: float) -> Iterator[list[Voiced]]:
    starts = [v.start for v in ordered]
    for who in dict.fromkeys(v.who for v in ordered):
        own = [v for v in ordered if v.who == who]
        group = own[:1]
        for before, after in pairwise(own):
            between = ordered[bisect_left(starts, before.end) : bisect_left(starts, after.start)]
            parted = any(v.who != who and v.end <= after.start for v in between)
            if parted or after.start - before.end > gap or after.channel != before.channel:
                yield group
                group = []
            group.append(after)
        yield group


def _intervals(group: Iterable[Voiced]) -> tuple[Interval, ...]:
    """The voice of a group; stretches that touch are one."""
    joined: list[Interval] = []
    for v in group:
        if joined and v.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, v.end))
        else:
            joined.append(Interval(v.start, v.end))
    return tuple(joined)


def _sure(group: Sequence[Voiced]) -> float:
    seconds = sum(v.end - v.start for v in group)
    return sum(v.sure * (v.end - v.start) for v in group) / seconds if seconds else 1.0


def _nearest(starts: Sequence[tuple[float, int]], made: Sequence[Utterance], word: Word) -> int:
    """The utterance with the voice nearest to the middle of the word."""
    middle = ((word.start or 0.0) + (word.end or 0.0)) / 2
    place = bisect_left(starts, (middle, 0))
    near = {index for _, index in starts[max(0, place - 2) : place + 2]}
    return min(near, key=lambda index: _distance(made[index], middle))


def _distance(utterance: Utterance, at: float) -> tuple[float, float]:
    return min(
        (max(v.start - at, at - v.end, 0.0), abs((v.start + v.end) / 2 - at))
        for v in utterance.voice
    )


def _tidy(words: Sequence[Word]) -> tuple[Word, ...]:
    """Without the space that parts foreign words from what stood before them."""
    if not words:
        return ()
    return (replace(words[0], text=words[0].text.lstrip()), *words[1:])
