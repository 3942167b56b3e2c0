"""Flags that need no person: of an item for which a lead turned it on, where those that people
looked at were nearly always upheld. The random sample is never settled, nor is the share that
people go on checking; where they disagree, the rule falls by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.hit import Verdict
from pipeline.insight.calibration import GOALS, Threshold
from pipeline.insight.settling import Rule, settles, still_right
from pipeline.refusal import Refusal
from pipeline.scoring.review import MACHINE, Mark, Marking, Standing
from pipeline.scoring.risk import needs_eyes
from pipeline.settings import Reviewing
from pipeline.storage import Act, Person
from pipeline.storage.foretold_rows import Untouched
from pipeline.storage.lesson_records import Key, Settling
from pipeline.storage.lessons import Lessons
from pipeline.storage.review_records import Missing, Overtaken, Review
from pipeline.storage.reviews import Reviews
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.foretelling import Known, known
from pipeline.workflow.reviewing import reckoned
from pipeline.workflow.settling import change_of, confirmed, is_problem

CHECKED = (0.05, 0.1, 0.2, 0.5)
"""Shares of calls that people may be asked to check all the same."""


@dataclass(slots=True)
class Settled:
    """flags: that were settled, on so many cards; confirmed: cards of which nothing was left for
    people; fell: items whose rule people's checks spoke against, and that is off since."""

    flags: int = 0
    cards: int = 0
    confirmed: int = 0
    fell: tuple[Key, ...] = ()


def turn(lessons: Lessons, asker: Person, rule: Settling) -> None:
    """Say what becomes of an item's flags from now on (rule.at_least None: people look at all of
    them), on record. Refusal where the asker may not, or where nothing can be settled so."""
    demand(asker, Permission.SETTLE)
    turn_by(lessons, replace(rule, by=asker.login))


def turn_by(lessons: Lessons, rule: Settling) -> None:
    """The same for who has the database in hand anyway. Refusal learning.no-such-goal,
    learning.no-such-share, learning.not-reached."""
    if rule.at_least is None:
        lessons.settle(rule, _act(rule, "settling-off"))
        return
    if rule.at_least not in GOALS:
        raise Refusal("learning.no-such-goal", allowed=_percents(GOALS))
    if rule.checked not in CHECKED:
        raise Refusal("learning.no-such-share", allowed=_percents(CHECKED))
    if threshold_of(known(lessons.last()), rule) is None:
        raise Refusal("learning.not-reached", item=rule.item, goal=100 * rule.at_least)
    lessons.settle(rule, _act(rule, "settling-on"))


def threshold_of(last: Known, rule: Settling) -> Threshold | None:
    """From where on the last lesson settles by that rule; None where it does not."""
    learned = last.learned.get((rule.template, rule.item))
    reached = learned.thresholds if learned else ()
    return next((one for one in reached if one.at_least == rule.at_least), None)


def settle_flags(lessons: Lessons, reviews: Reviews, settings: Reviewing) -> Settled:
    """Settle what the rules allow, of drafts that nobody has touched."""
    last = known(lessons.last())
    done, rules = Settled(), _rules(lessons, last, settings)
    for key, rule in list(rules.items()):
        said = lessons.settlings()[key]
        if not still_right(rule, lessons.checked(said, rule.from_probability)):
            off = replace(said, at_least=None, by=MACHINE)
            lessons.settle(off, _act(off, "settling-fell"))
            done.fell += (key,)
            del rules[key]
    if not rules:
        return done
    for draft in lessons.untouched(rules.keys(), last.version):
        items = _settled(draft, rules)
        if items:
            _settle(reviews, draft, items, settings, done)
    return done


def _rules(lessons: Lessons, last: Known, settings: Reviewing) -> dict[Key, Rule]:
    """Those that are on, by the last lesson. Never less is checked than the random share."""
    found = {}
    for key, said in lessons.settlings().items():
        if said.at_least is not None and (reached := threshold_of(last, said)) is not None:
            checked = max(said.checked, settings.random_share)
            found[key] = Rule(
                item=said.item,
                from_probability=reached.probability,
                at_least=said.at_least,
                checked=checked,
            )
    return found


def _settled(draft: Untouched, rules: Mapping[Key, Rule]) -> list[str]:
    return [
        item
        for item, probability in draft.probabilities.items()
        if (rule := rules.get((draft.template, item)))
        and settles(rule, item, probability, draft.lot)
    ]


def _settle(
    reviews: Reviews, draft: Untouched, items: Sequence[str], settings: Reviewing, done: Settled
) -> None:
    """Uphold these items; where nothing else was raised, the card is confirmed."""
    review = reviews.read(draft.card)
    if review is None or review.version != 0 or review.standing != Standing.DRAFT:
        return
    whole = {one.id for one in review.card.items if needs_eyes(one)} <= set(items)
    said = [Mark(kind=Marking.ITEM, by=MACHINE, item=i, says=Verdict.FAIL.value) for i in items]
    if whole:
        said.append(Mark(kind=Marking.STEP, by=MACHINE, says=Standing.CONFIRMED.value))
    numbered = tuple(replace(one, number=n) for n, one in enumerate(said, 1))
    now = reckoned(reviews, replace(review, marks=numbered))
    change = change_of(review.card, now)
    if whole:
        beside = settings.neighbours if is_problem(now, settings.problem_share) else 0
        change = confirmed(review.card, now, MACHINE, beside)
    try:
        reviews.settle(draft.card, said, change, _on_record(review, items, whole))
    except (Overtaken, Missing):  # somebody was faster, or is at it
        return
    done.flags += len(items)
    done.cards += 1
    done.confirmed += whole


def _on_record(review: Review, items: Sequence[str], whole: bool) -> Act:
    told: dict[str, str | float] = {"items": ",".join(items), "confirmed": int(whole)}
    return Act(MACHINE, "flags-settled", str(review.id), told)


def _act(rule: Settling, action: str) -> Act:
    told: dict[str, str | float] = {}
    if rule.at_least is not None:
        told = {"at_least": rule.at_least, "checked": rule.checked}
    return Act(rule.by, action, f"{rule.template}/{rule.item}", told)


def _percents(shares: Sequence[float]) -> str:
    return ", ".join(f"{100 * share:g}" for share in shares)
