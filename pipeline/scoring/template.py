"""A template: sections and items, and the conditions that they share. Data only.

How it is written in YAML, key by key: docs/rules.md. loading.py reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline.call import Call
from pipeline.hit import Verdict
from pipeline.scoring.condition import Condition
from pipeline.text.lexicon import Lexicon


class Scale(StrEnum):
    """How points add up."""

    DEDUCT = "deduct_from_max"
    """Full marks less what is lost; a section stops at its floor."""
    EARN = "earn"
    """What is earned of what could be; items that do not apply leave the denominator."""
    DEMERITS = "demerits"
    """Points count against the agent and add up; no full marks."""


class Fatal(StrEnum):
    """What a failed item takes with it (一票否决)."""

    ITEM = "item"
    SECTION = "section"
    CARD = "card"


class Severity(StrEnum):
    """How grave a failure is; for lists and reports, it changes no points."""

    MINOR = "minor"
    NORMAL = "normal"
    MAJOR = "major"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a scorecard. max None: the sum of its items. Its points never fall below floor."""

    id: str
    title: str
    max: float | None = None
    floor: float = 0.0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a machine can judge: a condition required, or forbidden.

    for_each names a condition: the rule holds for every one of its hits ("this"). when: the rule
    applies only then. unless excuses (of a forbidden condition it excuses single hits and stands
    in the condition itself).
    """

    require: Condition | None = None
    forbid: Condition | None = None
    for_each: str | None = None
    when: Condition | None = None
    unless: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a template. rule None: a person answers.

    points are lost by a FAIL (earned by a PASS on the scale earn), once or per hit, at most cap.
    bonus is added by a PASS. depends: (item, the verdicts of it that make this one apply).
    asks_person: a FAIL is only ever a question to a person.
    """

    id: str
    ask: str
    section: str = ""
    points: float = 0.0
    bonus: float = 0.0
    rule: Rule | None = None
    per_hit: bool = False
    cap: float | None = None
    fatal: Fatal | None = None
    severity: Severity = Severity.NORMAL
    asks_person: bool = False
    depends: tuple[str, frozenset[Verdict]] | None = None
    since: date | None = None
    until: date | None = None
    line: int = 0

    @property
    def most(self) -> float:
        """The most that it can cost."""
        if self.cap is None or not self.per_hit:
            return self.points
        return self.cap if self.points else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule test: a dialogue, and the verdict that each of these items should get on it."""

    name: str
    call: Call
    expected: Mapping[str, Verdict]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Sections and items; versioned. applies: field of the call -> values that it is for.

    included: name -> text of every file of shared conditions that it reaches. excellent: what a
    call is worth more that people mark as excellent.
    """

    name: str
    title: str
    version: str
    scale: Scale = Scale.DEDUCT
    sections: tuple[Section, ...] = ()
    items: tuple[Item, ...] = ()
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lexicons: tuple[Lexicon, ...] = ()
    included: Mapping[str, str] = field(default_factory=dict)
    trials: tuple[Trial, ...] = ()
    excellent: float = 0.0
    path: Path = Path()
    source: str = ""

    def item(self, name: str) -> Item:
        """The item of that id; KeyError without one."""
        return {item.id: item for item in self.items}[name]
