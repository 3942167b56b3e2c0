"""What was said in one recording: turns by speakers, with times. Everything imports this.

Seconds are floats from the start of the recording, everywhere. A call without word times (an
imported transcript) or without audio (a chat) is an ordinary call.
"""

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Values = Mapping[str, str | float]


def _nothing() -> Values:
    return MappingProxyType({})


def _frozen(values: dict[str, str | float]) -> MappingProxyType[str, str | float]:
    return MappingProxyType(values)


# So that what holds one can travel to another process.
copyreg.pickle(MappingProxyType, lambda proxy: (_frozen, (dict(proxy),)))


class Speaker(StrEnum):
    """Who speaks. OTHER is a prompt, ringing or music; UNKNOWN is a person nobody could place."""

    AGENT = "agent"
    CUSTOMER = "customer"
    OTHER = "other"
    UNKNOWN = "unknown"


class Medium(StrEnum):
    """A voice call, or a call in writing."""

    VOICE = "voice"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the recording, in seconds; start <= end."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a key and values; words are made at the doors (wording/)."""

    key: str
    values: Values = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Word:
    """The smallest piece of recognised text (in Chinese, a character), with its times if known.

    confidence is 0..1; 0 means that the word is kept but not to be relied on.
    """

    text: str
    start: float | None = None
    end: float | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted stretch.

    channel counts from 0. role_confidence is 0..1, how sure the speaker is. level is the loudness
    of the stretch in dB relative to full scale, None without audio.
    """

    speaker: Speaker
    start: float
    end: float
    words: tuple[Word, ...]
    channel: int = 0
    role_confidence: float = 1.0
    level: float | None = None
    text: str = field(init=False, repr=False, compare=False)
    """The stored text: what was recognised, private numbers masked. Joined once: a scorecard asks
    for it thousands of times."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join([word.text for word in self.words]))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What the telephone system knows of a call (CDR); every field may be missing."""

    id: str | None = None
    started: str | None = None
    """Start of the recording, ISO 8601."""
    agent: str | None = None
    team: str | None = None
    shift: str | None = None
    project: str | None = None
    queue: str | None = None
    direction: str | None = None
    """in or out."""
    answered: float | None = None
    """Seconds from the start of the recording to the answer; None: recorded from the answer on."""
    ring_seconds: float | None = None
    hung_up_by: str | None = None
    """agent or customer."""
    customer_number: str | None = None
    """Masked."""
    customer: str | None = None
    """A pseudonym (text/customers.py): the same for the same number; it tells nobody whose."""
    satisfaction: float | None = None
    complaint: bool | None = None
    business_type: str | None = None
    after_call_seconds: float | None = None
    test_call: bool = False
    """A mystery shopper's call, reported apart."""
    agent_channel: int | None = None
    """Channel of the agent in a stereo recording, from 0."""
    more: Values = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One conversation. Turns are ordered by start.

    speech: per speaker, the intervals with voice (unpadded, from voice activity; all timing rests
        on them); None where they are not known (imported transcripts, chats).
    untrusted: spans with speech whose words are not to be relied on.
    remarks: what a reader of the scorecard must know (partial, silent channel, swap suspected...).
    sources: names of the files that it was made from. engine: what recognised it, in one line.
    """

    id: str
    duration: float
    turns: tuple[Turn, ...]
    medium: Medium = Medium.VOICE
    speech: Mapping[Speaker, tuple[Interval, ...]] | None = None
    untrusted: tuple[Interval, ...] = ()
    remarks: tuple[Reason, ...] = ()
    sources: tuple[str, ...] = ()
    engine: str = ""
    about: CallRecord = field(default_factory=CallRecord)
