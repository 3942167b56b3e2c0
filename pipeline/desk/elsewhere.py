"""Coming in by way of an OpenID Connect provider: there, and back."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.cookies import PENDING, drop, keep
from pipeline.desk.login_page import address_of, local, refused, welcome
from pipeline.desk.oidc import PENDING_SECONDS, Provider, unsealed
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import People
from pipeline.workflow.people import vouched

router = APIRouter(prefix="/login/oidc")
BACK = "/login/oidc/back"


@router.get("")
def go(request: Request, wanted: str = "/") -> Response:
    """Off to the provider. The browser keeps, sealed, what has to come back."""
    try:
        url, pending = _provider(request).begin(_back(request), local(wanted))
    except Refusal as refusal:
        return refused(request, refusal, wanted=wanted)
    answer = RedirectResponse(url, 303)
    keep(answer, PENDING, pending.sealed(place(request).key), PENDING_SECONDS)
    return answer


@router.get("/back")
def come(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Back from it."""
    here, wanted = place(request), "/"
    try:
        pending = unsealed(here.key, request.cookies.get(PENDING, ""))
        wanted = pending.wanted
        if error or not code:
            raise Refusal("desk.oidc-denied")
        login = _provider(request).finish(pending, state, code, _back(request))
        entered = vouched(here.open(People), login, "oidc", address_of(request))
    except Refusal as refusal:
        answer = refused(request, refusal, wanted=wanted)
    else:
        answer = welcome(request, entered.token, local(wanted))
    drop(answer, PENDING)
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise Refusal("desk.not-found")
    return provider


def _back(request: Request) -> str:
    """Our own address, by a name that was looked at (security.Hosts)."""
    return f"{request.url.scheme}://{request.url.netloc}{BACK}"
