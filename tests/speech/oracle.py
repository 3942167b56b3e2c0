"""A recogniser that reads the truth of a sample call instead of listening: for what comes after."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.perfect_ear import InThreads, joined
from pipeline.speech.loads import Load
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import Window


class Oracle(InThreads):
    """Hears of one call exactly what its truth (sample_audio/truth.py) says was said."""

    window_seconds = 29.0
    batch_windows = 8
    engine = "oracle"
    demonstration = False
    log_mel = None

    def __init__(self, truth: Mapping[str, Any]) -> None:
        self.truth = truth

    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        return [joined(load, [self._hear(window) for window in load.windows]) for load in loads]

    def again(self, loads: Sequence[Load]) -> list[tuple[Hypothesis, ...]]:
        return [(hypothesis,) for hypothesis in self.transcribe(loads)]

    def _hear(self, window: Window) -> Hypothesis:
        spoken = sorted(
            (start, end, character)
            for turn in self.truth["turns"]
            if turn["channel"] == window.channel and turn["text"]
            for start, end, character in zip(
                turn["starts"], turn["ends"], spoken_characters(turn["text"]), strict=True
            )
        )
        tokens = [
            Token(character, piece.at + start - piece.start, piece.at + end - piece.start, 0.9)
            for piece in window.pieces
            for start, end, character in spoken
            if piece.start <= (start + end) / 2 < piece.end
        ]
        return Hypothesis("".join(t.text for t in tokens), tuple(tokens), -0.1)


def spoken_characters(text: str) -> list[str]:
    """Without the marks, which have no time of their own."""
    return [character for character in text if "㐀" <= character <= "鿿" or character == "〇"]
