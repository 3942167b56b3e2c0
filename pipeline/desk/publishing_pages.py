"""The working copy made the next version, by a lead who has seen what that changes."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.diff_words import diff_words
from pipeline.desk.entering import allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.desk.runs import Run, State, runs
from pipeline.desk.trial_form import DAYS, SAMPLES, Asked, Typed
from pipeline.desk.waiting_pages import ahead_of
from pipeline.refusal import Refusal
from pipeline.storage import Person
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission
from pipeline.workflow.publishing import Published, Seen, look, publish, seen, standing

router = APIRouter(prefix="/rules/publish")
Publisher = Annotated[Person, Depends(allowed(Permission.PUBLISH))]
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked at before it is published: how it stood then, and on which calls."""

    typed: Typed
    seen: Seen


@dataclass(frozen=True, slots=True)
class Making:
    """A version in the making."""

    note: str


@router.get("")
def begin(request: Request, person: Publisher) -> Response:
    return _page(request, None)


@router.post("/look")
def look_first(request: Request, person: Publisher, asked: Asked) -> Response:
    here = place(request)
    now = seen(here.home, here.settings.storage)
    task = partial(look, asked.again(here))
    run = runs(request).start(person.login, Looking(asked, now), task, asked.how_many(here))
    return RedirectResponse(f"/rules/publish/{run.id}", 303)


@router.get("/{number}")
def show(request: Request, person: Publisher, number: str) -> Response:
    run = _run(request, person, number)
    if (version := _version(run)) is not None:
        return RedirectResponse(f"/rules/history/{version}?fresh=true", 303)
    return _page(request, run)


@router.get("/{number}/state")
def state(request: Request, person: Publisher, number: str) -> Response:
    run = _run(request, person, number)
    answer = page(request, "rules_publish_state.html", **_values(request, run))
    if (version := _version(run)) is not None:
        answer.headers["HX-Redirect"] = f"/rules/history/{version}?fresh=true"
    return answer


@router.post("/{number}/stop")
def stop(request: Request, person: Publisher, number: str) -> Response:
    run = _run(request, person, number)
    runs(request).stop(run)
    return RedirectResponse(f"/rules/publish/{run.id}", 303)


@router.post("/{number}")
def make(
    request: Request,
    person: Publisher,
    number: str,
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Publish what was looked at, and nothing else."""
    run, here = _run(request, person, number), place(request)
    if run.state != State.DONE or not isinstance(run.asked, Looking):
        raise Refusal("desk-rules.not-looked")
    if not note.strip():
        said = say_refusal(Refusal("desk-rules.note-needed"), language_of(request))
        return _page(request, run, said, 422)
    again = run.asked.typed.again(here)
    task = partial(publish, again, person.login, note.strip(), looked_at=run.asked.seen)
    making = Making(note.strip())
    made = runs(request).start(person.login, making, task, run.of, lasting=True)
    return RedirectResponse(f"/rules/publish/{made.id}", 303)


def _run(request: Request, person: Person, number: str) -> Run:
    run = runs(request).find(number, person.login)
    if run is None or not isinstance(run.asked, Looking | Making):
        raise Refusal("desk.not-found")
    return run


def _version(run: Run) -> int | None:
    """The version that was made, once it is."""
    made = run.result
    if not isinstance(run.asked, Making) or not isinstance(made, Published):
        return None
    return made.publication.version if made.publication else None


def _page(request: Request, run: Run | None, said: str = "", status: int = 200) -> Response:
    here = place(request)
    looked_at = run.asked.typed if run and isinstance(run.asked, Looking) else Typed()
    return page(
        request,
        "rules_publish.html",
        status,
        asked=looked_at,
        standing=standing(here.home, here.settings.storage),
        choices={"days": DAYS, "samples": SAMPLES},
        **_values(request, run, said),
    )


def _values(request: Request, run: Run | None, said: str = "") -> dict[str, Any]:
    made = run.result if run is not None else None
    return {
        "said": said,
        "longest": LONGEST_NOTE,
        "run": run,
        "ahead": ahead_of(request, run) if run else (),
        "making": run is not None and isinstance(run.asked, Making),
        "faults": made.faults if made else (),
        **diff_words(made.compared if made else None, language_of(request)),
    }
