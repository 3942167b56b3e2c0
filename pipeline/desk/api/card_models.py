"""What the API gives of cards, and of calls in lists."""

from pipeline.desk.api.call_models import Model, Scorecard, Seconds
from pipeline.desk.api.models import Moment, Problem
from pipeline.hit import Verdict
from pipeline.scoring.review import Marking, Standing
from pipeline.storage.review_records import Why


class Row(Model):
    """A card as lists show it. total and max: of what was judged so far; waiting: points that
    people have yet to give, which are in neither."""

    id: int
    call: int
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
    total: float
    max: float
    waiting: float
    fatal: bool
    by: str
    confirmed_at: Moment | None
    released_at: Moment | None
    acknowledged_at: Moment | None


class CardPage(Model):
    """Some cards. next: the cursor of what follows, null at the end."""

    items: list[Row]
    total: int
    next: str | None


class CallRow(Model):
    """A call with a card, as lists show it; cards: those that you may open, the last one first."""

    id: int
    name: str
    day: str
    started: str
    agent: str
    team: str
    cards: list[int]


class CallPage(Model):
    """Some calls, the latest stored first. next: the cursor of what follows, null at the end."""

    items: list[CallRow]
    next: str | None


class Span(Model):
    """Where a mark points at; turn and first..last (characters of its text) where words are
    marked."""

    start: Seconds
    end: Seconds
    turn: int | None
    first: int
    last: int


class Mark(Model):
    """A mark that was made: hit (says upheld, rejected, doubted), item (says pass, fail,
    not_applicable), missed, comment, excellent (says yes, no), step, undo. hit: which of the item's
    evidence, null for an item without any. reason: why the machine is overridden."""

    kind: Marking
    by: str
    item: str
    hit: int | None
    says: str
    span: Span | None
    reason: str
    text: str
    undoes: int
    number: int
    at: Moment


class Ruled(Model):
    """What counts for an item now. decided: a person has settled it."""

    verdict: Verdict
    lost: float
    at_stake: float
    decided: bool


class Sum(Model):
    """Of a section, so far."""

    total: float
    max: float
    waiting: float


class Standings(Model):
    """What a card comes to by its marks. total and max: of what was judged so far; waiting: points
    that people have yet to give, which are in neither; at_stake: what open items may still cost;
    open: raised items that nobody has settled; unanswered: those that only people judge, and nobody
    has; answers: the mark that counts for each claim; excellent: marked as a call to learn from,
    bonus: what the template gives for it; mine: what you would take back next."""

    version: int
    standing: Standing
    total: float
    max: float
    waiting: float
    at_stake: float
    fatal: list[str]
    items: dict[str, Ruled]
    sections: dict[str, Sum]
    answers: list[Mark]
    missed: list[Mark]
    comments: list[Mark]
    open: list[str]
    unanswered: list[str]
    excellent: bool
    bonus: float
    mine: Mark | None


class Card(Model):
    """A card: its row, the machine's draft (of agents: as it was decided), and what it comes to."""

    row: Row
    draft: Scorecard
    now: Standings


class Marks(Model):
    """All marks on a card, also those taken back, in the order of their making."""

    version: int
    items: list[Mark]


class Overtaken(Problem):
    """Somebody was faster: nothing was written. since: the marks made since the version that you
    named; state: of the card now."""

    since: list[Mark]
    state: Standings


class Next(Model):
    """The card to open next; null: nothing is left."""

    card: int | None
