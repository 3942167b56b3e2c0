"""Who asks by a token, and whether they may; not too often."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pipeline.desk.place import place
from pipeline.storage import Person
from pipeline.storage.tokens import Tokens
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.people import hashed
from pipeline.workflow.tokens import whose

MINUTE = 60.0
bearer = HTTPBearer(auto_error=False, description="`zhiyin user token LOGIN` makes one.")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class Pace:
    """How often each token was shown within the last minute."""

    def __init__(self) -> None:
        self._shown: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, token: str, most: int) -> float:
        """Count a request; 0, or the seconds until the next one may come."""
        now = time.monotonic()
        with self._lock:
            times = self._shown.setdefault(hashed(token), deque())
            while times and now - times[0] >= MINUTE:
                times.popleft()
            if len(times) >= most:
                return MINUTE - (now - times[0])
            times.append(now)
            return 0.0


def caller(request: Request, shown: Shown) -> Person:
    """Whose token was shown. 401 without one that holds, 429 where it was shown too often."""
    here = place(request)
    person = whose(here.open(Tokens), shown.credentials) if shown else None
    if shown is None or person is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    pace: Pace = request.app.state.pace
    wait = pace.take(shown.credentials, here.settings.desk.requests_per_minute)
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})
    request.state.person = person
    return person


def allowed(permission: Permission) -> Callable[[Person], Person]:
    """A dependency: whose token it is, and they may do that. Who may not gets 403, on record."""

    def check(person: Annotated[Person, Depends(caller)]) -> Person:
        demand(person, permission)
        return person

    return check


Caller = Annotated[Person, Depends(caller)]
