"""What figures of many cards are asked for, and what comes of it: counts and sums, no words."""

from dataclasses import dataclass

from pipeline.scoring.agreement import Agreement
from pipeline.scoring.average import Average
from pipeline.storage.records import Outcome

UNHEARD = (Outcome.SILENT.value, Outcome.NO_AUDIO.value)
"""Nobody spoke: full marks of such a call mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Calls of the days since ≤ day < until (YYYY-MM-DD; "": open on that side), of those teams
    (None: of all) and, where given, of one template, or of the recordings that a night brought to
    an end. sample: the share drawn at random."""

    since: str = ""
    until: str = ""
    teams: tuple[str, ...] | None = None
    template: str = ""
    night: int | None = None
    sample: float = 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """The shares of full marks of an agent's confirmed cards: all of them, and those of the random
    sample; drawn: how many the sample has, confirmed or not."""

    team: str
    agent: str
    all: Average
    random: Average
    drawn: int


@dataclass(frozen=True, slots=True)
class ItemTally:
    """What came of an item on confirmed cards. cards: on which it failed; lost: the points that
    took; agreement: the machine's verdicts beside the people's, where it charged or asked; added:
    failures that people found and it did not."""

    template: str
    item: str
    ask: str
    cards: int
    lost: float
    agreement: Agreement
    added: int


@dataclass(frozen=True, slots=True)
class Done:
    """Cards that somebody confirmed within a quarter of an hour, from at (milliseconds)."""

    by: str
    at: int
    cards: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for people, of a team: in all, flagged, of the random sample, overdue."""

    team: str
    cards: int
    flagged: int
    random: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """An agent's cards of a month (YYYY-MM) that were released to them."""

    month: str
    shares: Average
