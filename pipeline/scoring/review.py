"""What people mark on a draft, key by key, and what the card comes to by it.

Marks are only ever appended; the last one on a hit, or on an item, counts, and a mark may take an
earlier one back. A hit of an item that the machine raised (FAIL, UNSURE, CRASHED) is a claim that
the item fails: people uphold it, reject it, or leave it in doubt. An item that was raised without
a hit, such as a greeting that is missing, is one claim as a whole. So is one whose hits only make
a failure together (several things required, steps of a flow): a word on any of them is for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.hit import Verdict
from pipeline.scoring.condition import Condition, Find, Some
from pipeline.scoring.points import OPEN, Points, Ruling, points
from pipeline.scoring.risk import needs_eyes, people_judge
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Rule, Template

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


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A card with what people marked on it. answers: the mark that counts, of each claim (item,
    hit) and of each item answered as a whole (item, None). open: raised items that nobody has
    settled; unanswered: those that only people judge, and nobody has."""

    rulings: Mapping[str, Ruling]
    points: Points
    answers: Mapping[tuple[str, int | None], Mark]
    missed: tuple[Mark, ...]
    comments: tuple[Mark, ...]
    open: tuple[str, ...]
    unanswered: tuple[str, ...]
    excellent: bool = False
    """Marked as a call to learn from; bonus: what the template gives for that."""
    bonus: float = 0.0


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


def reviewed(card: Scorecard, template: Template, marks: Iterable[Mark]) -> Reviewed:
    """What the card comes to by the marks; template: the one that it was drafted by."""
    counting = in_force(marks)
    answers, missed = _answers(counting)
    rules = {item.id: item.rule for item in template.items}
    rulings = {item.id: _ruling(item, rules[item.id], answers, missed) for item in card.items}
    _depending(template, card, rulings, {mark.item for mark in (*answers.values(), *missed)})
    excellent = is_excellent(counting)
    undecided = {item.id for item in card.items if rulings[item.id].verdict in OPEN}
    return Reviewed(
        rulings=rulings,
        points=points(template, rulings, excellent),
        answers=answers,
        missed=missed,
        comments=tuple(mark for mark in counting if mark.kind == Marking.COMMENT),
        open=tuple(i.id for i in card.items if i.id in undecided and not people_judge(i)),
        unanswered=tuple(i.id for i in card.items if i.id in undecided and people_judge(i)),
        excellent=excellent,
        bonus=template.excellent if excellent else 0.0,
    )


def is_excellent(marks: Iterable[Mark]) -> bool:
    """Whether people left it marked as excellent: the last word counts."""
    said = [mark.says for mark in in_force(marks) if mark.kind == Marking.EXCELLENT]
    return bool(said) and said[-1] == YES


def claims(item: ItemResult) -> tuple[int | None, ...]:
    """What is to be upheld or rejected of an item: its hits by number, or itself; nothing of one
    that was not raised, or that only people judge."""
    if not needs_eyes(item):
        return ()
    return tuple(range(len(item.evidence))) or (None,)


Answers = Mapping[tuple[str, int | None], Mark]


def _answers(marks: Iterable[Mark]) -> tuple[Answers, tuple[Mark, ...]]:
    """The last word on each claim, and what was missed. An answer to the whole item settles what
    was said of it before; a word on one of its hits, or on one more, opens it again."""
    said: dict[tuple[str, int | None], Mark] = {}
    missed: list[Mark] = []
    for mark in marks:
        whole = said.get((mark.item, None))
        answered = whole is not None and whole.kind == Marking.ITEM
        if mark.kind == Marking.ITEM:
            said = {key: one for key, one in said.items() if key[0] != mark.item}
            said[mark.item, None] = mark
            if mark.says != Verdict.FAIL:
                missed = [one for one in missed if one.item != mark.item]
        elif mark.kind == Marking.HIT:
            if answered:
                del said[mark.item, None]
            said.pop((mark.item, mark.hit), None)  # the last word stands last
            said[mark.item, mark.hit] = mark
        elif mark.kind == Marking.MISSED:
            if answered and whole is not None and whole.says != Verdict.FAIL:
                del said[mark.item, None]
            missed.append(mark)
    return said, tuple(missed)


def _ruling(
    item: ItemResult, rule: Rule | None, answers: Answers, missed: Sequence[Mark]
) -> Ruling:
    more = sum(mark.item == item.id for mark in missed)
    whole = answers.get((item.id, None))
    if whole is not None and whole.kind == Marking.ITEM:
        verdict = Verdict(whole.says)
        times = max(1, (item.times if needs_eyes(item) else 0) + more)
        return Ruling(verdict, times if verdict == Verdict.FAIL else item.times)
    return _added(_of_claims(item, rule, answers), more)


def _of_claims(item: ItemResult, rule: Rule | None, answers: Answers) -> Ruling:
    """FAIL as long as claims enough stand that the machine was sure of or a person upheld."""
    said = [mark for key, mark in answers.items() if key[0] == item.id]
    each = [answers.get((item.id, hit)) for hit in claims(item)]
    if not each or not said:
        return Ruling(item.verdict, item.times)
    views = [View(mark.says) if mark else None for mark in each]
    needed = _needed(rule)
    if needed is None:  # one claim, whichever of its hits was spoken of last
        views, needed = [View(said[-1].says)], 1
    needed = min(needed, len(views))
    sure = item.verdict == Verdict.FAIL
    upheld = sum(view == View.UPHELD or (view is None and sure) for view in views)
    rejected = views.count(View.REJECTED)
    if len(views) - rejected < needed:
        return Ruling(Verdict.PASS)
    if upheld >= needed:
        kept = max(1, item.times - (len(views) - upheld))
        return Ruling(Verdict.FAIL, kept if sure else upheld)
    return Ruling(Verdict.UNSURE if sure else item.verdict, max(1, item.times - rejected))


def _needed(rule: Rule | None) -> int | None:
    """How many hits make a failure; None where they do so only together."""
    if rule is None or rule.for_each is not None:
        return 1
    return None if rule.forbid is None else _enough(rule.forbid)


def _enough(forbidden: Condition) -> int | None:
    if isinstance(forbidden, Find):
        apart = forbidden.different <= 1 and not (forbidden.in_one_turn and forbidden.at_least > 1)
        return max(1, forbidden.at_least) if apart else None
    if not isinstance(forbidden, Some) or forbidden.at_least > 1:
        return None
    return 1 if all(_enough(part) == 1 for part in forbidden.parts) else None


def _added(ruling: Ruling, more: int) -> Ruling:
    """With what the machine missed."""
    if not more:
        return ruling
    return Ruling(Verdict.FAIL, more + (ruling.times if ruling.verdict == Verdict.FAIL else 0))


def _depending(
    template: Template, card: Scorecard, rulings: dict[str, Ruling], touched: set[str]
) -> None:
    """An item that rests on another one goes with it, where nobody has answered it."""
    drafted = {item.id: item.verdict for item in card.items}
    for item in template.items:
        if item.depends is None or item.id in touched:
            continue
        other, verdicts = item.depends
        now = rulings[other].verdict
        if now == drafted[other]:
            continue
        if now not in verdicts and now not in OPEN:
            rulings[item.id] = Ruling(Verdict.NOT_APPLICABLE)
        elif drafted[item.id] == Verdict.NOT_APPLICABLE and now in verdicts:
            rulings[item.id] = Ruling(Verdict.UNSURE)
