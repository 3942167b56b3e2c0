"""What people do with drafts: open, mark, confirm, release, acknowledge, take back.

Every act writes its line of the record in its own transaction, without words of a call. Refusals:
desk-review.not-allowed, .no-card (not there, or not for the asker), .not-now (not as the card
stands), .gone (a younger draft is in its place). Overtaken comes through from the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.refusal import Refusal
from pipeline.scoring.reckoning import Reviewed, reviewed
from pipeline.scoring.review import Mark, Marking, Standing, last_undoable, standing_of
from pipeline.scoring.scorecard import Scorecard
from pipeline.settings import Reviewing
from pipeline.storage import Act, Person
from pipeline.storage.review_records import (
    Change,
    Following,
    Listed,
    Missing,
    Overtaken,
    Page,
    Place,
    Review,
    Wanted,
)
from pipeline.storage.reviews import Reviews
from pipeline.workflow.access import Permission, demand, sees, within
from pipeline.workflow.marking import checked
from pipeline.workflow.rules import ruleset_of
from pipeline.workflow.settling import change_of, confirmed, is_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a card came to by an act. card: as it was drafted; version: what the next change must
    name; marks: all of them, with their numbers."""

    card: Scorecard
    version: int
    reviewed: Reviewed
    standing: Standing
    marks: tuple[Mark, ...]


def queue(
    reviews: Reviews, asker: Person, wanted: Wanted, offset: int = 0, limit: int = 50
) -> Page:
    """A page of what the asker sees of the cards that are wanted. With wanted.queued it is a
    queue, which only those have who review."""
    demand(asker, Permission.QUEUE if wanted.queued else Permission.READ)
    return reviews.page(within(asker, wanted), asker.login, offset, limit)


def following(
    reviews: Reviews, asker: Person, wanted: Wanted, behind: Place, limit: int
) -> Following:
    """The same list behind a place that an earlier part gave; (): from its beginning."""
    demand(asker, Permission.QUEUE if wanted.queued else Permission.READ)
    return reviews.following(within(asker, wanted), asker.login, behind, limit)


def next_card(
    reviews: Reviews, asker: Person, wanted: Wanted, after: int | None = None
) -> int | None:
    """The card that the asker should open next, as Reviews.next(): never one that somebody else
    has open. None where nothing is left to do."""
    demand(asker, Permission.QUEUE)
    mine = within(asker, replace(wanted, queued=True))
    return reviews.next(mine, asker.login, after)


def due(listed: Listed, settings: Reviewing) -> date:
    """The last day on which a card should be confirmed."""
    return date.fromisoformat(listed.day) + timedelta(days=settings.days)


def open_card(reviews: Reviews, asker: Person, card: int, ahead: bool = False) -> Review:
    """The card, on record as `viewed`; ahead: as `fetched`, until it is shown (show_card)."""
    review = opened(reviews, asker, card, Permission.READ)
    action = "fetched" if ahead else "viewed"
    reviews.note(Act(asker.login, action, str(card), {"recording": review.recording_id}))
    return review


def show_card(reviews: Reviews, asker: Person, card: int) -> None:
    """A card that was fetched ahead is before somebody's eyes now: on record as `viewed`."""
    recording = seen(reviews, asker, card).recording_id
    reviews.note(Act(asker.login, "viewed", str(card), {"recording": recording}))


def reckoned(reviews: Reviews, review: Review) -> Reviewed:
    """What the card comes to by its marks, by the rules that it was drafted by."""
    ruleset = ruleset_of(review.card.ruleset, reviews.texts)
    return reviewed(review.card, ruleset.template, review.marks)


def mark(reviews: Reviews, asker: Person, card: int, version: int, marks: Sequence[Mark]) -> Saved:
    """Append marks of the asker (by, at and number are set here) to a draft. Steps and undoing
    have functions of their own. Refusal desk-review.bad-mark where one points at nothing."""
    review = at_version(opened(reviews, asker, card, Permission.REVIEW), version)
    demand_standing(review, Standing.DRAFT)
    said = [replace(checked(one, review), by=asker.login) for one in marks]
    return _save(reviews, review, said, Act(asker.login, "marked", str(card), _kinds(said)))


