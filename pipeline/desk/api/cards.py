"""Cards: listed, opened, marked, confirmed, released, acknowledged; and the next one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk.api import cursors
from pipeline.desk.api.asking import CardId, Cursor, Filtered, Limit, problems
from pipeline.desk.api.card_models import Card, CardPage, Marks, Next, Overtaken, Standings
from pipeline.desk.api.entering import allowed
from pipeline.desk.api.models import INT32
from pipeline.desk.call_state import Came, mark_told, state_of
from pipeline.desk.call_view import as_decided
from pipeline.desk.errors import answer
from pipeline.desk.marking import Sent, SentMarks
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.report.score_json import card_json
from pipeline.storage import Person, Role
from pipeline.storage.review_records import Listed, Review, Wanted
from pipeline.storage.review_records import Overtaken as WasOvertaken
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission
from pipeline.workflow.reviewing import Saved

router = APIRouter()
CONFLICT = 409
Reader = Annotated[Person, Depends(allowed(Permission.READ))]
Reviewer = Annotated[Person, Depends(allowed(Permission.REVIEW))]
FASTER: dict[int | str, dict[str, Any]] = {
    CONFLICT: {"model": Overtaken, "description": "Somebody was faster: nothing was written."}
}


@router.get("/cards", response_model=CardPage)
def listed(
    request: Request, person: Reader, asked: Filtered, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Cards that you may see, the latest day first."""
    return _page(request, person, asked.wanted, (cursors.read(cursor, "cards", str, int), limit))


@router.get("/queue", response_model=CardPage)
def queue(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.QUEUE))],
    asked: Filtered,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """What waits for you: assigned to you first, then by risk."""
    wanted = replace(asked.wanted, queued=True, states=())
    return _page(request, person, wanted, (cursors.read(cursor, "queue", int, int, int), limit))


@router.get("/queue/next", response_model=Next)
def next_card(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.QUEUE))],
    after: Annotated[int | None, Query(ge=1, le=INT32)] = None,
) -> dict[str, Any]:
    """The card to open next, never one that somebody else has open; after: the one just done."""
    here = place(request)
    wanted = Wanted(share=here.settings.review.random_share, queued=True)
    return {"card": reviewing.next_card(here.open(Reviews), person, wanted, after)}


@router.get("/cards/{card}", response_model=Card, responses=problems(404))
def opened(request: Request, person: Reader, card: CardId) -> dict[str, Any]:
    """A card; that you opened it is on record."""
    reviews = place(request).open(Reviews)
    review = reviewing.open_card(reviews, person, card)
    reckoned = reviewing.reckoned(reviews, review)
    agent = person.role == Role.AGENT
    draft = as_decided(review.card, reckoned) if agent else review.card
    return {
        "row": row(review.listed),
        "draft": card_json(draft, language_of(request)),
        "now": _state(review, reviews, person),
    }


@router.get("/cards/{card}/marks", response_model=Marks, responses=problems(404))
def marks(request: Request, person: Reviewer, card: CardId) -> dict[str, Any]:
    """Every mark there ever was on it; that you looked is on record."""
    review = reviewing.open_card(place(request).open(Reviews), person, card)
    return {"version": review.version, "items": [mark_told(one) for one in review.marks]}


@router.post("/cards/{card}/marks", response_model=Standings, responses={**problems(404), **FASTER})
def mark(request: Request, person: Reviewer, card: CardId, sent: SentMarks) -> Any:
    """Marks on the card as it was at that version."""
    said = [one.mark(person.login) for one in sent.marks]
    return _saved(
        request, person, card, lambda r: reviewing.mark(r, person, card, sent.version, said)
    )


@router.post(
    "/cards/{card}/confirm", response_model=Standings, responses={**problems(404), **FASTER}
)
def confirm(request: Request, person: Reviewer, card: CardId, sent: Sent) -> Any:
    """Settle the card: its totals are frozen."""
    rules = place(request).settings.review
    return _saved(
        request, person, card, lambda r: reviewing.confirm(r, person, card, sent.version, rules)
    )


@router.post(
    "/cards/{card}/release", response_model=Standings, responses={**problems(404), **FASTER}
)
def release(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.RELEASE))],
    card: CardId,
    sent: Sent,
) -> Any:
    """The agent may see it from now on."""
    return _saved(request, person, card, lambda r: reviewing.release(r, person, card, sent.version))


@router.post(
    "/cards/{card}/acknowledge", response_model=Standings, responses={**problems(404), **FASTER}
)
def acknowledge(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.ACKNOWLEDGE))],
    card: CardId,
    sent: Sent,
) -> Any:
    """The agent has read it."""
    return _saved(
        request, person, card, lambda r: reviewing.acknowledge(r, person, card, sent.version)
    )


def row(one: Listed) -> dict[str, Any]:
    """As lists give it."""
    hidden = ("recording_id", "risk", "replaced_by")
    named = {name: getattr(one, name) for name in one.__slots__ if name not in hidden}
    return {**named, "call": one.recording_id}


def _page(
    request: Request, person: Person, wanted: Wanted, part: tuple[cursors.Place, int]
) -> dict[str, Any]:
    here, (behind, limit) = place(request), part
    wanted = replace(wanted, share=here.settings.review.random_share)
    found = reviewing.following(here.open(Reviews), person, wanted, behind, limit)
    kind = "queue" if wanted.queued else "cards"
    further = cursors.written(kind, found.further) if found.further else None
    return {"items": [row(one) for one in found.rows], "total": found.total, "next": further}


def _state(review: Review, reviews: Reviews, person: Person) -> dict[str, Any]:
    came = Came(
        card=review.card,
        version=review.version,
        standing=review.standing,
        marks=review.marks,
        reviewed=reviewing.reckoned(reviews, review),
    )
    return state_of(came, person.login, with_answers=person.role != Role.AGENT)


def _saved(
    request: Request, person: Person, card: int, act: Callable[[Reviews], Saved]
) -> dict[str, Any] | Response:
    """What the card came to; where somebody was faster, what they did."""
    reviews = place(request).open(Reviews)
    try:
        saved = act(reviews)
    except WasOvertaken as overtaken:
        review = reviewing.opened(reviews, person, card, Permission.READ)
        since = [mark_told(mark) for mark in overtaken.marks]
        more = {"since": since, "state": _state(review, reviews, person)}
        return answer(request, CONFLICT, more=more)
    came = Came(
        card=saved.card,
        version=saved.version,
        standing=saved.standing,
        marks=saved.marks,
        reviewed=saved.reviewed,
    )
    return state_of(came, person.login, with_answers=person.role != Role.AGENT)
