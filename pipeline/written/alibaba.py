"""Alibaba SCA: GetResult, {"Data": {"ResultInfo": [{"AsrResult": {"AsrResult": […]}, "Agent",
"Recording"}]}}, and GetResultToReview, {"Data": {"Dialogues": […]}}.

A sentence: {"Begin", "End", "Role", "Identity", "Words"}; milliseconds from the start, Words is its
text. Agent has Id and SkillGroup; Recording has Id, Name, Duration in seconds and Business.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.speech.call_record import record_of
from pipeline.written.fields import Json, duration, inside, label, objects, record, seconds, text
from pipeline.written.transcript import Sentence, Transcript

NAME = "Alibaba SCA"
MS = 1000.0


def fits(content: Any) -> bool:
    """Results with what was recognised, or the dialogue of one for review."""
    data = inside(content, "Data")
    return isinstance(inside(data, "Dialogues"), list) or bool(_listed(data))


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """A recording per result."""
    data = content["Data"]
    if isinstance(inside(data, "Dialogues"), list):
        part = label(data, "Vid") or label(data, "FileMergeName")
        said = _sentences(data["Dialogues"], "Dialogues", file)
        yield Transcript(engine=NAME, sentences=said, part=part)
        return
    for n, one in enumerate(objects(_listed(data), "ResultInfo", file), 1):
        where = f"ResultInfo[{n}].AsrResult"
        recording, agent = record(one, "Recording"), record(one, "Agent")
        about = {
            "id": label(recording, "Id") or None,
            "agent": label(agent, "Id") or None,
            "queue": label(agent, "SkillGroup") or None,
            "business_type": label(recording, "Business") or None,
        }
        yield Transcript(
            engine=NAME,
            sentences=_sentences(_dialogue(one), where, file),
            part=label(recording, "Id") or label(recording, "Name") or label(one, "TaskId"),
            about=record_of(about, file),
            duration=duration(recording.get("Duration")),
        )


def _listed(data: Any) -> Any:
    listed = inside(data, "ResultInfo")
    if listed is None and isinstance(data, list):
        listed = data
    results = listed if isinstance(listed, list) else []
    return listed if any(isinstance(one, dict) and "AsrResult" in one for one in results) else None


def _dialogue(one: Json) -> Any:
    """AsrResult lies in an AsrResult, as lists of this interface do; in JSON v2 it is the list."""
    inner = inside(one, "AsrResult", "AsrResult")
    return one.get("AsrResult") if inner is None else inner


def _sentences(listed: Any, where: str, file: str) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            label=label(one, "Role") or label(one, "Identity"),
            text=text(one, "Words", f"{where}[{n}]", file),
            start=seconds(one, "Begin", f"{where}[{n}]", file, MS),
            end=seconds(one, "End", f"{where}[{n}]", file, MS),
        )
        for n, one in enumerate(objects(listed, where, file), 1)
    )
