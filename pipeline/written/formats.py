"""Which format a file in writing is in, and the calls in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.settings import Chats
from pipeline.speech.names import shown
from pipeline.text.private import mask, masked
from pipeline.unexpected import note_unexpected
from pipeline.written import own, table
from pipeline.written.conversation import Conversation, call_of
from pipeline.written.opening import json_of, text_of

ENDINGS = (".json", ".csv", ".tsv")
"""Endings of files that hold no sound."""
READ = 'JSON {"medium": "chat", "turns": […]}、CSV'


@dataclass(frozen=True, slots=True)
class Written:
    """One conversation of a file: its call, masked, or why there is none.

    part tells it from the file's others; "" where the file holds one."""

    part: str
    call: Call | None = None
    refusal: Refusal | None = None


def is_written(path: Path) -> bool:
    """Whether a file holds writing, not sound."""
    return path.suffix.lower() in ENDINGS


def read(path: Path, chats: Chats) -> Iterator[Written]:
    """Every conversation of a dialogue log, in the order of the file. Nothing is raised: what
    cannot be read is handed out with its reason, and the others go on."""
    file = shown(path)
    try:
        found = _conversations(path, chats, file)
        for one in found:
            yield _written(one, chats, file)
    except Refusal as refusal:
        yield Written("", refusal=refusal)
    except Exception as error:
        note_unexpected(error, "read")
        yield Written("", refusal=Refusal("speech.broke", file, error=type(error).__name__))


def _conversations(path: Path, chats: Chats, file: str) -> Iterable[Conversation | Refusal]:
    text = text_of(path)
    if path.suffix.lower() != ".json":
        return table.from_text(text, chats, file)
    content = json_of(text, file)
    if own.is_own(content):
        return own.conversations(content, file)
    raise Refusal("written.unknown-json", file, allowed=READ)


def _written(one: Conversation | Refusal, chats: Chats, file: str) -> Written:
    if isinstance(one, Refusal):
        return Written("", refusal=one)
    (part,) = mask([one.part])
    try:
        call = masked(call_of(one, chats, file))
    except Refusal as refusal:
        return Written(part, refusal=refusal)
    return Written(part, call)
