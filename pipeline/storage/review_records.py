"""What the desk knows of a card: why it is looked at, how it stands, what people made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.call import Call
from pipeline.scoring.decision import Decision
from pipeline.scoring.points import Ruling
from pipeline.scoring.review import Mark, Standing
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.corrections import Correction
from pipeline.storage.records import Draft, ItemStands, Recording, Transcript


class Why(StrEnum):
    """Why a card is in the queue. A card may have several reasons; the first of these is told."""

    ASSIGNED = "assigned"
    """A lead gave it to somebody."""
    NEIGHBOUR = "neighbour"
    """The agent's recording before or after a problem call."""
    AGAIN = "again"
    """The rules changed, and what people decided does not carry over."""
    FLAGGED = "flagged"
    """The machine raised an item."""
    RANDOM = "random"
    """Drawn by lot, whatever the machine says: by these, averages stay honest."""
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cards a list shows; what is left out, or "", does not restrict it.

    share: how large the random sample is, of the setting review.random_share. states: none given:
    all. why: those that have this reason, whatever other reasons they have. teams: None: all.
    item: the item was raised, or people marked it. since ≤ day ≤ until (YYYY-MM-DD). below: less
    than so much of the full marks. assigned, by: logins (by: who confirmed it). queued: only what
    waits for a person: drafts that were flagged, drawn or asked for, and are nobody else's."""

    share: float
    states: tuple[Standing, ...] = ()
    why: Why = Why.NONE
    teams: tuple[str, ...] | None = None
    agent: str = ""
    team: str = ""
    template: str = ""
    item: str = ""
    since: str = ""
    until: str = ""
    below: float | None = None
    assigned: str = ""
    by: str = ""
    queued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A card as lists show it; total and max of what was judged so far, by the machine or by
    people; waiting: points that people have yet to give, which are in neither.

    id: of the card. name: what its recording is called, without folders. day: YYYY-MM-DD; started:
    ISO 8601, "" unknown. raised: items that the machine raised; open: those that nobody has
    settled. random: it belongs to the random sample, whatever else it is looked at for. by: who
    confirmed it. Moments are milliseconds since 1970. replaced_by: the card that took its place
    when the words or the speakers were corrected."""

    id: int
    recording_id: int
    name: str
    template: str
    day: str
    started: str
    agent: str
    team: str
    state: Standing
    version: int
    why: Why
    random: bool
    assigned: str
    raised: int
    open: int
    risk: int
    total: float
    max: float
    waiting: float
    fatal: bool
    by: str = ""
    confirmed_at: int | None = None
    released_at: int | None = None
    acknowledged_at: int | None = None
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list. total: how many there are in all; offset: how many came before."""

    rows: tuple[Listed, ...]
    total: int
    offset: int


Place = tuple[str | int, ...]
"""Of a row in a list, by what the list is ordered by."""


@dataclass(frozen=True, slots=True)
class Following:
    """Some rows of a list that stand behind a place. total: how many there are in all; further: the
    place of the last one, () where nothing follows."""

    rows: tuple[Listed, ...]
    total: int
    further: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """A card as it was confirmed, for ever: total and full marks with every item in them, answered
    or not; the items that were fatal, the ruling on every item, and whether the call was marked as
    excellent. neighbours: so many recordings on each side were to be looked at."""

    by: str
    at: int
    total: float
    max: float
    fatal: tuple[str, ...]
    rulings: Mapping[str, Ruling]
    neighbours: int = 0
    excellent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A card opened at the desk. id: of the card; transcript, revision: that it rests on; call: as
    it was corrected up to that revision; said: the transcript with all that was corrected since.
    others: of its recording's cards, the last one first. final: as it was confirmed, if it is."""

    id: int
    recording_id: int
    recording: Recording
    transcript: int
    revision: int
    said: Transcript
    call: Call
    card: Scorecard
    marks: tuple[Mark, ...]
    version: int
    """The number of the last mark: what a change must name."""
    standing: Standing
    listed: Listed
    final: Final | None = None
    others: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a card comes to by new marks; total, max and waiting as in Listed. items: those that
    were raised or marked; None: as they were. final: it is confirmed by this, and its neighbours
    are queued; decisions: what that decides; both get their moment when they are written."""

    standing: Standing
    total: float
    max: float
    waiting: float
    fatal: bool
    open: int
    items: tuple[ItemStands, ...] | None = None
    final: Final | None = None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrafted:
    """A card made anew as words or speakers were put right. since: the last revision that was
    known; corrections, swapped: the revisions after it; marks: of the old card that still hold,
    and change: what they make of the new one."""

    since: int
    draft: Draft
    change: Change
    marks: tuple[Mark, ...] = ()
    corrections: tuple[Correction, ...] = ()
    swapped: bool | None = None


class Overtaken(Exception):
    """Somebody else has marked the card meanwhile: nothing was written.

    version: of the card now; marks: those that were made since the version that was named."""

    def __init__(self, version: int, marks: tuple[Mark, ...]):
        self.version = version
        self.marks = marks
        super().__init__(version, len(marks))


class Missing(Exception):
    """The card is not there, or not any more: a younger draft has taken its place, of one that
    nobody had marked, or as words were put right."""
