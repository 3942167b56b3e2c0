"""Sound and a random recogniser for tests of the plumbing."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from benchmarks.random_whisper import TINY, write
from pipeline.call import Interval
from pipeline.speech.loads import Load, loads
from pipeline.speech.windows import RATE, Window


@cache
def random_model() -> Path:
    """A folder with a tiny Whisper of random weights."""
    return write(TINY, Path(mkdtemp(prefix="random-whisper-")) / "random", seed=1)


def hum(seconds: float, seed: int = 0) -> np.ndarray:
    """(n,) int16: noise whose colour and loudness change every second."""
    random = np.random.default_rng(seed)
    parts = [
        random.standard_normal(RATE)
        * random.uniform(300, 9000)
        * np.sin(np.arange(RATE) * random.uniform(0.02, 1))
        for _ in range(round(seconds))
    ]
    return np.concatenate(parts).astype(np.int16)


def windows(
    sound: np.ndarray, voice: Sequence[Interval], limit: float, pad: float = 0.0
) -> list[Window]:
    """The windows of a recording with one channel."""
    return [window for load in loads([sound], [voice], limit, pad) for window in load.windows]


def some_loads(count: int, seconds: float = 8.0, seed: int = 0) -> list[Load]:
    """So many windows alone, of different sound, each a little shorter than the last."""
    return [
        loads([hum(seconds + 1, seed + i)], [[Interval(0.5, 0.5 + seconds - i / 10)]], 29)[0]
        for i in range(count)
    ]
