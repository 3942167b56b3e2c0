"""Who asks, and whether they may: what handlers depend on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request

from pipeline.desk.cookies import SESSION
from pipeline.desk.pages import entered_by_proxy, person_of
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import People, Person
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.people import who

LAST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LAST)]
"""Of a card and the like, in a path: what a database can count to."""


def visitor(request: Request) -> Person | None:
    """Who is in by the session that the browser shows, if anybody; also somebody who has to change
    their password first."""
    token = request.cookies.get(SESSION)
    if not token:
        return None
    here = place(request)
    session = who(here.open(People), here.settings.access, token)
    said = entered_by_proxy(request)
    mine = session is not None and said in ("", session.person.login)
    request.state.person = session.person if session and mine else None
    return person_of(request)


def entered(person: Annotated[Person | None, Depends(visitor)]) -> Person:
    """Who is in. Refusal desk.not-in: the answer is 401 and, for a reader, the page to log in."""
    if person is None:
        raise Refusal("desk.not-in")
    return person


def asker(person: Annotated[Person, Depends(entered)]) -> Person:
    """Who is in with a password of their own. Refusal desk.own-password where they have to choose
    one first."""
    if person.temporary:
        raise Refusal("desk.own-password")
    return person


def allowed(permission: Permission) -> Callable[[Person], Person]:
    """A dependency: who asks, and may do that. Refusal desk-review.not-allowed: 403, on record."""

    def check(person: Annotated[Person, Depends(asker)]) -> Person:
        demand(person, permission)
        return person

    return check
