"""What the API takes and gives, beside calls."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from pipeline.desk.api.call_models import Model, Scorecard, Seconds
from pipeline.hit import Verdict
from pipeline.scoring.review import Marking, Standing
from pipeline.storage import Role
from pipeline.storage.review_records import Why
from pipeline.workflow.access import Permission

INT32 = 2**31 - 1
CardId = Annotated[int, Field(ge=1, le=INT32)]
Moment = Annotated[int, Field(description="Milliseconds since 1970.")]


class Problem(Model):
    """RFC 9457. key is for machines; detail and todo are sentences."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    todo: str = ""
    key: str = ""
    id: str = ""


class Me(Model):
    """Whose token it is, and what they may."""

    login: str
    name: str
    role: Role
    teams: list[str]
    agent: str
    may: list[Permission]


class Row(Model):
    """A card as lists show it; total and max as people have marked it so far."""

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
    not_applicable), missed, comment, step, undo. hit: which of the item's evidence, null for an
    item without any. reason: why the machine is overridden."""

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
    """Of a section."""

    total: float
    max: float


class Standings(Model):
    """What a card comes to by its marks. at_stake: what open items may still cost; open: raised
    items that nobody has settled; unanswered: those that only people judge, and nobody has;
    answers: the mark that counts for each claim; mine: what you would take back next."""

    version: int
    standing: Standing
    total: float
    max: float
    at_stake: float
    fatal: list[str]
    items: dict[str, Ruled]
    sections: dict[str, Sum]
    answers: list[Mark]
    missed: list[Mark]
    comments: list[Mark]
    open: list[str]
    unanswered: list[str]
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


class Mean(Model):
    """Of n shares of full marks, with Student's 95 % interval; null where there is none."""

    n: int
    mean: float | None
    low: float | None
    high: float | None


class Rate(Model):
    """A part of a whole, with Wilson's 95 % interval; null where there is nothing to count."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class Scores(Model):
    """Of a team ("": of all) or an agent. random: of the random sample, which is honest of all
    calls; drawn: how many that has, confirmed or not."""

    team: str
    agent: str
    drawn: int
    random: Mean
    all: Mean


class ItemFigures(Model):
    """An item on confirmed cards. cards: on which it failed; lost: the points that took; added:
    failures that people found and the machine did not."""

    template: str
    item: str
    ask: str
    cards: int
    lost: float
    added: int
    precision: Rate
    recall: Rate


class WaitingCards(Model):
    """What waits for people, of a team: in all, flagged, of the random sample, overdue."""

    team: str
    cards: int
    flagged: int
    random: int
    overdue: int


class Figures(Model):
    """Of the days from since to until, by confirmed cards; waiting: whatever the days."""

    since: date
    until: date
    random_share: float
    confirmed: int
    whole: Scores
    teams: list[Scores]
    agents: list[Scores]
    items: list[ItemFigures]
    waiting: list[WaitingCards]


class NightRow(Model):
    """A run over all recordings. ended null: it runs; summary null: it did not come to its end."""

    id: int
    engine: str
    began: Moment
    heartbeat: Moment
    ended: Moment | None
    summary: dict[str, Any] | None


class Nights(Model):
    """The last nights, the last one first, and how all recordings stand: state -> outcome ->
    how many."""

    nights: list[NightRow]
    recordings: dict[str, dict[str, int]]


class Failed(Model):
    """A recording that failed."""

    id: int
    recording: str
    outcome: str
    key: str
    reason: str
    attempts: int
    at: Moment


class Failures(Model):
    """What failed, the latest first; total: how many there are in all."""

    items: list[Failed]
    total: int


class Retry(Model):
    """What is to be tried again: a recording that failed, by its id; null: everything."""

    recording: Annotated[int, Field(ge=1, le=INT32)] | None


class Waiting(Model):
    """How many recordings wait again."""

    waiting: int


class PhraseRow(Model):
    """A phrase of a lexicon, by its grammar (docs/lexicons.md)."""

    text: str
    match: str
    sound: bool
    line: int


class Lexicon(Model):
    """A named list of phrases."""

    name: str
    title: str
    phrases: list[PhraseRow]


class ItemRow(Model):
    """A question of a template, its rule in words."""

    id: str
    ask: str
    section: str
    points: float
    severity: str
    fatal: str | None
    rule: list[str]
    lexicons: list[str]


class Template(Model):
    """Sections and items; ruleset: SHA-256 of it and all that it reaches."""

    name: str
    title: str
    version: str
    ruleset: str
    items: list[ItemRow]


class Rules(Model):
    """version null: the working copy. published: the last version, 0 without one; changed: files
    of the working copy that differ from it."""

    version: int | None
    published: int
    changed: list[str]
    templates: list[Template]
    lexicons: list[Lexicon]


class RulesVersion(Model):
    """A published version; diff: what it changed, and verdicts of past calls by it."""

    version: int
    by: str
    at: Moment
    note: str
    rulesets: dict[str, str]
    diff: dict[str, Any]


class RulesVersions(Model):
    """All versions, the last one first."""

    items: list[RulesVersion]
