"""A phrase tried on stored calls, and taken into its lexicon."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.call import Speaker
from pipeline.desk.diff_words import diff_words
from pipeline.desk.entering import allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.desk.runs import Run, State, runs
from pipeline.desk.trial_form import DAYS, SAMPLES, SPEAKERS, Asked, Typed
from pipeline.desk.waiting_pages import ahead_of
from pipeline.refusal import Refusal
from pipeline.storage import Act, Audit, Person
from pipeline.text.lexicon import KINDS
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission, may
from pipeline.workflow.comparing import Compared
from pipeline.workflow.phrase_trial import LISTED, Trial, Tried, try_phrase
from pipeline.workflow.phrasing import MOST_CHARACTERS, add_phrase, check_phrase
from pipeline.workflow.reading_rules import read_rules

router = APIRouter(prefix="/rules/try")
Trier = Annotated[Person, Depends(allowed(Permission.TRY))]
Publisher = Annotated[Person, Depends(allowed(Permission.PUBLISH))]
Details = dict[str, str | float]


@router.get("")
def ask(request: Request, person: Trier, phrase: str = "", lexicon: str = "") -> Response:
    return _page(request, replace(Typed(), phrase=phrase[:MOST_CHARACTERS], lexicon=lexicon))


@router.post("")
def begin(request: Request, person: Trier, asked: Asked) -> Response:
    here = place(request)
    try:
        check_phrase(here.home, asked.phrasing)
        speaker = Speaker(asked.speaker) if asked.speaker else None
        task = partial(try_phrase, Trial(asked.phrasing, asked.again(here), speaker))
        run = runs(request).start(person.login, asked, task, asked.how_many(here))
    except Refusal as refusal:
        return _page(request, asked, said=say_refusal(refusal, language_of(request)), status=422)
    told: Details = {"phrase": asked.phrase, "days": asked.days, "calls": asked.sample}
    act = Act(person.login, "phrase-tried", asked.lexicon, told)
    Audit(here.home, here.settings.storage).note(act)
    return RedirectResponse(f"/rules/try/{run.id}", 303)


@router.get("/{number}")
def show(request: Request, person: Trier, number: str) -> Response:
    run = _run(request, person, number)
    return _page(request, run.asked, run)


@router.get("/{number}/state")
def state(request: Request, person: Trier, number: str) -> Response:
    run = _run(request, person, number)
    return page(request, "rules_try_state.html", **_values(request, run, person))


@router.post("/{number}/stop")
def stop(request: Request, person: Trier, number: str) -> Response:
    run = _run(request, person, number)
    runs(request).stop(run)
    return RedirectResponse(f"/rules/try/{run.id}", 303)


@router.post("/{number}/accept")
def accept(request: Request, person: Publisher, number: str) -> Response:
    run, here = _run(request, person, number), place(request)
    if run.state != State.DONE:
        raise Refusal("desk-rules.not-tried")
    add_phrase(here.home, here.settings.storage, run.asked.phrasing, person.login)
    return RedirectResponse(f"/rules/lexicons/{run.asked.lexicon}", 303)


def _run(request: Request, person: Person, number: str) -> Run:
    run = runs(request).find(number, person.login)
    if run is None or not isinstance(run.asked, Typed):
        raise Refusal("desk.not-found")
    return run


def _page(
    request: Request, asked: Typed, run: Run | None = None, said: str = "", status: int = 200
) -> Response:
    here = place(request)
    read = read_rules(here.home, here.settings.storage)
    choices = {"days": DAYS, "samples": SAMPLES, "kinds": tuple(KINDS), "speakers": SPEAKERS}
    person: Person = request.state.person
    return page(
        request,
        "rules_try.html",
        status,
        asked=asked,
        said=said,
        lexicons=read.book.lexicons.values(),
        characters=MOST_CHARACTERS,
        choices=choices,
        **_values(request, run, person),
    )


def _values(request: Request, run: Run | None, person: Person) -> dict[str, Any]:
    """Of a run that may still be under way."""
    tried: Tried | None = run.result if run is not None else None
    compared = None
    if tried is not None and tried.change is not None and tried.verdicts is not None:
        compared = Compared(0, (tried.change,), tried.verdicts)
    return {
        "run": run,
        "ahead": ahead_of(request, run) if run else (),
        "listed": LISTED,
        "may_accept": may(person, Permission.PUBLISH),
        **diff_words(compared, language_of(request)),
    }
