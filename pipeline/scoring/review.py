"""What people mark on a draft, key by key; what the card comes to by it, reckoning.py tells.

Marks are only ever appended; the last one on a hit, or on an item, counts, and a mark may take an
earlier one back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

YES, NO = "yes", "no"


MACHINE = "知音"
"""Who settles a flag by a rule that a lead turned on; nobody can have that login."""


class Marking(StrEnum):
    """What a mark is about."""

    HIT = "hit"
    """One claim of the machine: a hit, or an item that was raised without one."""
    ITEM = "item"
    """An answer to an item as a whole, whatever its hits."""
    MISSED = "missed"
    """漏判: words by which an item fails, that the machine passed over."""
    COMMENT = "comment"
    EXCELLENT = "excellent"
    """The call is one to learn from (says yes), or is not after all (no)."""
    STEP = "step"
    """The card goes on: confirmed, released, acknowledged."""
    UNDO = "undo"


class View(StrEnum):
    """What a person says of one claim."""

    UPHELD = "upheld"
    REJECTED = "rejected"
    DOUBTED = "doubted"


class Standing(StrEnum):
    """Where a card stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a mark points at, in seconds; turn and first..last (code points of its text as it
    stood, last not included) where words were marked."""

    start: float
    end: float
    turn: int | None = None
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One act of a person on a card. number: counts the marks of a card from 1.

    hit: which of the item's evidence, None for an item without. says: a View on a claim, a Verdict
    that people give on an item, a Standing of a step. at: milliseconds since 1970. undoes: the
    number of the mark that this one takes back.
    """

    kind: Marking
    by: str
    item: str = ""
    hit: int | None = None
    says: str = ""
    span: Span | None = None
    reason: str = ""
    """Why it was overridden: a key of the list, or the person's own words."""
    text: str = ""
    """Of a comment."""
    undoes: int = 0
    number: int = 0
    at: int = 0


def in_force(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Without those that were taken back, and without the taking back."""
    listed = tuple(marks)
    gone: set[int] = set()
    for mark in reversed(listed):  # an undo that was itself undone takes nothing back
        if mark.kind == Marking.UNDO and mark.number not in gone:
            gone.add(mark.undoes)
    return tuple(m for m in listed if m.number not in gone and m.kind != Marking.UNDO)


def last_undoable(marks: Sequence[Mark], by: str) -> Mark | None:
    """What a person would take back next: the last of their own that still counts, or a rule's
    confirmation, which is anybody's."""
    own = [
        mark
        for mark in in_force(marks)
        if mark.by == by or (mark.by == MACHINE and mark.kind == Marking.STEP)
    ]
    return own[-1] if own else None


def standing_of(marks: Iterable[Mark]) -> Standing:
    """Where the card stands by its steps."""
    steps = [mark for mark in in_force(marks) if mark.kind == Marking.STEP]
    return Standing(steps[-1].says) if steps else Standing.DRAFT


def is_excellent(marks: Iterable[Mark]) -> bool:
    """Whether people left it marked as excellent: the last word counts."""
    said = [mark.says for mark in in_force(marks) if mark.kind == Marking.EXCELLENT]
    return bool(said) and said[-1] == YES
