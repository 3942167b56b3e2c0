"""Logging in and out, a password of one's own, and the language."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.cookies import SESSION, VISIT, drop, keep
from pipeline.desk.entering import entered, visitor
from pipeline.desk.pages import LANGUAGE, entered_by_proxy, language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import People, Person
from pipeline.wording import LANGUAGES, say_refusal
from pipeline.workflow.people import change_password, log_in, log_out, vouched

router = APIRouter()
YEAR = 365 * 24 * 3600
STATUS = {"people.too-often": 429}
"""Of a login that is refused; others are 401."""


@router.get("/login")
def show(
    request: Request, person: Annotated[Person | None, Depends(visitor)], wanted: str = "/"
) -> Response:
    if person:
        return RedirectResponse(local(wanted), 303)
    if login := entered_by_proxy(request):
        return _vouched(request, login, wanted)
    return page(request, "login.html", said="", login="", wanted=local(wanted))


@router.post("/login")
def enter(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "/",
) -> Response:
    here = place(request)
    try:
        people, access = here.open(People), here.settings.access
        inside = log_in(people, access, login, password, address_of(request))
    except Refusal as refusal:
        return refused(request, refusal, login, wanted)
    return welcome(request, inside.token, "/password" if inside.person.temporary else local(wanted))


def _vouched(request: Request, login: str, wanted: str) -> Response:
    """A listed proxy says who it is."""
    try:
        people = place(request).open(People)
        inside = vouched(people, login, "proxy", address_of(request))
    except Refusal as refusal:
        return refused(request, refusal, wanted=wanted)
    return welcome(request, inside.token, local(wanted))


def refused(request: Request, refusal: Refusal, login: str = "", wanted: str = "/") -> Response:
    """The page to log in, saying why that did not work. Where it is no fault of who asks, the
    refusal itself."""
    if refusal.reason.key.startswith("storage.") or refusal.reason.key == "desk.not-found":
        raise refusal
    said = say_refusal(refusal, language_of(request))
    status = STATUS.get(refusal.reason.key, 401)
    return page(request, "login.html", status, said=said, login=login, wanted=local(wanted))


def welcome(request: Request, token: str, goes_to: str) -> Response:
    """Somebody is in, with this session; one that this browser still had is over."""
    before = visitor(request)
    if before:
        log_out(place(request).open(People), request.cookies[SESSION], before.login)
    answer = RedirectResponse(goes_to, 303)
    keep(answer, SESSION, token)
    drop(answer, VISIT)
    return answer


def address_of(request: Request) -> str:
    """Whence somebody comes; behind a listed proxy, what that says."""
    return request.client.host if request.client else ""


@router.post("/logout")
def leave(request: Request, person: Annotated[Person | None, Depends(visitor)]) -> Response:
    if person:
        log_out(place(request).open(People), request.cookies[SESSION], person.login)
    answer = RedirectResponse("/login", 303)
    drop(answer, SESSION)
    # What was seen is gone, also from where Back looks; one's keys and speed stay.
    answer.headers["clear-site-data"] = '"cache"'
    return answer


@router.get("/password")
def show_password(
    request: Request, person: Annotated[Person, Depends(entered)], wanted: str = "/"
) -> Response:
    return _password_page(request, local(wanted))


@router.post("/password")
def choose_password(
    request: Request,
    person: Annotated[Person, Depends(entered)],
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "/",
) -> Response:
    here = place(request)
    try:
        if new != again:
            raise Refusal("desk.passwords-differ")
        token = request.cookies[SESSION]
        change_password(here.open(People), here.settings.access, token, old, new)
    except Refusal as refusal:
        said = say_refusal(refusal, language_of(request))
        return _password_page(request, local(wanted), said, 422)
    return RedirectResponse(local(wanted), 303)


@router.post("/language/{language}")
def switch(request: Request, language: str, wanted: Annotated[str, Form()] = "/") -> Response:
    if language not in LANGUAGES:
        raise Refusal("desk.not-found")
    answer = RedirectResponse(local(wanted), 303)
    answer.set_cookie(LANGUAGE, language, YEAR, secure=True, httponly=True, samesite="lax")
    return answer


def _password_page(request: Request, wanted: str, said: str = "", status: int = 200) -> Response:
    characters = place(request).settings.access.password_characters
    return page(request, "password.html", status, said=said, wanted=wanted, characters=characters)


def local(wanted: str) -> str:
    """A page of ours; the first one where it leads anywhere else."""
    split = urlsplit(wanted.replace("\\", "/"))
    mine = wanted.startswith("/") and not split.scheme and not split.netloc
    return wanted if mine and wanted.isprintable() and not wanted.startswith("//") else "/"
