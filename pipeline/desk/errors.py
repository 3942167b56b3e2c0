"""What went wrong, in words and with what to do: a page for readers, JSON for programs. Never where
the code was, never what a library said: that is in the log, under a number that is shown."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.desk.misfit import Misfit, misfit_of, said
from pipeline.desk.pages import entered_by_proxy, language_of, page, person_of, words
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import Act, People
from pipeline.storage.review_records import Overtaken
from pipeline.unexpected import note_unexpected
from pipeline.wording import say_refusal

STATUS = {
    "desk.not-in": 401,
    "desk.own-password": 403,
    "desk-review.not-allowed": 403,
    "desk-review.no-card": 404,
    "desk.not-found": 404,
    "desk.many-exports": 503,
    "search.not-kept": 404,
    "cases.no-case": 404,
    "cases.no-playlist": 404,
    "cases.no-call": 404,
    "cases.changed": 409,
}
"""What refusals are in HTTP; others are 422, and 503 where the database is away or busy."""
FORBIDDEN = frozenset({"desk-review.not-allowed", "desk-review.no-card", "cases.no-case"})
"""What somebody wanted who may not; it is put on record."""
LONGEST_TARGET = 100
KNOWN = frozenset({400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503})
OTHER = 400


def handle_errors(app: FastAPI) -> None:
    """From now on the app answers what its handlers raise in words."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(Misfit, _misunderstood)
    app.add_exception_handler(Overtaken, _overtaken)


def unexpected(request: Request, error: Exception) -> Response:
    """Note what nobody expected, and answer with its number in the log."""
    number = secrets.token_hex(4)
    note_unexpected(error, f"{request.method} {route_of(request)} [{number}]")
    return answer(request, 500, "", number=number)


def route_of(request: Request) -> str:
    """The route that was asked, without what was filled in."""
    route = request.scope.get("route")
    return str(route.path) if route else "?"


def answer(
    request: Request,
    status: int,
    key: str = "",
    told: str = "",
    number: str = "",
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """An error as whoever asks can read it. key: more words about it, or told: these words; more:
    further members of the JSON."""
    language = language_of(request)
    kind = status if status in KNOWN else OTHER
    title = words(language, f"error-{kind}")
    detail = told or (words(language, key) if key else words(language, f"error-{kind}-said"))
    todo = words(language, f"error-{kind}-todo")
    if is_for_reader(request):
        if status == HTTPStatus.UNAUTHORIZED and entered_by_proxy(request):
            return RedirectResponse(f"/login?wanted={quote(wanted(request), safe='')}", 303)
        if status == HTTPStatus.UNAUTHORIZED:
            return page(request, "login.html", status, said="", login="", wanted=wanted(request))
        shown = {"title": title, "said": detail, "todo": todo, "number": number, "code": status}
        return page(request, "error.html", status, **shown)
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    problem |= {"todo": todo} | ({"key": key} if key else {}) | ({"id": number} if number else {})
    problem |= dict(more)
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED and "hx-request" in request.headers:
        headers["HX-Redirect"] = "/login"
    return JSONResponse(problem, status, headers, "application/problem+json")


def is_for_reader(request: Request) -> bool:
    """Whether a browser will show the answer as a page of its own."""
    asked = request.headers.get("accept", "")
    mine = "hx-request" not in request.headers and not request.url.path.startswith("/api/")
    return mine and "text/html" in asked


def wanted(request: Request) -> str:
    """Where somebody was going before they had to log in."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return asked if request.method == "GET" and request.url.path != "/login" else "/"


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - it is registered for these alone
    key = error.reason.key
    if key == "desk.own-password" and is_for_reader(request):
        return RedirectResponse(f"/password?wanted={quote(wanted(request), safe='')}", 303)
    if key in FORBIDDEN:
        _record(request, key)
    status = 503 if key.startswith("storage.") else STATUS.get(key, 422)
    return answer(request, status, key, say_refusal(error, language_of(request)))


def _record(request: Request, key: str) -> None:
    here, person = place(request), person_of(request)
    if person:
        wish = {"wish": key.rpartition(".")[2], "method": request.method}
        act = Act(person.login, "refused", request.url.path[:LONGEST_TARGET], wish)
        here.open(People).note(act)


def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these alone
    made = answer(request, error.status_code)
    for name, value in (error.headers or {}).items():
        made.headers[name] = value
    return made


def _overtaken(request: Request, error: Exception) -> Response:
    """Where a page does not show the difference itself: nothing was written."""
    return answer(request, 409)


def _misunderstood(request: Request, error: Exception) -> Response:
    """What was sent is not what a handler takes. Which field, never its value."""
    misfit = misfit_of(error) if isinstance(error, RequestValidationError) else error
    assert isinstance(misfit, Misfit)  # noqa: S101 - it is registered for these alone
    told, more = said(misfit, language_of(request)), {"field": misfit.field}
    return answer(request, 422, "desk.misunderstood", told, more=more)
