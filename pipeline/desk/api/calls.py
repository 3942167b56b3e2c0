"""Calls: listed, and one with its transcript, timing and scorecards."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from pipeline.desk.api import cursors
from pipeline.desk.api.asking import Cursor, Filtered, Limit, problems
from pipeline.desk.api.call_models import Call
from pipeline.desk.api.card_models import CallPage
from pipeline.desk.api.entering import allowed
from pipeline.desk.api.models import INT32
from pipeline.desk.call_view import as_decided
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.report.score_json import call_json
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage import Person, Role
from pipeline.storage.call_lists import CallLists
from pipeline.storage.review_records import Review, Wanted
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission, within

router = APIRouter()
Reader = Annotated[Person, Depends(allowed(Permission.READ))]


@router.get("/calls", response_model=CallPage)
def listed(
    request: Request, person: Reader, asked: Filtered, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Calls with cards that you may see, the latest stored first."""
    before = cursors.read(cursor, "calls", int)
    calls = place(request).open(CallLists)
    found = calls.page(within(person, asked.wanted), int(before[0]) if before else 0, limit + 1)
    further = cursors.written("calls", (found[limit - 1].id,)) if len(found) > limit else None
    return {"items": found[:limit], "next": further}


@router.get("/calls/{call}", response_model=Call, responses=problems(404))
def opened(
    request: Request, person: Reader, call: Annotated[int, Path(ge=1, le=INT32)]
) -> dict[str, Any]:
    """A call as `zhiyin score --json` has it, with the cards that you may see; that you opened it
    is on record. Its id here is that of its recording."""
    here = place(request)
    reviews = here.open(Reviews)
    found = here.open(CallLists).call(call, within(person, Wanted(share=0.0)))
    if found is None:
        raise Refusal("desk-review.no-card")
    first = reviewing.open_card(reviews, person, found.cards[0])
    others = (reviewing.opened(reviews, person, card, Permission.READ) for card in found.cards[1:])
    mine = [first, *(one for one in others if one.revision == first.revision)]
    shown = [_card(one, reviews, person) for one in mine]
    return call_json(found.name, first.call, shown, language_of(request))


def _card(review: Review, reviews: Reviews, person: Person) -> Scorecard:
    """An agent sees what was decided, not what the machine thought of it."""
    if person.role != Role.AGENT:
        return review.card
    return as_decided(review.card, reviewing.reckoned(reviews, review))
