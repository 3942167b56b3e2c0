"""The form of a case: what a page of ours sends of it, and the moments that people type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import QueryParams

from pipeline.call import Interval
from pipeline.desk.entering import LAST
from pipeline.desk.misfit import Misfit
from pipeline.storage.case_records import Case, Notes, Quality, Stage
from pipeline.workflow.case_notes import moment

LONGEST = 20_000
MOST = 100
BETWEEN = re.compile(r"[\s,，、;；]+")
STAGES = ("opening", "needs", "solving", "closing")
"""Names of the stages that a new case begins with."""
EMPTY_STAGES = 2
"""So many more can be filled in each time."""


class Sent(BaseModel):
    """A case as the form has it; the lists of stages go side by side."""

    model_config = ConfigDict(extra="ignore")
    begins: str = Field(default="", max_length=20)
    ends: str = Field(default="", max_length=20)
    title: str = Field(default="", max_length=LONGEST)
    quality: Quality = Quality.GOOD
    topic: str = Field(default="", max_length=LONGEST)
    tags: str = Field(default="", max_length=LONGEST)
    learn: str = Field(default="", max_length=LONGEST)
    questions: str = Field(default="", max_length=LONGEST)
    stage: list[str] = Field(default=[], max_length=MOST)
    strengths: list[str] = Field(default=[], max_length=MOST)
    weaknesses: list[str] = Field(default=[], max_length=MOST)

    def notes(self) -> Notes:
        """What it says of the case."""
        return Notes(
            title=self.title,
            quality=self.quality,
            topic=self.topic,
            tags=tuple(filter(None, BETWEEN.split(self.tags))),
            learn=self.learn,
            stages=self.stages(),
            questions=tuple(self.questions.splitlines()),
        )

    def stages(self) -> tuple[Stage, ...]:
        """One for each row."""
        rows = zip_longest(self.stage, self.strengths, self.weaknesses, fillvalue="")
        return tuple(Stage(title=a, strengths=b, weaknesses=c) for a, b, c in rows)

    def span(self) -> Interval:
        """From when to when. Refusal cases.not-a-moment."""
        return Interval(moment(self.begins), moment(self.ends))


class SentNew(Sent):
    """A case that is to be made of a call."""

    recording: int = Field(ge=1, le=LAST)


class SentChange(Sent):
    """A case that is to be changed. changed: when it was last changed, as the page was told."""

    changed: int = Field(ge=0, le=2**53)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    begins: str
    ends: str
    notes: Notes

    @property
    def tags(self) -> str:
        return "、".join(self.notes.tags)

    @property
    def questions(self) -> str:
        return "\n".join(self.notes.questions)

    @property
    def stages(self) -> Sequence[Stage]:
        """With some to be filled in."""
        return (*self.notes.stages, *(Stage(title="") for _ in range(EMPTY_STAGES)))


def of_sent(sent: Sent) -> Typed:
    """The form again as it was sent."""
    return Typed(sent.begins, sent.ends, sent.notes())


def of_case(case: Case) -> Typed:
    """The form of a case that is there."""
    return Typed(typed(case.cut.span.start), typed(case.cut.span.end), case.notes)


def of_address(given: QueryParams, duration: float, stages: Sequence[str]) -> Typed:
    """The form of a new case: from and to, in milliseconds, and quality as the address says."""
    first = _milliseconds(given, "from", 0.0)
    last = _milliseconds(given, "to", duration)
    quality = given.get("quality", Quality.GOOD.value)
    if quality not in list(Quality):
        raise Misfit("quality", "one-of", allowed="、".join(Quality))
    rows = tuple(Stage(title=name) for name in stages)
    notes = Notes(title="", quality=Quality(quality), stages=rows)
    return Typed(typed(min(first, duration)), typed(min(max(first, last), duration)), notes)


def typed(seconds: float) -> str:
    """1:05 or 1:05.25: as moment() reads it, to the millisecond."""
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes}:{rest // 1000:02}{f'.{rest % 1000:03}'.rstrip('0').rstrip('.')}"


def _milliseconds(given: QueryParams, name: str, otherwise: float) -> float:
    text = given.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Misfit(name, "whole")
    return int(text) / 1000
