"""What browsers keep for us, and the token against forgery that is made of it.

The prefix __Host- says: set by this host alone, for all of it, by HTTPS (or on this machine).
SameSite=Lax, not Strict: a link to a call, in a mail, should find its reader logged in; nothing is
ever changed by following a link.
"""

import hmac
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-zhiyin"
"""Who is in."""
VISIT = "__Host-zhiyin-visit"
"""Who is not in yet, so that nobody can log somebody else in."""

PENDING = "__Host-zhiyin-oidc"
"""A login that has gone to a provider."""


def visit_of(request: Request) -> str | None:
    """What the browser shows: a session, or a visit."""
    return request.cookies.get(SESSION) or request.cookies.get(VISIT)


def fresh_visit() -> str:
    """A visit that begins."""
    return secrets.token_urlsafe(16)


def csrf_token(key: bytes, visit: str) -> str:
    """The token that pages shown to this browser carry. It is made of what the browser shows and of
    the home's key: nothing has to be stored, and it ends with the session."""
    return hmac.new(key, b"csrf:" + visit.encode(), sha256).hexdigest()


def keep(answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Have the browser keep it, out of reach of scripts; without seconds until it is closed."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def drop(answer: Response, name: str) -> None:
    """Have the browser forget it."""
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
