"""What a run waits for: whose run goes before it, how far that is, and how a lead ends it."""

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.login_page import local
from pipeline.desk.place import place
from pipeline.desk.runs import Run, runs
from pipeline.desk.trial_form import Typed
from pipeline.storage import Act, Audit, People, Person
from pipeline.workflow.access import Permission, may

router = APIRouter(prefix="/rules/runs")
Publisher = Annotated[Person, Depends(allowed(Permission.PUBLISH))]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A run that others wait for. what: trial, look or making; minutes: about so long ago it
    was asked for."""

    id: str
    who: str
    what: str
    done: int
    of: int
    minutes: int
    may_end: bool


def ahead_of(request: Request, run: Run) -> list[Ahead]:
    """Those that it waits for, as who asks may know of them."""
    person: Person = request.state.person
    going = runs(request).ahead(run)
    names = {one.login: one.name for one in place(request).open(People).everybody()}
    return [
        Ahead(
            id=one.id,
            who=names.get(one.by, one.by),
            what="making" if one.lasting else "trial" if isinstance(one.asked, Typed) else "look",
            done=one.done,
            of=one.of,
            minutes=max(1, round((time.monotonic() - one.began) / 60)),
            may_end=not one.lasting and may(person, Permission.PUBLISH),
        )
        for one in going
    ]


@router.post("/{number}/end")
def end(
    request: Request, person: Publisher, number: str, wanted: Annotated[str, Form()] = "/rules"
) -> Response:
    """End what somebody else tries, for those who wait; nothing where it is over by now."""
    ended = runs(request).end(number)
    if ended is not None:
        here = place(request)
        Audit(here.home, here.settings.storage).note(Act(person.login, "trial-ended", ended.by))
    return RedirectResponse(local(wanted), 303)
