"""Playlists of cases: in the order in which somebody wants to teach them."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.case_pages import Reader, Teacher, case_page
from pipeline.desk.entering import LAST, Number
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import Person
from pipeline.storage.case_records import Sought
from pipeline.storage.cases import Cases
from pipeline.wording import say_refusal
from pipeline.workflow import playlists
from pipeline.workflow.cases import listed
from pipeline.workflow.handing_out import check_length

router = APIRouter(prefix="/playlists", include_in_schema=False)
Title = Annotated[str, Form(max_length=2_000)]
CaseId = Annotated[int, Form(ge=1, le=LAST)]


class Doing(StrEnum):
    """What is done with a case of a playlist."""

    PUT = "put"
    OUT = "out"
    UP = "up"
    DOWN = "down"


@router.get("")
def show(request: Request, person: Reader) -> Response:
    """All that this person sees."""
    return _list(request, person)


@router.post("")
def begin(request: Request, person: Teacher, title: Title = "") -> Response:
    """A new one."""
    try:
        number = playlists.begin_playlist(place(request).open(Cases), person, title)
    except Refusal as refusal:
        return _list(request, person, say_refusal(refusal, language_of(request)))
    return RedirectResponse(f"/playlists/{number}", 303)


@router.get("/{number}")
def one(request: Request, person: Reader, number: Number) -> Response:
    """Its cases, in its order."""
    library = place(request).open(Cases)
    found = playlists.playlist(library, person, number)
    rows = listed(library, person, Sought(playlist=number), limit=playlists.MOST_CASES).rows
    too_much = ""
    try:
        check_length(rows)
    except Refusal as refusal:
        too_much = say_refusal(refusal, language_of(request))
    seconds = sum(case.cut.span.end - case.cut.span.start for case in rows)
    return case_page(
        request, "playlist.html", playlist=found, rows=rows, seconds=seconds, too_much=too_much
    )


@router.post("/{number}")
def rename(request: Request, person: Teacher, number: Number, title: Title = "") -> Response:
    """Call it otherwise."""
    playlists.rename_playlist(place(request).open(Cases), person, number, title)
    return RedirectResponse(f"/playlists/{number}", 303)


@router.post("/{number}/cases")
def arrange(
    request: Request,
    person: Teacher,
    number: Number,
    case: CaseId,
    doing: Annotated[Doing, Form()],
) -> Response:
    """A case in it, out of it, or elsewhere in it."""
    library = place(request).open(Cases)
    if doing == Doing.PUT:
        playlists.put_in(library, person, number, case)
    elif doing == Doing.OUT:
        playlists.take_out(library, person, number, case)
    else:
        playlists.move(library, person, number, case, -1 if doing == Doing.UP else 1)
    return RedirectResponse(f"/playlists/{number}", 303)


@router.post("/{number}/delete")
def end(request: Request, person: Teacher, number: Number) -> Response:
    """The list goes, its cases stay."""
    playlists.end_playlist(place(request).open(Cases), person, number)
    return RedirectResponse("/playlists", 303)


def _list(request: Request, person: Person, said: str = "") -> Response:
    found = playlists.playlists(place(request).open(Cases), person)
    return case_page(request, "playlists.html", 422 if said else 200, playlists=found, said=said)
