"""Which format a file in writing is in, told by its content, and the calls in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.text.lexicon import Lexicon
from pipeline.text.names import shown
from pipeline.text.opening import json_of, text_of
from pipeline.text.private import mask, masked
from pipeline.unexpected import note_unexpected
from pipeline.written import (
    alibaba,
    call_analytics,
    conversation,
    funasr,
    own,
    table,
    tencent,
    transcript,
    whisper,
    whisperx,
)
from pipeline.written.said import Conversation
from pipeline.written.transcript import Transcript

ENDINGS = (".json", ".csv", ".tsv")
"""Endings of files that hold no sound."""
MAX_BYTES = 50_000_000
OTHERS = (call_analytics, alibaba, tencent, funasr, whisperx, whisper)
"""The formats of other recognisers, the most particular first."""
OWN = '{"medium": "chat", "turns": […]}'


@dataclass(frozen=True, slots=True)
class Written:
    """One conversation of a file: its call, masked, or why there is none.

    part tells it from the file's others; "" where the file does not name it."""

    part: str
    call: Call | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """How files are read. transcripts: those of other recognisers are wanted; without, they are
    refused, as a folder of recordings may hold them beside what they are transcripts of."""

    settings: Settings
    lexicons: Mapping[str, Lexicon]
    transcripts: bool = False

    def read(self, path: Path) -> Iterator[Written]:
        """Every conversation of a file, in its order. Nothing is raised: what cannot be read is
        handed out with its reason, and the others go on."""
        file = shown(path)
        try:
            for one in self._found(path, file):
                yield self._written(one, file)
        except Refusal as refusal:
            yield Written("", refusal=refusal)
        except Exception as error:
            note_unexpected(error, "read")
            yield Written("", refusal=Refusal("written.broke", file, error=type(error).__name__))

    def _found(self, path: Path, file: str) -> Iterator[Conversation | Transcript | Refusal]:
        text = text_of(path, MAX_BYTES)
        if path.suffix.lower() != ".json":
            yield from table.from_text(text, self.settings.chats, file)
            return
        content = json_of(text, file)
        other = next((module for module in OTHERS if module.fits(content)), None)
        if own.is_own(content):
            yield from own.conversations(content, file)
        elif other is None:
            yield from self._messages(content, file)
        elif self.transcripts:
            yield from other.transcripts(content, file)
        else:
            raise Refusal("written.is-transcript", file, found=other.NAME)

    def _messages(self, content: Any, file: str) -> Iterator[Conversation]:
        messages = table.messages_in(content)
        if messages is None:
            names = "、".join(module.NAME for module in OTHERS) if self.transcripts else "CSV"
            raise Refusal("written.unknown-json", file, allowed=f"{OWN}、{names}")
        yield from table.from_objects(messages, self.settings.chats, file)

    def _written(self, one: Conversation | Transcript | Refusal, file: str) -> Written:
        if isinstance(one, Refusal):
            return Written("", refusal=one)
        (part,) = mask([one.part])
        try:
            if isinstance(one, Conversation):
                call = conversation.call_of(one, self.settings.chats, file)
            else:
                call = transcript.call_of(one, self.settings, self.lexicons, file)
        except Refusal as refusal:
            return Written(part, refusal=refusal)
        return Written(part, masked(call))


def is_written(path: Path) -> bool:
    """Whether a file holds writing, not sound."""
    return path.suffix.lower() in ENDINGS
