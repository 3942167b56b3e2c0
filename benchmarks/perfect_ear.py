"""A recogniser that mishears nothing: it reads the truth of a sample call.

With it in place of the real one, everything else on the road from file to scorecard (decoding,
voice activity, windows, gate, roles, scoring) is measured alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import Any

from pipeline.speech.loads import Load
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import Window
from sample_audio.scene import HAN


class InThreads(ABC):
    """For recognisers that hear each batch in a thread of its own."""

    side_by_side = at_once = 1

    @abstractmethod
    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        """One hypothesis per load."""

    def again(self, loads: Sequence[Load]) -> list[tuple[Hypothesis, ...]]:
        """Other hypotheses; none: it does not change its mind."""
        return [() for _ in loads]

    def begin(self, loads: Sequence[Load]) -> Future[list[Hypothesis]]:
        """See Recognizer."""
        return self._crew.submit(self.transcribe, loads)

    def reconsider(self, loads: Sequence[Load]) -> Future[list[tuple[Hypothesis, ...]]]:
        """See Recognizer."""
        return self._crew.submit(self.again, loads)

    @cached_property
    def _crew(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.side_by_side)


class PerfectEar(InThreads):
    """Satisfies pipeline.speech.recognizer.Recognizer for one recording at a time."""

    window_seconds = 12.0
    batch_windows = 8
    engine = "truth"
    demonstration = True
    log_mel = None

    def __init__(self) -> None:
        self.said: list[tuple[int, float, float, str]] = []

    def listen_to(self, truth: dict[str, Any]) -> None:
        """The recording that comes next."""
        self.said = sorted(
            (turn["channel"], start, end, character)
            for turn in truth["turns"]
            for start, end, character in zip(
                turn["starts"], turn["ends"], HAN.findall(turn["text"]), strict=True
            )
        )

    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        """What was really said in the windows."""
        return [joined(load, [self._hear(window) for window in load.windows]) for load in loads]

    def again(self, loads: Sequence[Load]) -> list[tuple[Hypothesis, ...]]:
        """It does not change its mind."""
        return [(hypothesis,) for hypothesis in self.transcribe(loads)]

    def _hear(self, window: Window) -> Hypothesis:
        tokens = []
        for piece in window.pieces:
            for channel, start, end, character in self.said:
                if channel == window.channel and piece.start <= (start + end) / 2 < piece.end:
                    first = max(start, piece.start) - piece.start + piece.at
                    last = min(end, piece.end) - piece.start + piece.at
                    tokens.append(Token(character, first, last, 1.0))
        return Hypothesis("".join(token.text for token in tokens), tuple(tokens))


def joined(load: Load, heard: Sequence[Hypothesis]) -> Hypothesis:
    """What was heard in each window, on the clock of the load: parted() backwards, for those that
    know the windows better than the sound."""
    tokens = [
        replace(token, start=start + token.start, end=start + token.end)
        for start, hypothesis in zip(load.starts, heard, strict=True)
        for token in hypothesis.tokens
    ]
    text = "".join(hypothesis.text for hypothesis in heard)
    return replace(heard[0], text=text, tokens=tuple(tokens))
