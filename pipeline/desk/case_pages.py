"""The case library: its list, a case, the form of one."""

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.case_form import (
    STAGES,
    Sent,
    SentChange,
    SentNew,
    Typed,
    of_address,
    of_case,
    of_sent,
)
from pipeline.desk.entering import LAST, Number, allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import Person, Store, Stored
from pipeline.storage.case_records import Case, Quality, Sought
from pipeline.storage.cases import Cases
from pipeline.wording import say_refusal, word
from pipeline.workflow import cases
from pipeline.workflow.access import Permission, may, teams_of
from pipeline.workflow.playlists import playlists

router = APIRouter(prefix="/cases", include_in_schema=False)
Reader = Annotated[Person, Depends(allowed(Permission.CASES))]
Teacher = Annotated[Person, Depends(allowed(Permission.TEACH))]
Word = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Query(ge=1, le=LAST)]
ROWS = 50
CHANGED = 409


def held(request: Request) -> cases.Held:
    """What cases are made of and kept in."""
    here = place(request)
    return cases.Held(
        cases=here.open(Cases),
        store=here.open(Store),
        home=here.home,
        audio=here.settings.audio,
        fetch=here.sounds.fetch,
    )


@router.get("")
def show(
    request: Request,
    person: Reader,
    quality: Annotated[Quality | Literal[""], Query()] = "",
    topic: Word = "",
    tag: Word = "",
    words: Word = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """The cases that the reader sees, the last made first."""
    library = place(request).open(Cases)
    sought = Sought(
        quality=quality or None, topic=topic.strip(), tag=tag.strip(), words=words.strip()
    )
    found = cases.listed(library, person, sought, (number - 1) * ROWS, ROWS)
    topics, tags = library.counts(teams_of(person))
    given = {"quality": quality, "topic": topic, "tag": tag, "words": words}
    teaches = may(person, Permission.TEACH)
    return case_page(
        request,
        "cases.html",
        found=found,
        sought=sought,
        topics=topics,
        tags=tags,
        chosen=cases.chosen(library, person) if teaches else (),
        number=number,
        pages=-(-found.total // ROWS),
        query="".join(f"{urlencode({k: v})}&" for k, v in given.items() if v),
        moment=moment,
    )


@router.get("/new")
def begin(request: Request, person: Teacher, recording: Id, card: int = 0) -> Response:
    """The form of a new case of a call; card: only for who comes from one."""
    stored = cases.whole(held(request), person, recording)
    names = [word(f"cases.stage-{name}", language_of(request)) for name in STAGES]
    shown = of_address(request.query_params, stored.call.duration, names)
    return _form(request, stored, shown)


@router.post("")
def make(request: Request, person: Teacher, sent: Annotated[SentNew, Form()]) -> Response:
    """Cut it and keep it."""
    here = held(request)
    try:
        number = cases.make(here, person, sent.recording, sent.span(), sent.notes())
    except Refusal as refusal:
        stored = cases.whole(here, person, sent.recording)
        return _again(request, stored, sent, refusal)
    return RedirectResponse(f"/cases/{number}", 303)


@router.get("/{case}")
def one(request: Request, person: Reader, case: Number) -> Response:
    """A case, on record."""
    here = held(request)
    told = cases.open_case(here, person, case)
    return case_page(
        request, "case.html", told=told, playlists=playlists(here.cases, person), moment=moment
    )


@router.get("/{case}/edit")
def edit(request: Request, person: Teacher, case: Number) -> Response:
    """The form of a case that is there."""
    here = held(request)
    found = cases.read(here, person, case)
    stored = cases.whole(here, person, found.recording)
    return _form(request, stored, of_case(found), case=found)


@router.post("/{case}")
def change(
    request: Request, person: Teacher, case: Number, sent: Annotated[SentChange, Form()]
) -> Response:
    """Keep it otherwise."""
    here = held(request)
    found = cases.read(here, person, case)
    try:
        if found.changed != sent.changed:
            raise Refusal("cases.changed")
        cases.change(here, person, found, sent.span(), sent.notes())
    except Refusal as refusal:
        stored = cases.whole(here, person, found.recording)
        return _again(request, stored, sent, refusal, found)
    return RedirectResponse(f"/cases/{case}", 303)


@router.post("/{case}/delete")
def delete(
    request: Request, person: Teacher, case: Number, changed: Annotated[int, Form(ge=0, le=2**53)]
) -> Response:
    """Delete it, and its sound."""
    cases.remove(held(request), person, case, changed)
    return RedirectResponse("/cases", 303)


def case_page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page with the words of cases, and with what the reader may do."""
    language = language_of(request)
    person: Person = request.state.person

    def said(area: str, key: str, **given: str | float) -> str:
        return word(f"{area}.{key}", language, **given)

    told = {"c": partial(said, "cases"), "r": partial(said, "report")}
    return page(request, template, status, teaches=may(person, Permission.TEACH), **told, **values)


def _again(
    request: Request, stored: Stored, sent: Sent, refusal: Refusal, case: Case | None = None
) -> Response:
    """The form as it was sent, and what is wrong with it."""
    status = CHANGED if refusal.reason.key == "cases.changed" else 422
    said = say_refusal(refusal, language_of(request))
    return _form(request, stored, of_sent(sent), case, (status, said))


def _form(
    request: Request,
    stored: Stored,
    shown: Typed,
    case: Case | None = None,
    wrong: tuple[int, str] = (200, ""),
) -> Response:
    status, said = wrong
    topics, _ = place(request).open(Cases).counts(None)
    return case_page(
        request,
        "case_form.html",
        status,
        stored=stored,
        shown=shown,
        case=case,
        said=said,
        topics=topics,
        turns=[turn for turn in stored.call.turns if turn.text],
    )
