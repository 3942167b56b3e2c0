"""What the API takes and gives: problems, who asks, nights, failures, rules."""

from typing import Annotated, Any

from pydantic import Field

from pipeline.desk.api.call_models import Model
from pipeline.storage import Role
from pipeline.workflow.access import Permission

INT32 = 2**31 - 1
Moment = Annotated[int, Field(description="Milliseconds since 1970.")]


class Problem(Model):
    """RFC 9457. key is for machines; detail and todo are sentences; field: the one that cannot be
    taken, of a 422."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    todo: str = ""
    key: str = ""
    field: str = ""
    id: str = ""


class Me(Model):
    """Whose token it is, and what they may."""

    login: str
    name: str
    role: Role
    teams: list[str]
    agent: str
    may: list[Permission]


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
