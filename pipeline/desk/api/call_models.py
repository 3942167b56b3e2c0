"""A call with its scorecards, as `zhiyin score --json` has it (docs/json-schema/score-1.json)."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pipeline.call import Medium, Speaker
from pipeline.hit import Kind, Verdict

Seconds = Annotated[float, Field(ge=0, description="Seconds from the start of the recording.")]
Trust = Annotated[float, Field(ge=0, le=1, description="0: kept, but not to be relied on.")]


class Model(BaseModel):
    """What is sent holds nothing else."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Reason(Model):
    """key and values are for machines; text is the sentence."""

    key: str
    values: dict[str, str | float]
    text: str


class Word(Model):
    """A word as it was recognised."""

    text: str
    start: Seconds | None
    end: Seconds | None
    confidence: Trust


class Turn(Model):
    """One speaker's uninterrupted stretch; private numbers are masked."""

    speaker: Speaker
    channel: int
    start: Seconds
    end: Seconds
    text: str
    raw: str
    role_confidence: Trust
    words: list[Word]


class Interval(Model):
    """From start to end."""

    start: Seconds
    end: Seconds


class Overlap(Interval):
    """Two speak; the interrupter began later."""

    interrupter: Speaker


class Reply(Model):
    """How long the customer waited for an answer, from when on."""

    at: Seconds
    seconds: Seconds


class TalkShare(Model):
    """Parts of the duration; agent and customer exclude both; the four sum to 1."""

    agent: float
    customer: float
    both: float
    neither: float


class Timing(Model):
    """null where the call has no times of voice."""

    first_reply: Seconds | None
    reply_latencies: list[Reply] | None
    silences: list[Interval] | None
    overlaps: list[Overlap] | None
    talk_share: TalkShare | None
    characters_per_minute: dict[str, float | None]


class Evidence(Interval):
    """A hit. phrase: what was found, a phrase of a lexicon or a kind of event."""

    speaker: Speaker
    quote: str
    confidence: Trust
    phrase: str
    kind: Kind


class Nearest(Interval):
    """The nearest thing said, where a required phrase is missing."""

    speaker: Speaker
    quote: str
    phrase: str
    score: float


class Item(Model):
    """A line of a scorecard."""

    id: str
    ask: str
    section: str
    verdict: Verdict
    points_lost: float
    at_stake: Annotated[float, Field(description="What it would cost if a person says fail.")]
    max: float
    reason: Reason
    remarks: list[Reason]
    evidence: list[Evidence]
    nearest: Nearest | None


class Section(Model):
    """A part of a scorecard."""

    id: str
    title: str
    total: float
    max: float
    lost: float


class Scorecard(Model):
    """As the machine drafted it. ruleset: SHA-256 of the template and all that it reaches. waiting:
    of total and max, the points of items that only people judge."""

    template: str
    title: str
    version: str
    ruleset: str
    code: str
    settings: dict[str, float | str]
    total: float
    max: float
    waiting: float
    at_stake: float
    fatal: list[str]
    sections: list[Section]
    items: list[Item]


class Status(StrEnum):
    """Of a call that can be read."""

    DONE = "done"


class Call(Model):
    """One conversation."""

    recording: str
    sources: list[str]
    id: str
    medium: Medium
    duration: Seconds
    status: Status
    remarks: list[Reason]
    engine: str
    turns: list[Turn]
    timing: Timing
    scorecards: list[Scorecard]
