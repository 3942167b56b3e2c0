"""No other site may make a browser act here: a token that only our pages know, and where the
request says that it comes from."""

import hmac
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.desk.bodies import replaying
from pipeline.desk.cookies import csrf_token, visit_of
from pipeline.desk.errors import answer
from pipeline.desk.place import place

HEADER, FIELD = "x-csrf-token", "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_TOKENS = "/api/"
"""Below it no cookie counts: programs show a token of their own with each request."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_FIELDS, MOST_FILES, LONGEST_FIELD = 500, 4, 1 << 20


class Forgery:
    """Refuses what would change something and was not sent by a page of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        free = scope["type"] != "http" or scope["method"] in SAFE
        if free or scope["path"].startswith(OWN_TOKENS):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        if wrong := await _wrong(request):
            refused = answer(request, 400 if wrong == "desk.bad-form" else 403, wrong)
            await refused(scope, receive, send)
            return
        await self._app(scope, replaying(body, receive), send)


async def _wrong(request: Request) -> str:
    """The key of what is wrong; "" where a page of ours sent it."""
    if not _is_from_here(request):
        return "desk.foreign"
    visit = visit_of(request)
    if visit is None:
        return "desk.no-token"
    try:
        shown = await _shown(request)
    except HTTPException:  # too many fields, too long ones, or no form at all
        return "desk.bad-form"
    right = csrf_token(place(request).key, visit)
    return "" if hmac.compare_digest(shown.encode(), right.encode()) else "desk.no-token"


def _is_from_here(request: Request) -> bool:
    """By what browsers say of themselves; what says nothing is left to the token."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    said = urlsplit(origin)
    return (said.scheme, said.netloc) == (request.url.scheme, request.headers.get("host", ""))


async def _shown(request: Request) -> str:
    if HEADER in request.headers:
        return request.headers[HEADER]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORMS:
        return ""
    async with request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD
    ) as form:
        shown = form.get(FIELD, "")
    return shown if isinstance(shown, str) else ""
