"""Calls as rows and back. Times are rounded to the millisecond, confidences to 1/255.

Words are text + packed times + bytes of confidence: as JSON they would take eight times the space.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pipeline.call import Call, CallRecord, Interval, Medium, Reason, Speaker, Turn, Word
from pipeline.storage.plain import from_json, to_json

Row = Mapping[str, Any]
UNKNOWN_TIME = -1


def as_stored(call: Call) -> Call:
    """The call as it will be read back, so that fresh and stored calls score alike."""
    turns = [unpack_turn(pack_turn(turn)) for turn in call.turns]
    head = unpack_head(pack_head(call), turns)
    return replace(head, id=call.id, sources=call.sources, about=call.about)


def pack_head(call: Call) -> dict[str, Any]:
    """The columns of table transcript that come from the call."""
    speech = None
    if call.speech is not None:
        speech = json.dumps({who.value: _flat(spans) for who, spans in call.speech.items()})
    return {
        "engine": call.engine,
        "medium": call.medium.value,
        "duration": _ms(call.duration),
        "speech": speech,
        "untrusted": json.dumps(_flat(call.untrusted)),
        "remarks": to_json(call.remarks),
    }


def unpack_head(row: Row, turns: Sequence[Turn]) -> Call:
    """The call without what belongs to the recording: id, sources, record."""
    speech: Mapping[Speaker, tuple[Interval, ...]] | None = None
    if row["speech"] is not None:
        read = json.loads(row["speech"])
        speech = MappingProxyType({Speaker(who): _spans(flat) for who, flat in read.items()})
    return Call(
        id="",
        duration=row["duration"] / 1000,
        turns=tuple(turns),
        medium=Medium(row["medium"]),
        speech=speech,
        untrusted=_spans(json.loads(row["untrusted"])),
        remarks=from_json(tuple[Reason, ...], row["remarks"]),
        engine=row["engine"],
        about=CallRecord(),
    )


def pack_turn(turn: Turn) -> dict[str, Any]:
    """The columns of table turn that come from the turn."""
    words = turn.words
    times = [_ms_or_unknown(time) for word in words for time in (word.start, word.end)]
    return {
        "speaker": turn.speaker.value,
        "channel": turn.channel,
        "start": _ms(turn.start),
        "end": _ms(turn.end),
        "role_confidence": turn.role_confidence,
        "level": turn.level,
        "text": turn.text,
        "lengths": struct.pack(f"<{len(words)}H", *(len(word.text) for word in words)),
        "times": struct.pack(f"<{len(times)}i", *times),
        "confidence": bytes(round(255 * min(1.0, max(0.0, word.confidence))) for word in words),
    }


def unpack_turn(row: Row) -> Turn:
    """The turn of a row."""
    return Turn(
        speaker=Speaker(row["speaker"]),
        start=row["start"] / 1000,
        end=row["end"] / 1000,
        words=_words(row),
        channel=row["channel"],
        role_confidence=row["role_confidence"],
        level=row["level"],
    )


def _words(row: Row) -> tuple[Word, ...]:
    count = len(row["confidence"])
    lengths = struct.unpack(f"<{count}H", row["lengths"])
    times = struct.unpack(f"<{2 * count}i", row["times"])
    words, at = [], 0
    for i, length in enumerate(lengths):
        text = row["text"][at : at + length]
        start, end = _seconds(times[2 * i]), _seconds(times[2 * i + 1])
        words.append(Word(text, start, end, row["confidence"][i] / 255))
        at += length
    return tuple(words)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _ms_or_unknown(seconds: float | None) -> int:
    return UNKNOWN_TIME if seconds is None else max(0, _ms(seconds))


def _seconds(ms: int) -> float | None:
    return None if ms == UNKNOWN_TIME else ms / 1000


def _flat(spans: Sequence[Interval]) -> list[int]:
    return [_ms(time) for span in spans for time in (span.start, span.end)]


def _spans(flat: Sequence[int]) -> tuple[Interval, ...]:
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return tuple(Interval(start / 1000, end / 1000) for start, end in pairs)
