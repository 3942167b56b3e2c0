"""What comes of a foreign file: lexicons, perhaps a template, and what does not fit."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pipeline.call import Reason

Tree: TypeAlias = "str | float | bool | Sequence[Tree] | Mapping[str, Tree]"
"""A piece of a template, as it will stand in YAML."""

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Unicode categories that nobody sees in a cell and no YAML file may hold."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A phrase to be, as the lexicon will spell it. match "" is the lexicon's own.

    group and note become comments; line is that of the foreign file.
    """

    text: str
    line: int
    match: str = ""
    unless_within: tuple[str, ...] = ()
    group: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A lexicon to be."""

    name: str
    title: str
    match: str
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A template to be: named conditions and items."""

    name: str
    title: str
    conditions: Mapping[str, Tree]
    items: tuple[Mapping[str, Tree], ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is left out (kept False) or only nearly the same (kept True), and why."""

    line: int
    found: str
    reason: Reason
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Adopted:
    """All that a foreign file gives."""

    lexicons: tuple[Words, ...]
    rules: Rules | None = None
    misfits: tuple[Misfit, ...] = ()


@dataclass(slots=True)
class Misfits:
    """Collects misfits while a file is read. A key without an area is one of adopting's."""

    found: list[Misfit] = field(default_factory=list)

    def lost(self, line: int, found: str, key: str, /, **values: str | float) -> None:
        """Something of the file is left out."""
        self.found.append(Misfit(line, found, _reason(key, values)))

    def near(self, line: int, found: str, key: str, /, **values: str | float) -> None:
        """Something of the file is taken, but means not quite the same here."""
        self.found.append(Misfit(line, found, _reason(key, values), kept=True))

    def in_order(self) -> tuple[Misfit, ...]:
        """Each once, by line; what is left out first."""
        once = {(m.line, m.found, m.reason.key, str(m.reason.values)): m for m in self.found}
        return tuple(sorted(once.values(), key=lambda misfit: (misfit.line, misfit.kept)))


def _reason(key: str, values: Mapping[str, str | float]) -> Reason:
    return Reason(key if "." in key else f"adopting.{key}", values)


def clean(text: str) -> str:
    """One line without what nobody sees: controls, marks of direction, a byte order mark."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in UNSEEN).strip()
