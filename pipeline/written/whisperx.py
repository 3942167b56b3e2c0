"""WhisperX: Whisper's segments with "speaker", and words of {"word", "start", "end", "score",
"speaker"}; a word that could not be aligned has only its text.

A word's score says how well it was aligned, not how sure it was recognised, so it is left out.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.written import whisper
from pipeline.written.fields import objects
from pipeline.written.transcript import Transcript

NAME = "WhisperX"


def fits(content: Any) -> bool:
    """Whisper's, and what only WhisperX adds."""
    if not whisper.fits(content):
        return False
    if "word_segments" in content:
        return True
    lists = (one.get("words") for one in content["segments"])
    words = (word for words in lists if isinstance(words, list) for word in words)
    aligned = any(isinstance(word, dict) and "score" in word for word in words)
    return aligned or any("speaker" in one for one in content["segments"])


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """The one recording of the file."""
    segments = objects(content["segments"], "segments", file)
    said = (whisper.sentence(s, f"segments[{n}]", file, sure="") for n, s in enumerate(segments, 1))
    yield Transcript(engine=NAME, sentences=tuple(said))
