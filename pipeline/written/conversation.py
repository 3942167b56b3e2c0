"""A dialogue log becomes a Call: names become roles, moments become seconds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.call import Call, Reason, Speaker, Turn, Word
from pipeline.refusal import Refusal
from pipeline.settings import Chats
from pipeline.text.private import mask
from pipeline.text.timing import TO_THE_MINUTE
from pipeline.written.moments import Timeline, timeline
from pipeline.written.people import roles
from pipeline.written.said import Conversation, Said

MAX_MESSAGES = 5_000
MAX_CHARACTERS = 300_000
"""A conversation with more is none: nobody said where one ends and the next begins."""
MAX_DAYS = 20
"""A chat that goes on longer is several chats in one: nobody said where they part."""
LONGEST_WORD = 10_000
"""Characters. A message is one word of a call, cut where it outgrows what is stored of a word."""
ENGINE = "chat log"
"""What stands where other calls say what recognised them."""


def call_of(conversation: Conversation, chats: Chats, file: str) -> Call:
    """The call, not yet masked. Refusal, with the line, where names or times cannot be told."""
    check_size([one.text for one in conversation.said], file)
    times = timeline(conversation.said, file)
    said = conversation.said[::-1] if times.newest_first else conversation.said
    who = roles(said, chats, file)
    turns = tuple(_turns(said, times, who))
    duration = max(turn.end for turn in turns)
    if duration > MAX_DAYS * 86400:
        raise Refusal("written.too-long", file, found=duration / 86400, allowed=MAX_DAYS)
    about = conversation.about
    if about.started is None and times.began is not None:
        about = replace(about, started=times.began)
    if about.id is not None:
        about = replace(about, id=mask([about.id])[0])
    remarks = (Reason(TO_THE_MINUTE),) if times.to_the_minute else ()
    return Call(
        id=about.id or "",
        duration=duration,
        turns=turns,
        medium=conversation.medium,
        remarks=remarks,
        engine=ENGINE,
        about=about,
    )


def check_size(texts: Sequence[str], file: str) -> None:
    """Refusal where a conversation holds nothing, or more than anybody says in one."""
    if not texts:
        raise Refusal("written.no-messages", file)
    if len(texts) > MAX_MESSAGES:
        raise Refusal("written.too-many", file, allowed=MAX_MESSAGES)
    if (length := sum(map(len, texts))) > MAX_CHARACTERS:
        raise Refusal("written.too-much", file, found=length, allowed=MAX_CHARACTERS)


def words_of(text: str) -> tuple[Word, ...]:
    """The text of a message as words without times."""
    pieces = (text[at : at + LONGEST_WORD] for at in range(0, len(text), LONGEST_WORD))
    return tuple(Word(piece) for piece in pieces)


def _turns(said: Sequence[Said], times: Timeline, who: dict[str, Speaker]) -> Iterator[Turn]:
    for one, start, end in zip(said, times.starts, times.ends, strict=True):
        speaker = who[one.speaker]
        sure = 0.0 if speaker == Speaker.UNKNOWN else 1.0
        yield Turn(speaker, start, end, words_of(one.text.strip()), role_confidence=sure)
