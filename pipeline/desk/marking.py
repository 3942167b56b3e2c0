"""What the call page sends: marks, steps, corrections, and that somebody is looking."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from pipeline.desk.call_state import Came, mark_told, state_of
from pipeline.desk.entering import Number, allowed
from pipeline.desk.place import place
from pipeline.scoring.review import Mark, Marking, Span
from pipeline.storage import People, Person, Role
from pipeline.storage.review_records import Overtaken
from pipeline.storage.reviews import Reviews
from pipeline.workflow import correcting, reviewing
from pipeline.workflow.access import Permission
from pipeline.workflow.reviewing import Saved

router = APIRouter(prefix="/cards/{card}", include_in_schema=False)
MOST_MARKS = 200
MOST = 2**31 - 1
LONGEST = 4000
CONFLICT = 409


class Sent(BaseModel):
    """The card's version that an act was made on."""

    model_config = ConfigDict(extra="ignore")
    version: int = Field(ge=0, le=MOST)


class SentSpan(BaseModel):
    """Where a mark points at."""

    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(ge=0, allow_inf_nan=False)
    turn: int | None = Field(default=None, ge=0)
    first: int = Field(default=0, ge=0)
    last: int = Field(default=0, ge=0)


class SentMark(BaseModel):
    """A mark as the page makes it; by whom and when is the server's to say."""

    kind: Marking
    item: str = Field(default="", max_length=LONGEST)
    hit: int | None = Field(default=None, ge=0)
    says: str = Field(default="", max_length=LONGEST)
    span: SentSpan | None = None
    reason: str = Field(default="", max_length=LONGEST)
    text: str = Field(default="", max_length=LONGEST)

    def mark(self, by: str) -> Mark:
        """What it is to the product."""
        span = Span(**self.span.model_dump()) if self.span else None
        return Mark(by=by, span=span, **self.model_dump(exclude={"span"}))


class SentMarks(Sent):
    """Marks of one moment."""

    marks: list[SentMark] = Field(min_length=1, max_length=MOST_MARKS)


class SentWords(Sent):
    """What was really said, in the place of first..last of a turn's text."""

    turn: int = Field(ge=0)
    first: int = Field(ge=0)
    last: int = Field(ge=0)
    text: str = Field(max_length=LONGEST)


def _who(permission: Permission) -> Any:
    return Depends(allowed(permission))


Reader = Annotated[Person, _who(Permission.READ)]
Reviewer = Annotated[Person, _who(Permission.REVIEW)]


@router.post("/marks")
def mark(request: Request, asker: Reviewer, card: Number, sent: SentMarks) -> JSONResponse:
    marks = [one.mark(asker.login) for one in sent.marks]
    return _saved(
        request, asker, card, lambda r: reviewing.mark(r, asker, card, sent.version, marks)
    )


@router.post("/undo")
def undo(request: Request, asker: Reviewer, card: Number, sent: Sent) -> JSONResponse:
    return _saved(request, asker, card, lambda r: reviewing.undo(r, asker, card, sent.version))


@router.post("/confirm")
def confirm(request: Request, asker: Reviewer, card: Number, sent: Sent) -> JSONResponse:
    rules = place(request).settings.review
    return _saved(
        request, asker, card, lambda r: reviewing.confirm(r, asker, card, sent.version, rules)
    )


@router.post("/release")
def release(
    request: Request, asker: Annotated[Person, _who(Permission.RELEASE)], card: Number, sent: Sent
) -> JSONResponse:
    return _saved(request, asker, card, lambda r: reviewing.release(r, asker, card, sent.version))


@router.post("/acknowledge")
def acknowledge(
    request: Request,
    asker: Annotated[Person, _who(Permission.ACKNOWLEDGE)],
    card: Number,
    sent: Sent,
) -> JSONResponse:
    return _saved(
        request, asker, card, lambda r: reviewing.acknowledge(r, asker, card, sent.version)
    )


@router.post("/words")
def words(request: Request, asker: Reviewer, card: Number, sent: SentWords) -> JSONResponse:
    said = sent.model_dump(exclude={"version"})
    wording = correcting.Wording(**said)
    return _stands(
        request, asker, card, lambda r: correcting.correct(r, asker, card, sent.version, wording)
    )


@router.post("/swap")
def swap(request: Request, asker: Reviewer, card: Number, sent: Sent) -> JSONResponse:
    return _stands(request, asker, card, lambda r: correcting.swap(r, asker, card, sent.version))


@router.post("/shown")
def shown(request: Request, asker: Reader, card: Number) -> JSONResponse:
    """A page that was fetched ahead is before somebody's eyes."""
    reviewing.show_card(place(request).open(Reviews), asker, card)
    return JSONResponse({})


@router.post("/looking")
def looking(request: Request, asker: Reader, card: Number) -> JSONResponse:
    here = place(request)
    others = reviewing.looking(here.open(Reviews), asker, card)
    names = {one.login: one.name for one in here.open(People).everybody()} if others else {}
    return JSONResponse({"others": [names.get(login, login) for login in others]})


def _saved(
    request: Request, asker: Person, card: int, act: Callable[[Reviews], Saved]
) -> JSONResponse:
    """What the card came to by an act; where somebody was faster, what they did."""
    try:
        saved = act(place(request).open(Reviews))
    except Overtaken as overtaken:
        return _overtaken(request, asker, card, overtaken)
    came = Came(
        card=saved.card,
        version=saved.version,
        standing=saved.standing,
        marks=saved.marks,
        reviewed=saved.reviewed,
    )
    return JSONResponse(state_of(came, asker.login, with_answers=asker.role != Role.AGENT))


def _stands(
    request: Request, asker: Person, card: int, act: Callable[[Reviews], int]
) -> JSONResponse:
    try:
        return JSONResponse({"card": act(place(request).open(Reviews))})
    except Overtaken as overtaken:
        return _overtaken(request, asker, card, overtaken)


def _overtaken(request: Request, asker: Person, card: int, by: Overtaken) -> JSONResponse:
    """Nothing was written: what others marked since, and the card as it stands."""
    reviews = place(request).open(Reviews)
    review = reviewing.opened(reviews, asker, card, Permission.READ)
    came = Came(
        card=review.card,
        version=review.version,
        standing=review.standing,
        marks=review.marks,
        reviewed=reviewing.reckoned(reviews, review),
    )
    told = {"since": [mark_told(mark) for mark in by.marks], "state": state_of(came, asker.login)}
    return JSONResponse(told, CONFLICT)
