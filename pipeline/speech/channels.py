"""Which channels of a recording are kept, and what is to be said about them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Reason
from pipeline.speech.loudness import SILENT_PEAK

KEPT = 2


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a channel is: its highest sample of 32,768 and the sum of its squares."""

    peak: int
    energy: float


def kept(levels: Sequence[Level], identical: bool) -> tuple[tuple[int, ...], tuple[Reason, ...]]:
    """Indexes of the channels to keep, in order, and remarks; channels count from 1 for people.

    Identical channels are one; of more than two the loudest two are kept (a recorder's spare
    channels are silent or weak).
    """
    if identical and len(levels) > 1:
        return (0,), (Reason("audio.identical-channels", {"channels": len(levels)}),)
    if len(levels) <= KEPT:
        return tuple(range(len(levels))), ()
    loudest = sorted(range(len(levels)), key=lambda i: (-levels[i].energy, i))[:KEPT]
    chosen = tuple(sorted(loudest))
    said = "、".join(str(index + 1) for index in chosen)
    return chosen, (Reason("audio.many-channels", {"channels": len(levels), "kept": said}),)


def silence(peaks: Sequence[int], numbers: Sequence[int]) -> tuple[Reason, ...]:
    """Remarks on silent channels, given the highest sample and the file's index of each."""
    silent = [n for n, peak in zip(numbers, peaks, strict=True) if peak <= SILENT_PEAK]
    if len(silent) == len(peaks):
        return (Reason("audio.silent"),)
    return tuple(Reason("audio.silent-channel", {"channel": number + 1}) for number in silent)
