"""What people write of a case, looked over: it is short enough, and says no private number."""

import re
from dataclasses import replace

from pipeline.refusal import Refusal
from pipeline.storage.case_records import Notes, Stage
from pipeline.text.private import mask
from pipeline.workflow.marking import printable

MOST_TITLE = 100
MOST_TAG = 20
MOST_TAGS = 10
MOST_STAGES = 12
MOST_QUESTIONS = 20
MOST_TEXT = 4_000
MOMENT = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)")


def moment(text: str) -> float:
    """Seconds, of 1:05, 65.5 or 1:02:09 as people type them. Refusal cases.not-a-moment."""
    found = MOMENT.fullmatch(text.strip().replace("：", ":"))
    if found is None:
        raise Refusal("cases.not-a-moment", found=text)
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def checked(notes: Notes) -> Notes:
    """The notes as they are kept: trimmed, private numbers masked, nothing empty. Refusal where
    there is no title, or something is too long or too many."""
    title = line(notes.title)
    if not title:
        raise Refusal("cases.no-title")
    told = replace(
        notes,
        title=title,
        topic=line(notes.topic),
        tags=tuple(dict.fromkeys(filter(None, (line(tag, MOST_TAG) for tag in notes.tags)))),
        learn=_text(notes.learn),
        stages=tuple(filter(_says, map(_stage, notes.stages))),
        questions=tuple(filter(None, (_text(one) for one in notes.questions))),
    )
    for found, most in (
        (told.tags, MOST_TAGS),
        (told.stages, MOST_STAGES),
        (told.questions, MOST_QUESTIONS),
    ):
        if len(found) > most:
            raise Refusal("cases.too-many", found=len(found), allowed=most)
    return told


def line(text: str, most: int = MOST_TITLE) -> str:
    """One line of text."""
    return _short(mask([" ".join(printable(text).split())])[0], most)


def _text(text: str) -> str:
    plain = printable(text.replace("\r\n", "\n"), "\n").strip()
    return _short(mask([plain])[0], MOST_TEXT)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise Refusal("cases.too-long", found=text[:10], allowed=most)
    return text


def _stage(stage: Stage) -> Stage:
    return Stage(
        title=line(stage.title),
        strengths=_text(stage.strengths),
        weaknesses=_text(stage.weaknesses),
    )


def _says(stage: Stage) -> bool:
    """A stage that only has a name says nothing."""
    return bool(stage.strengths or stage.weaknesses)
