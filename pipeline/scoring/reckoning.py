"""What a card comes to by what people marked on it.

A hit of an item that the machine raised (FAIL, UNSURE, CRASHED) is a claim that the item fails:
people uphold it, reject it, or leave it in doubt. An item that was raised without a hit, such as a
greeting that is missing, is one claim as a whole. So is one whose hits only make a failure together
(several things required, steps of a flow): a word on any of them is for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.hit import Verdict
from pipeline.scoring.condition import Condition, Find, Some
from pipeline.scoring.points import OPEN, Points, Ruling, points
from pipeline.scoring.review import Mark, Marking, View, in_force, is_excellent
from pipeline.scoring.risk import needs_eyes, people_judge
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Rule, Template


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
