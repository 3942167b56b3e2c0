"""Words and speakers put right by people: appended as revisions, and checked again at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.carrying import carried
from pipeline.scoring.reckoning import reviewed
from pipeline.scoring.review import Standing
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.storage import Act, Person, Transcript, draft_of
from pipeline.storage.corrections import Correction, as_recognised, corrected, shown_at
from pipeline.storage.review_records import Missing, Redrafted, Review
from pipeline.storage.reviews import Reviews
from pipeline.text.private import masked
from pipeline.workflow.access import Permission
from pipeline.workflow.explaining import scoring_of
from pipeline.workflow.marking import printable
from pipeline.workflow.reviewing import at_version, demand_standing, opened
from pipeline.workflow.rules import ruleset_of
from pipeline.workflow.settling import change_of

MAX_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What was really said: text in the place of first..last (code points of the turn's text as
    the page shows it, last not included)."""

    turn: int
    first: int
    last: int
    text: str


def correct(reviews: Reviews, asker: Person, card: int, version: int, wording: Wording) -> int:
    """Correct words of a draft's call; the card that stands now, with the marks that still hold.

    Private numbers are masked. Refusal desk-review.bad-words where the place is not there."""
    review = _draft(reviews, asker, card, version)
    if len(wording.text) > MAX_CHARACTERS:
        raise Refusal("desk-review.too-long", allowed=MAX_CHARACTERS)
    said = review.said
    corrections = tuple(_corrections(review, wording))
    then = replace(
        said,
        corrections=(*said.corrections, *corrections),
        revision=said.revision + len(corrections),
    )
    if not then.call(review.recording, "").turns[wording.turn].text:
        raise Refusal("desk-review.bad-words")
    details = {"turn": wording.turn, "characters": len(wording.text)}
    act = Act(asker.login, "words-corrected", str(card), details)
    redrafted = replace(_redrafted(reviews, review, then), corrections=corrections)
    return _put(reviews, review, redrafted, act)


def swap(reviews: Reviews, asker: Person, card: int, version: int) -> int:
    """Exchange agent and customer, or exchange them back; the card that stands now."""
    review = _draft(reviews, asker, card, version)
    swapped = not review.said.swapped
    then = replace(review.said, swapped=swapped, revision=review.said.revision + 1)
    act = Act(asker.login, "speakers-swapped", str(card))
    redrafted = replace(_redrafted(reviews, review, then), swapped=swapped)
    return _put(reviews, review, redrafted, act)


def _draft(reviews: Reviews, asker: Person, card: int, version: int) -> Review:
    review = at_version(opened(reviews, asker, card, Permission.REVIEW), version)
    demand_standing(review, Standing.DRAFT)
    return review


def _corrections(review: Review, wording: Wording) -> Iterator[Correction]:
    """The correction by its place in what was recognised, with private numbers masked; and a
    correction more for every turn of which it makes something private."""
    said = review.said
    known = [one for one in said.corrections if one.number <= review.revision]
    text = printable(wording.text)
    place = Correction(turn=wording.turn, first=wording.first, last=wording.last, was="", text=text)
    try:
        if wording.turn < 0:
            raise IndexError(wording.turn)
        bare = as_recognised(said.heard, known, place)
    except IndexError:
        raise Refusal("desk-review.bad-words") from None
    bare = replace(bare, number=said.revision + 1)
    hidden = masked(_view(said, bare)).turns[bare.turn].text
    at = shown_at(said.heard, (*said.corrections, bare), bare)
    first = replace(bare, text=hidden[at : at + len(bare.text)])
    yield first
    yield from _beside(said, first)


def _beside(said: Transcript, first: Correction) -> Iterator[Correction]:
    """What the masks of numbers cover besides, now that the correction makes them whole."""
    view = _view(said, first)
    number = first.number
    for turn, (shown, hidden) in enumerate(zip(view.turns, masked(view).turns, strict=True)):
        changed = [i for i, one in enumerate(shown.text) if one != hidden.text[i]]
        if changed:
            number += 1
            start, end = changed[0], changed[-1] + 1
            place = Correction(
                turn=turn, first=start, last=end, was="", text=hidden.text[start:end]
            )
            yield replace(
                as_recognised(said.heard, (*said.corrections, first), place), number=number
            )


def _view(said: Transcript, more: Correction) -> Call:
    return corrected(said.heard, (*said.corrections, more))


def _redrafted(reviews: Reviews, review: Review, then: Transcript) -> Redrafted:
    """The card by the same rules and settings on the call as it is now."""
    ruleset = ruleset_of(review.card.ruleset, reviews.texts)
    call = then.call(review.recording, review.card.call_id)
    card = draft(call, ruleset, scoring_of(review.card, Scoring()))
    kept = carried(review.card, card, review.marks)
    marks = tuple(replace(mark, number=number) for number, mark in enumerate(kept, 1))
    return Redrafted(
        since=review.said.revision,
        draft=draft_of(card, (review.recording_id, review.transcript, then.revision)),
        marks=marks,
        change=change_of(card, reviewed(card, ruleset.template, marks)),
    )


def _put(reviews: Reviews, review: Review, redrafted: Redrafted, act: Act) -> int:
    try:
        return reviews.redraft(review.id, review.version, redrafted, act)
    except Missing:
        raise Refusal("desk-review.gone") from None
