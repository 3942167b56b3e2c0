"""What the store keeps beside calls and scorecards."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pipeline.call import Call, CallRecord, Interval, Reason, Speaker
from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.scoring.points import Ruling
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.corrections import Correction, corrected

SUSPICION = "speech.swap-suspected"
OTHER_SIDE = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}


class State(StrEnum):
    """Where a recording stands; it is in exactly one."""

    FOUND = "found"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    PURGED = "purged"
    """What was said has been deleted; the score was kept, without whose it is."""


class Outcome(StrEnum):
    """What became of a recording."""

    NONE = ""
    """Nothing yet: it waits, or is in hand for the first time."""
    SPEECH = "speech"
    SILENT = "silent"
    NO_AUDIO = "no_audio"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    TOO_LONG = "too_long"
    DUPLICATE = "duplicate"
    LOG = "log"
    """A file of several chats, each of which is a recording of its own."""
    FAILED = "failed"
    KEPT = "kept"
    """It could not be heard again, and what was known of it stands. Counted so and stored nowhere:
    the row keeps the outcome that still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One conversation as it came in. content: SHA-256 over the bytes of its files; name: the call
    record's id, else the path; both together are unique. Equal content shares one transcript."""

    content: str
    name: str
    sources: tuple[str, ...]
    about: CallRecord = field(default_factory=CallRecord)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A call as it was recognised, and what people said since of its speakers: exchanged (True),
    right as they are (False), nothing (None); and of its words."""

    heard: Call
    swapped: bool | None = None
    revision: int = 0
    """How many corrections were appended, of either kind."""
    corrections: tuple[Correction, ...] = ()

    @property
    def view(self) -> Call:
        """What was recognised + revisions."""
        view = corrected(self.heard, self.corrections)
        return view if self.swapped is None else decided(view, self.swapped)

    def call(self, recording: Recording, call_id: str) -> Call:
        """The call as it stands, with what the recording knows of it."""
        names = tuple(source.replace("\\", "/").rpartition("/")[2] for source in recording.sources)
        return replace(self.view, id=call_id, sources=names, about=recording.about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is kept of a recording that was scored."""

    recording: Recording
    fingerprint: str
    transcript: Transcript
    newly_heard: bool
    """False: the transcript came from the store, where it is left as it is."""
    outcome: Outcome
    cards: tuple[tuple[Scorecard, Ruleset], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A stored scorecard with what people decided on it, in the order of their saying it."""

    id: int
    card: Scorecard
    transcript: int
    revision: int
    """The transcript that it rests on, and how many corrections that had."""
    decisions: tuple[Decision, ...] = ()
    settled: Mapping[str, Ruling] | None = None
    """Item -> ruling, of a card that was confirmed at the desk."""
    excellent: bool = False
    """It was marked so when it was confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that is known of one recording. call is None where it failed (reason says why).

    kept: all of its cards, the last one first."""

    recording: Recording
    state: State
    outcome: Outcome
    call: Call | None
    kept: tuple[Kept, ...]
    reason: Reason | None
    changed: int
    """Milliseconds since 1970."""

    @property
    def cards(self) -> tuple[Scorecard, ...]:
        """Those of the transcript, as corrected, that was scored last."""
        return tuple(
            kept.card
            for kept in self.kept
            if (kept.transcript, kept.revision) == (self.kept[0].transcript, self.kept[0].revision)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored call as a change of rules meets it: what was said, as corrected, and what people
    have decided. id is of the recording; template, card: of its last card, "" and 0 without one."""

    id: int
    recording: Recording
    transcript: int
    revision: int
    call: Call
    template: str
    decided: tuple[Kept, ...]
    """Only the cards with decisions, the last one first."""
    card: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Carded:
    """A recording with its cards, the last one first, as reports count them. day: YYYY-MM-DD."""

    recording: Recording
    day: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStands:
    """How an item of a card stands, for lists and figures: what the machine said, and what counts
    now. at_stake: points that it would cost if a person says FAIL."""

    item: str
    machine: Verdict
    verdict: Verdict
    lost: float
    at_stake: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A card ready to be written. recording: the row it is for; alone: undecided drafts by other
    templates go too, as they are not for this call any more. waiting: of total and max, what people
    have yet to give. risk: its place in the queue, the
    highest first; raised: the items that the machine raised."""

    recording: int
    transcript: int
    revision: int
    ruleset: str
    template: str
    total: float
    max: float
    waiting: float
    fatal: bool
    body: str
    risk: int
    raised: tuple[ItemStands, ...]
    alone: bool = False


class Placed(StrEnum):
    """Where a draft came to stand."""

    NEW = "new"
    """Nothing stood there, or only drafts that nobody had decided on, which went."""
    BESIDE = "beside"
    """Beside a card that people have decided on."""
    UNCHANGED = "unchanged"
    """Nowhere: the draft that stands there is the same, and stays."""
    SAME = "same"
    """Nowhere: the decided card that stands there says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A version of all rules. rulesets: template -> digest; texts: file -> its text, all that is
    needed to build them again; diff: what changed since the version before, as JSON values."""

    version: int
    by: str
    at: int
    """Milliseconds since 1970."""
    note: str
    rulesets: Mapping[str, str]
    texts: Mapping[str, str]
    diff: Mapping[str, Any]


def carried(before: Transcript, heard: Call) -> bool | None:
    """What a person's decision on the speakers means for the same bytes heard otherwise.

    It was about who is the agent: where the agent's channel is another one now, as other settings
    have it, an exchange is none any more, and the other way round."""
    if before.swapped is None:
        return None
    then, now = _agent_channels(before.heard), _agent_channels(heard)
    turned = len(then) == len(now) == 1 and then != now
    return before.swapped != turned


def _agent_channels(call: Call) -> set[int]:
    return {turn.channel for turn in call.turns if turn.speaker == Speaker.AGENT}


def decided(call: Call, swapped: bool) -> Call:
    """The call after a person has said which side is whose: exchanged, or right as it is.

    The machine's suspicion is settled by that, and its doubt of the roles with it."""
    view = exchanged(call) if swapped else call
    if all(remark.key != SUSPICION for remark in call.remarks):
        return view
    return replace(
        view,
        turns=tuple(replace(turn, role_confidence=1.0) for turn in view.turns),
        remarks=tuple(remark for remark in view.remarks if remark.key != SUSPICION),
    )


def exchanged(call: Call) -> Call:
    """The call with agent and customer exchanged."""
    turns = tuple(replace(t, speaker=OTHER_SIDE.get(t.speaker, t.speaker)) for t in call.turns)
    speech: Mapping[Speaker, tuple[Interval, ...]] | None = None
    if call.speech is not None:
        speech = {OTHER_SIDE.get(who, who): spans for who, spans in call.speech.items()}
    return replace(call, turns=turns, speech=speech)
