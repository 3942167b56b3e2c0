"""A recogniser that mishears nothing: it reads the truth of a sample call.

With it in place of the real one, everything else on the road from file to scorecard (decoding,
voice activity, windows, gate, roles, scoring) is measured alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.speech.recognizer import Hypothesis
from pipeline.speech.tokens import Token
from pipeline.speech.windows import Window
from sample_audio.scene import HAN


class PerfectEar:
    """Satisfies pipeline.speech.recognizer.Recognizer for one recording at a time."""

    window_seconds = 12.0
    batch_windows = 8
    engine = "truth"
    demonstration = True

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

    def transcribe(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """What was really said in the windows."""
        return [self._hear(window) for window in windows]

    def reconsider(self, windows: Sequence[Window]) -> list[tuple[Hypothesis, ...]]:
        """It does not change its mind."""
        return [(self._hear(window),) for window in windows]

    def _hear(self, window: Window) -> Hypothesis:
        tokens = []
        for piece in window.pieces:
            for channel, start, end, character in self.said:
                if channel == window.channel and piece.start <= (start + end) / 2 < piece.end:
                    first = max(start, piece.start) - piece.start + piece.at
                    last = min(end, piece.end) - piece.start + piece.at
                    tokens.append(Token(character, first, last, 1.0))
        return Hypothesis("".join(token.text for token in tokens), tuple(tokens))
