"""Whisper's own JSON (openai-whisper, OpenAI's verbose_json, faster-whisper's segments as written
by many): {"text", "language", "segments": [{"start", "end", "text", "avg_logprob", "words"}]}.

Words: {"word", "start", "end", "probability"}. No voices are told apart.
"""

from collections.abc import Iterator
from math import exp
from typing import Any

from pipeline.written.fields import Json, duration, label, number, objects, seconds, share, text
from pipeline.written.transcript import Piece, Sentence, Transcript

NAME = "Whisper"


def fits(content: Any) -> bool:
    """Segments with times and text."""
    segments = content.get("segments") if isinstance(content, dict) else None
    return isinstance(segments, list) and all(
        isinstance(one, dict) and {"start", "end", "text"} <= set(one) for one in segments
    )


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """The one recording of the file."""
    segments = objects(content["segments"], "segments", file)
    yield Transcript(
        engine=NAME,
        sentences=tuple(sentence(s, f"segments[{n}]", file) for n, s in enumerate(segments, 1)),
        duration=duration(content.get("duration")),
    )


def sentence(segment: Json, where: str, file: str, sure: str = "probability") -> Sentence:
    """A segment. sure: the field of a word that says how sure its recognition is."""
    words = objects(segment.get("words"), f"{where}.words", file)
    log_probability = number(segment.get("avg_logprob"))
    return Sentence(
        label=label(segment, "speaker"),
        text=text(segment, "text", where, file),
        start=seconds(segment, "start", where, file),
        end=seconds(segment, "end", where, file),
        pieces=tuple(
            Piece(
                text(word, "word", f"{where}.words", file),
                seconds(word, "start", f"{where}.words", file),
                seconds(word, "end", f"{where}.words", file),
                share(word.get(sure)),
            )
            for word in words
        ),
        confidence=None if log_probability is None else exp(min(0.0, log_probability)),
    )
