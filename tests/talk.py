"""Calls for tests, written to be read: talk("坐席 0.8 您好", "客户 4.1-5.0 你好")."""

import re

from pipeline.call import Call, CallRecord, Interval, Medium, Speaker, Turn, Word

SECONDS_PER_CHARACTER = 0.2
SPEAKERS = {
    "坐席": Speaker.AGENT,
    "客户": Speaker.CUSTOMER,
    "提示音": Speaker.OTHER,
    "不明": Speaker.UNKNOWN,
}
LINE = re.compile(r"(?P<who>\S+) (?P<start>[\d.]+)(?:-(?P<end>[\d.]+))? (?P<text>.*)", re.DOTALL)


def talk(
    *lines: str,
    duration: float | None = None,
    about: CallRecord | None = None,
    medium: Medium = Medium.VOICE,
    untrusted: tuple[tuple[float, float], ...] = (),
    confidence: float = 1.0,
) -> Call:
    """A call of the lines; without an end, a character takes 0.2 s. Voice is where turns are."""
    turns = tuple(sorted((_turn(line, confidence) for line in lines), key=lambda turn: turn.start))
    voice = {
        speaker: tuple(Interval(t.start, t.end) for t in turns if t.speaker == speaker)
        for speaker in dict.fromkeys(turn.speaker for turn in turns)
    }
    return Call(
        id="talk",
        duration=duration if duration is not None else max((t.end for t in turns), default=0.0),
        turns=turns,
        medium=medium,
        speech=voice if medium == Medium.VOICE else None,
        untrusted=tuple(Interval(start, end) for start, end in untrusted),
        about=about or CallRecord(),
    )


def _turn(line: str, confidence: float) -> Turn:
    match = LINE.fullmatch(line)
    assert match, f"not «坐席 0.8 您好»: {line}"
    speaker, text = SPEAKERS[match["who"]], match["text"]
    start = float(match["start"])
    end = float(match["end"]) if match["end"] else start + SECONDS_PER_CHARACTER * len(text)
    step = (end - start) / max(1, len(text))
    words = tuple(
        Word(character, start + i * step, start + (i + 1) * step, confidence)
        for i, character in enumerate(text)
    )
    role_confidence = 0.0 if speaker == Speaker.UNKNOWN else 1.0
    return Turn(speaker, start, end, words, 0, role_confidence)
