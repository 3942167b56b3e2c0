"""Sound and a random recogniser for tests of the plumbing."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from benchmarks.random_whisper import TINY, write
from pipeline.call import Interval
from pipeline.speech.windows import RATE, Window, windows


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


def some_windows(count: int, seconds: float = 8.0, seed: int = 0) -> list[Window]:
    """So many windows of different sound, each a little shorter than the one before."""
    return [
        windows(hum(seconds + 1, seed + i), [Interval(0.5, 0.5 + seconds - i / 10)], 29)[0]
        for i in range(count)
    ]
