"""A quick stand-in for the recogniser: says something that depends on the sound alone, and dies
where a recording's sound says so (recordings.py marks it). All else of the night is the real thing.

`StandIn` is what a test gives a night as Job.equip: it travels to every process by pickle.
"""

import ctypes
import hashlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from benchmarks.perfect_ear import InThreads, joined
from pipeline.settings import Speech
from pipeline.speech.loads import Load
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import Window

FULL = 32_767
"""A sample at full scale: how many of them a load holds says how its recogniser dies."""
PACE = 5.0
"""Characters a second of voice."""
SENTENCES = (
    "您好请问有什么可以帮您",
    "我想查一下上个月的话费",
    "这个我不清楚你自己去看",
    "麻烦您稍等我马上查询",
    "怎么又多扣了钱",
    "非常抱歉给您带来不便",
    "那你投诉去吧",
    "感谢您的来电祝您愉快再见",
    "宽带昨晚就断了",
    "工号幺二三为您服务",
)


class Way(Enum):
    """How a worker ends with a recording in hand."""

    KILL = 3
    EXIT = 4
    HANG = 5
    MEMORY = 6
    CRASH = 7

    @property
    def mark(self) -> int:
        """So many samples at full scale in a row."""
        return 10 * self.value


@dataclass(frozen=True, slots=True)
class StandIn:
    """Job.equip with this recogniser. seconds: what a batch takes; megabytes: what Way.MEMORY
    takes at most, so that no test can use up the machine."""

    seconds: float = 0.0
    megabytes: int = 2_000

    def __call__(self) -> Callable[[Speech], Recognizer]:
        return lambda _: Quick(self)


class Quick(InThreads):
    """A Recognizer: the words of a window are a hash of its samples."""

    window_seconds = 8.5
    batch_windows = 8
    side_by_side = at_once = 2
    engine = "stand-in"
    demonstration = False
    log_mel = None

    def __init__(self, how: StandIn) -> None:
        self.how = how

    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        """The words of every load; or the end of this process."""
        for load in loads:
            if way := way_of(load):
                die(way, self.how.megabytes)
        time.sleep(self.how.seconds)
        return [joined(load, [heard(window) for window in load.windows]) for load in loads]


def way_of(load: Load) -> Way | None:
    """How the recogniser of this load dies, if it does."""
    count = int(np.count_nonzero(load.audio() >= np.float32(FULL / 32_768)))
    return next((way for way in Way if count >= way.mark and count < way.mark + 10), None)


def heard(window: Window) -> Hypothesis:
    """Sentences by the hash of the sound, spread evenly over the voice in it."""
    digest = hashlib.sha256(window.audio().tobytes()).digest()
    order = sorted(range(len(SENTENCES)), key=lambda i: digest[i])
    text = "".join(SENTENCES[i] for i in order)[: max(1, int(window.voiced * PACE))]
    step = window.voiced / len(text)
    tokens = [
        Token(
            character, _at(window, i * step), _at(window, (i + 0.9) * step), 0.75 + digest[i] / 1024
        )
        for i, character in enumerate(text[:32])
    ]
    return Hypothesis(text[:32], tuple(tokens), -0.1)


def _at(window: Window, voiced: float) -> float:
    """Where the voice of the window reaches so many seconds, on the window's clock."""
    for voice in window.voice:
        if voiced <= voice.seconds:
            at = voice.start + voiced
            piece = next(p for p in window.pieces if p.start <= at <= p.end)
            return piece.at + at - piece.start
        voiced -= voice.seconds
    return window.seconds


def die(way: Way, megabytes: int) -> None:
    """The end of this process, or as good as."""
    if way is Way.KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if way is Way.EXIT:
        raise SystemExit(1)
    if way is Way.CRASH:
        ctypes.string_at(0)
    held = []
    while way is Way.MEMORY and len(held) < megabytes // 50:
        held.append(b"x" * 50_000_000)
        time.sleep(0.05)
    while True:  # a hang is ended by others
        time.sleep(60)
