"""Amazon Transcribe Call Analytics: {"JobStatus", "Transcript": [{"ParticipantRole", "Content",
"BeginOffsetMillis", "EndOffsetMillis", "Items"}], "ConversationCharacteristics"}.

Items: {"Type": pronunciation or punctuation, "Content", "Confidence", "BeginOffsetMillis",
"EndOffsetMillis"}, confidences as texts; a redacted one has its confidence in "Redaction".
"""

from collections.abc import Iterator
from typing import Any

from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief
from pipeline.written.fields import (
    Json,
    duration,
    inside,
    label,
    number,
    objects,
    seconds,
    share,
    text,
)
from pipeline.written.transcript import Piece, Sentence, Transcript

NAME = "Transcribe Call Analytics"
MS = 1000.0
DONE = "COMPLETED"
TOTAL = "TotalConversationDurationMillis"


def fits(content: Any) -> bool:
    """Turns with a participant's role."""
    turns = content.get("Transcript") if isinstance(content, dict) else None
    return isinstance(turns, list) and all(
        isinstance(turn, dict) and "ParticipantRole" in turn for turn in turns
    )


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """The one recording of the job."""
    if content.get("JobStatus", DONE) != DONE:
        raise Refusal("written.not-done", file, found=brief(content["JobStatus"]), allowed=DONE)
    turns = objects(content["Transcript"], "Transcript", file)
    total = number(inside(content, "ConversationCharacteristics", TOTAL))
    yield Transcript(
        engine=NAME,
        sentences=tuple(_sentence(t, f"Transcript[{n}]", file) for n, t in enumerate(turns, 1)),
        duration=duration(total / MS if total else None),
    )


def _sentence(turn: Json, where: str, file: str) -> Sentence:
    items = objects(turn.get("Items"), f"{where}.Items", file)
    return Sentence(
        label=label(turn, "ParticipantRole"),
        text=text(turn, "Content", where, file),
        start=seconds(turn, "BeginOffsetMillis", where, file, MS),
        end=seconds(turn, "EndOffsetMillis", where, file, MS),
        pieces=tuple(
            _piece(item, f"{where}.Items[{n}]", file)
            for n, item in enumerate(items, 1)
            if label(item, "Type").lower() != "punctuation"
        ),
    )


def _piece(item: Json, where: str, file: str) -> Piece:
    redacted = item.get("Redaction")
    hidden = redacted[0] if isinstance(redacted, list) and redacted else None
    told = item.get("Confidence")
    return Piece(
        text(item, "Content", where, file),
        seconds(item, "BeginOffsetMillis", where, file, MS),
        seconds(item, "EndOffsetMillis", where, file, MS),
        share(inside(hidden, "Confidence") if told is None else told),
    )
