"""Dialogues written by hand, one line a turn: `坐席 0.8 您好`, `客户 4.1-5.0 你好`.

Who speaks, from which second, until which if that matters, and the words. Without an end, a
character takes 0.2 s. Every word is heard rightly; an unknown speaker is 不明. In a chat, which has
no sound, a message comes at once and its words have no times, as in the logs of real ones.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from pipeline.call import Call, CallRecord, Interval, Medium, Speaker, Turn, Word

SECONDS_PER_CHARACTER = 0.2
SPEAKERS = {
    "坐席": Speaker.AGENT,
    "客户": Speaker.CUSTOMER,
    "提示音": Speaker.OTHER,
    "不明": Speaker.UNKNOWN,
}
LINE = re.compile(
    rf"(?P<who>{'|'.join(SPEAKERS)}) +(?P<start>\d+(?:\.\d+)?)(?:-(?P<end>\d+(?:\.\d+)?))?"
    r" +(?P<text>.*)",
    re.DOTALL,
)


def turn(line: str, confidence: float = 1.0) -> Turn | None:
    """The turn of a line; None where it is not written as one, or ends before it begins."""
    match = LINE.fullmatch(line)
    if match is None:
        return None
    speaker, text = SPEAKERS[match["who"]], match["text"]
    start = float(match["start"])
    end = float(match["end"]) if match["end"] else start + SECONDS_PER_CHARACTER * len(text)
    if end < start:
        return None
    step = (end - start) / max(1, len(text))
    words = tuple(
        Word(character, start + i * step, start + (i + 1) * step, confidence)
        for i, character in enumerate(text)
    )
    role_confidence = 0.0 if speaker == Speaker.UNKNOWN else 1.0
    return Turn(speaker, start, end, words, 0, role_confidence)


def call(
    turns: Iterable[Turn],
    *,
    about: CallRecord | None = None,
    medium: Medium = Medium.VOICE,
    duration: float | None = None,
) -> Call:
    """The call of these turns. Voice is where turns are; it ends with the last one."""
    if medium == Medium.CHAT:
        turns = [_written(turn) for turn in turns]
    ordered = tuple(sorted(turns, key=lambda turn: turn.start))
    voice = {
        speaker: tuple(Interval(t.start, t.end) for t in ordered if t.speaker == speaker)
        for speaker in dict.fromkeys(turn.speaker for turn in ordered)
    }
    return Call(
        id="talk",
        duration=duration if duration is not None else max((t.end for t in ordered), default=0.0),
        turns=ordered,
        medium=medium,
        speech=voice if medium == Medium.VOICE else None,
        about=about or CallRecord(),
    )


def _written(turn: Turn) -> Turn:
    words = tuple(Word(word.text, confidence=word.confidence) for word in turn.words)
    return replace(turn, end=turn.start, words=words)
