"""What was said in calls, found by a query."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request

from pipeline.call import Speaker
from pipeline.desk.api.asking import LONGEST, Limit
from pipeline.desk.api.call_models import Model, Seconds
from pipeline.desk.api.entering import allowed
from pipeline.desk.place import place
from pipeline.hit import Verdict
from pipeline.scoring.review import Standing
from pipeline.storage import Person
from pipeline.storage.search import Search
from pipeline.text.reading_query import MAX_CHARACTERS
from pipeline.workflow.access import Permission
from pipeline.workflow.asked import asked_of
from pipeline.workflow.searching import search

router = APIRouter()
Word = Annotated[str, Field(max_length=LONGEST, pattern=r"^[^\x00]*$")]
Number = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None


class SearchFor(Model):
    """query: docs/search.md tells how to write it; the others restrict the calls. verdict: of the
    item; points: in per cent of the full marks; seconds: of the call; silence: of so many seconds
    or more."""

    query: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]
    agent: Word = ""
    team: Word = ""
    template: Word = ""
    item: Word = ""
    verdict: Verdict | None = None
    state: Standing | None = None
    since: date | None = None
    until: date | None = None
    points_from: Number = None
    points_to: Number = None
    seconds_from: Number = None
    seconds_to: Number = None
    silence: Number = None
    limit: Limit = 50


class FoundTurn(Model):
    """A turn that was found. recording, card: its call's; chat: it was written, and
    has no sound; at: of the first word found; spans: of
    the text, in code points."""

    recording: int
    card: int
    call: str
    chat: bool
    day: str
    started: str
    agent: str
    team: str
    turn: int
    speaker: Speaker
    at: Seconds
    text: str
    spans: list[tuple[int, int]]


class FoundTurns(Model):
    """The newest calls first, each from its beginning. count: of all, up to 1,000; more: there are
    more than that."""

    items: list[FoundTurn]
    count: int
    more: bool


@router.get("/search", response_model=FoundTurns)
def found(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.READ))],
    wanted: Annotated[SearchFor, Query()],
) -> dict[str, Any]:
    """What was said so, in the calls that you may see; on record without the words."""
    said = wanted.model_dump(mode="json", exclude={"limit"}, exclude_none=True)
    asked = asked_of(said)
    index = place(request).open(Search)
    hits = search(index, person, asked.query, asked.among(), wanted.limit)
    return {"items": hits.hits, "count": hits.count, "more": hits.more}
