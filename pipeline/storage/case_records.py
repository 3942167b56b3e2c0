"""What the store keeps of the case library."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.call import Interval


class Quality(StrEnum):
    """What a case is an example of."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the talk: what was done well in it, and what was not."""

    title: str
    strengths: str = ""
    weaknesses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What people wrote of a case. questions: for who learns from it."""

    title: str
    quality: Quality
    topic: str = ""
    tags: tuple[str, ...] = ()
    learn: str = ""
    stages: tuple[Stage, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What was cut out of the recording. clip: the name of its sound in the home, "" without;
    beeps: what is beeped in it. Seconds of the recording."""

    span: Interval
    clip: str = ""
    beeps: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case of the library. recording: its number; team: of the call. Moments are milliseconds
    since 1970; changed is what a change must name."""

    id: int
    recording: int
    team: str
    notes: Notes
    cut: Cut
    by: str
    at: int
    changed_by: str
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A case that is to be kept."""

    recording: int
    team: str
    notes: Notes
    cut: Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which cases a list shows; "" and None do not restrict it. words: of the title or topic;
    teams: whose calls; playlist: of that one, in its order."""

    quality: Quality | None = None
    topic: str = ""
    tag: str = ""
    words: str = ""
    teams: tuple[str, ...] | None = None
    playlist: int | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases of a list; total: how many there are."""

    rows: tuple[Case, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of cases in order; count: how many are in it."""

    id: int
    title: str
    by: str
    at: int
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A call that an inspector marked as excellent, and that no case is made of."""

    card: int
    recording: int
    name: str
    day: str
    team: str


class Changed(Exception):
    """Somebody else has changed the case meanwhile: nothing was written."""


class NoCase(Exception):
    """There is no such case or playlist, or no such recording any more."""
