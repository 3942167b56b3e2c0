"""Training needs: common problems beside an agent's own, and what trainings changed."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import Number, allowed
from pipeline.desk.pages import language_of, page, words
from pipeline.desk.period import period_of
from pipeline.desk.place import place
from pipeline.desk.topic_pages import shown
from pipeline.refusal import Refusal
from pipeline.storage import People, Person, Store
from pipeline.storage.figures import Figures
from pipeline.storage.topic_records import Training
from pipeline.storage.trainings import Item, Trainings
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission, may
from pipeline.workflow.figures import choices, last_day
from pipeline.workflow.needs import Needs, beside, needs_of
from pipeline.workflow.training import (
    EFFECT_DAYS,
    add_training,
    asks,
    day_of_training,
    effects_of,
    remove_training,
    teams_shown,
    trainings_of,
)

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Person, Depends(allowed(Permission.NEEDS))]
Trainer = Annotated[Person, Depends(allowed(Permission.TRAIN))]
MOST_BARS = 12
MOST_OWN = 50
MOST_TRAININGS = 20
LONGEST = 200
Text = Annotated[str, Form(max_length=4_000)]


@router.get("/training")
def show(request: Request, person: Viewer) -> Response:
    """The needs of a period: by default the thirty days up to the last that has calls."""
    return _page(request, person)


@router.post("/training")
def add(
    request: Request,
    person: Trainer,
    name: Text = "",
    held: Text = "",
    items: Annotated[list[str], Form(max_length=LONGEST)] = [],  # noqa: B006 - FastAPI copies it
    agents: Text = "",
) -> Response:
    """Enter a training."""
    try:
        training = Training(
            name=name,
            day=day_of_training(held, date.today()),
            items=tuple(map(_item, items)),
            agents=tuple(dict.fromkeys(agents.replace("、", " ").replace(",", " ").split())),
        )
        here = place(request)
        known = asks(here.open(Figures), here.open(Store))
        add_training(here.open(Trainings), person, training, known)
    except Refusal as refusal:
        said = say_refusal(refusal, language_of(request))
        typed = {"name": name, "held": held, "items": items, "agents": agents}
        return _page(request, person, said=said, typed=typed, status=422)
    return RedirectResponse("/training#trainings", 303)


@router.post("/training/{number}/remove")
def remove(request: Request, person: Trainer, number: Number) -> Response:
    """It was entered by mistake."""
    if not remove_training(place(request).open(Trainings), person, number):
        raise HTTPException(404)
    return RedirectResponse("/training#trainings", 303)


def _page(
    request: Request,
    person: Person,
    said: str = "",
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    here = place(request)
    trainings, figures, store = here.open(Trainings), here.open(Figures), here.open(Store)
    given = request.query_params if request.method == "GET" else {}
    period = period_of(given, last_day(figures, date.today()), {"agent"})
    agent = given.get("agent", "")
    found, asked = needs_of(trainings, person, period), asks(figures, store)
    held = trainings_of(trainings, figures, person, MOST_TRAININGS)
    w = partial(words, language_of(request))
    names = {one.agent: one.name for one in here.open(People).everybody() if one.agent}
    return page(
        request,
        "training.html",
        status,
        found=found,
        asks=asked,
        period=period,
        agent=agent,
        beside=beside(found, agent) if agent else (),
        held=effects_of(trainings, held, date.today(), teams_shown(person)),
        choices=choices(figures, store, teams_shown(person)),
        names=names,
        may_train=may(person, Permission.TRAIN),
        said=said,
        typed=typed or {"name": "", "held": "", "items": [], "agents": ""},
        today=date.today(),
        effect_days=EFFECT_DAYS,
        most_own=MOST_OWN,
        data=_data(found, asked, w),
        **shown(person),
    )


def _item(typed: str) -> Item:
    """`template/item`, as the list of the form has it."""
    template, _, item = typed.partition("/")
    return template, item


def _data(found: Needs, asked: Mapping[Item, str], w: Any) -> dict[str, Any]:
    """What the chart is drawn of; every figure stands in a table of the page as well."""
    rows = [
        {
            "name": asked.get(item, item[1]),
            "cards": problem.failing.part,
            "cumulative": problem.with_those_before,
        }
        for item, problem in found.problems[:MOST_BARS]
    ]
    said = {key: w(f"desk-lists.chart-{key}") for key in ("cards", "cumulative", "interval")}
    return {"words": said, "problems": rows}