def undo(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """Take back the asker's last act that still counts, the confirmation too while the card is not
    released: with it neighbours leave the queue that nobody has touched. Refusal
    desk-review.nothing-to-undo."""
    review = at_version(opened(reviews, asker, card, Permission.REVIEW), version)
    demand_standing(review, Standing.DRAFT, Standing.CONFIRMED)
    last = last_undoable(review.marks, asker.login)
    if last is None or (last.kind != Marking.STEP and review.standing != Standing.DRAFT):
        raise Refusal("desk-review.nothing-to-undo")
    said = [Mark(kind=Marking.UNDO, by=asker.login, undoes=last.number)]
    action = "confirmation-withdrawn" if last.kind == Marking.STEP else "mark-withdrawn"
    return _save(reviews, review, said, Act(asker.login, action, str(card)))


def confirm(reviews: Reviews, asker: Person, card: int, version: int, settings: Reviewing) -> Saved:
    """Settle the card: totals frozen, a decision for every settled item, and of a problem call
    the agent's neighbouring recordings queued. With settings.release_at_once it is released too."""
    review = at_version(opened(reviews, asker, card, Permission.REVIEW), version)
    demand_standing(review, Standing.DRAFT)
    steps = [Standing.CONFIRMED, *([Standing.RELEASED] if settings.release_at_once else [])]
    said = [_step(asker, standing) for standing in steps]
    now = reckoned(reviews, review)
    neighbours = settings.neighbours if is_problem(now, settings.problem_share) else 0
    settled = replace(confirmed(review.card, now, asker.login, neighbours), standing=steps[-1])
    details = {"total": settled.total, "open": len(now.open), "state": steps[-1].value}
    act = Act(asker.login, "confirmed", str(card), details)
    return _written(reviews, review, said, settled, act)


def release(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """The agent may see it from now on. From here on nothing is taken back."""
    review = at_version(opened(reviews, asker, card, Permission.RELEASE), version)
    demand_standing(review, Standing.CONFIRMED)
    act = Act(asker.login, "released", str(card), {"agent": review.listed.agent})
    return _go_on(reviews, review, _step(asker, Standing.RELEASED), act)


def acknowledge(reviews: Reviews, asker: Person, card: int, version: int) -> Saved:
    """The agent has read it."""
    review = at_version(opened(reviews, asker, card, Permission.ACKNOWLEDGE), version)
    demand_standing(review, Standing.RELEASED)
    act = Act(asker.login, "acknowledged", str(card))
    return _go_on(reviews, review, _step(asker, Standing.ACKNOWLEDGED), act)


def assign(reviews: Reviews, asker: Person, cards: Sequence[int], to: Person | None) -> int:
    """Give drafts to somebody who reviews and sees them, or to nobody; how many there were to
    give."""
    demand(asker, Permission.ASSIGN)
    if to is not None:
        demand(to, Permission.QUEUE)
    known = [(card, reviews.listed(card)) for card in cards]
    theirs = [card for card, listed in known if listed and (to is None or sees(to, listed))]
    login = to.login if to else ""
    return reviews.assign(theirs, login, Act(asker.login, "assigned", login))


def looking(reviews: Reviews, asker: Person, card: int) -> tuple[str, ...]:
    """The asker has the card open, now; who else has. Called every few seconds by the page."""
    return reviews.looking(seen(reviews, asker, card).id, asker.login)


def seen(
    reviews: Reviews, asker: Person, card: int, permission: Permission = Permission.READ
) -> Listed:
    """The card as lists show it, for somebody who may do that with it."""
    demand(asker, permission)
    listed = reviews.listed(card)
    if listed is None or not sees(asker, listed):
        raise Refusal("desk-review.no-card")
    return listed


def opened(reviews: Reviews, asker: Person, card: int, permission: Permission) -> Review:
    """The card for somebody who may do that with it; not on record by itself."""
    demand(asker, permission)
    review = reviews.read(card)
    if review is None or not sees(asker, review.listed):
        raise Refusal("desk-review.no-card")
    return review


def at_version(review: Review, version: int) -> Review:
    """The card, of that version. Overtaken where it is another by now."""
    if review.version != version:
        later = tuple(one for one in review.marks if one.number > version)
        raise Overtaken(review.version, later)
    return review


def demand_standing(review: Review, *allowed: Standing) -> None:
    """Refusal where the card stands elsewhere, or another has taken its place."""
    if review.listed.replaced_by is not None:
        raise Refusal("desk-review.replaced", found=review.listed.replaced_by)
    if review.standing not in allowed:
        raise Refusal("desk-review.not-now", found=review.standing.value)


def _step(asker: Person, standing: Standing) -> Mark:
    return Mark(kind=Marking.STEP, by=asker.login, says=standing.value)


def _kinds(said: Sequence[Mark]) -> dict[str, str | float]:
    """For the record: how many of which kind, and no words."""
    kinds = [one.kind.value for one in said]
    return {kind: kinds.count(kind) for kind in kinds}


def _save(reviews: Reviews, review: Review, said: Sequence[Mark], act: Act) -> Saved:
    """Append marks that change what the card comes to."""
    numbered = [replace(one, number=review.version + i) for i, one in enumerate(said, 1)]
    marks = (*review.marks, *numbered)
    now = reckoned(reviews, replace(review, marks=marks))
    change = replace(change_of(review.card, now), standing=standing_of(marks))
    return _written(reviews, review, said, change, act)


def _go_on(reviews: Reviews, review: Review, step: Mark, act: Act) -> Saved:
    """A step that changes nothing of what was confirmed."""
    listed = review.listed
    change = Change(
        standing=Standing(step.says),
        total=listed.total,
        max=listed.max,
        waiting=listed.waiting,
        fatal=listed.fatal,
        open=listed.open,
    )
    return _written(reviews, review, [step], change, act)


def _written(
    reviews: Reviews, review: Review, said: Sequence[Mark], change: Change, act: Act
) -> Saved:
    try:
        written = reviews.append(review.id, review.version, said, change, act)
    except Missing:
        raise Refusal("desk-review.gone") from None
    marks = (*review.marks, *written)
    return Saved(
        card=review.card,
        version=marks[-1].number,
        reviewed=reckoned(reviews, replace(review, marks=marks)),
        standing=change.standing,
        marks=marks,
    )
