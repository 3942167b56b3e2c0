"""What a synthetic call is before anybody speaks it. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AGENT, CUSTOMER, OTHER = "agent", "customer", "other"

ITEMS = (
    "greeting",
    "self-identification",
    "offer-more-help",
    "farewell",
    "courtesy",
    "apology",
    "hold-notice",
    "hold-return",
    "forbidden",
    "restricting",
    "rhetorical",
    "jargon",
    "promises",
    "shirking",
    "pushing-to-end",
    "first-reply",
    "slow-reply",
    "long-silence",
    "talk-over",
    "speech-rate",
    "repeated-sentence",
    "name-used",
    "who-ended",
)
"""Items of the template telecom-inbound, in its order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said.

    gap: seconds between the end of all that was said before and the start of this; below 0 it
    begins while somebody else still speaks. failing: items that fail by this line, each with the
    words (or "") that the finding must point at.
    """

    speaker: str
    text: str
    gap: float
    failing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a call should be, where it must not be left to chance.

    stories: names of grammar/*.txt; incidents: of episodes.EPISODES; strangers: voices kept from
    training; unlike: a woman and a man; longest: seconds, roughly, unless what is wished for needs
    more.
    """

    business: str | None = None
    direction: str | None = None
    stories: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    strangers: bool = False
    unlike: bool = False
    longest: float = 118.0


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody speaks: espeak-ng's variant, rate (words a minute), pitch and range."""

    variant: str
    rate: int
    pitch: int
    range: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole call in writing.

    failing: items that must fail. open: items on which the script takes no side (two opinions are
    possible). Every other item is clean: charging it is a false accusation.
    hung_up_by is None where the telephone system left no record.
    """

    seed: int
    business: str
    direction: str
    company: str
    agent_number: str
    customer_number: str
    lines: tuple[Line, ...]
    failing: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    hung_up_by: str | None = None
    voices: Mapping[str, Voice] = field(default_factory=dict)

    @property
    def clean(self) -> frozenset[str]:
        """Items that must not be charged."""
        return frozenset(ITEMS) - self.failing - self.open
