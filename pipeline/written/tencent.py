"""Tencent Cloud ASR, DescribeTaskStatus: {"Response": {"Data": {"StatusStr", "Result",
"ResultDetail": [{"FinalSentence", "StartMs", "EndMs", "SpeakerId", "Words"}]}}}.

Words: {"Word", "OffsetStartMs", "OffsetEndMs"}, counted from the start of their sentence. Without
details Result has lines of "[0:0.020,0:2.380]  text", the channel or voice as a third number.
SpeakerId is the channel of a two-channel recording.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief
from pipeline.written.fields import Json, duration, inside, label, objects, seconds, text
from pipeline.written.transcript import Piece, Sentence, Transcript

NAME = "Tencent Cloud ASR"
MS = 1000.0
LINE = re.compile(r"\[(\d+):(\d+(?:\.\d+)?),(\d+):(\d+(?:\.\d+)?)(?:,(\d+))?\]\s*(.*)")
DONE = "success"


def fits(content: Any) -> bool:
    """An answer with a result, whole or as the SDK hands it out."""
    data = _data(content)
    return isinstance(data, dict) and ("ResultDetail" in data or "StatusStr" in data)


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """The one recording of the task."""
    data = _data(content)
    if data.get("StatusStr", DONE) != DONE:
        raise Refusal("written.not-done", file, found=brief(data["StatusStr"]), allowed=DONE)
    details = objects(data.get("ResultDetail"), "ResultDetail", file)
    said = [_sentence(one, f"ResultDetail[{n}]", file) for n, one in enumerate(details, 1)]
    yield Transcript(
        engine=NAME,
        sentences=tuple(said or _lines(text(data, "Result", "Data", file))),
        duration=duration(data.get("AudioDuration")),
    )


def _data(content: Any) -> Any:
    for keys in (("Response", "Data"), ("Data",), ()):
        if isinstance(found := inside(content, *keys), dict):
            return found
    return None


def _sentence(one: Json, where: str, file: str) -> Sentence:
    start = seconds(one, "StartMs", where, file, MS)
    pieces = []
    for word in objects(one.get("Words"), f"{where}.Words", file):
        began = seconds(word, "OffsetStartMs", f"{where}.Words", file, MS)
        ended = seconds(word, "OffsetEndMs", f"{where}.Words", file, MS)
        said = text(word, "Word", f"{where}.Words", file)
        pieces.append(Piece(said, _after(start, began), _after(start, ended)))
    return Sentence(
        label=label(one, "SpeakerId"),
        text=text(one, "FinalSentence", where, file),
        start=start,
        end=seconds(one, "EndMs", where, file, MS),
        pieces=tuple(pieces),
    )


def _after(start: float | None, offset: float | None) -> float | None:
    return None if start is None or offset is None else round(start + offset, 3)


def _lines(result: str) -> list[Sentence]:
    matches = (LINE.match(line.strip()) for line in result.splitlines())
    return [
        Sentence(m[5] or "", m[6], int(m[1]) * 60 + float(m[2]), int(m[3]) * 60 + float(m[4]))
        for m in matches
        if m
    ]
