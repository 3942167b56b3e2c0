"""What decisions teach: each item's model and how far it can be believed, proposed phrases, and the
switch by which a lead has flags settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.insight.calibration import GOALS, Measured
from pipeline.refusal import Refusal
from pipeline.report.measure_page import percent, span
from pipeline.scoring.review import MACHINE
from pipeline.storage import Person
from pipeline.storage.lesson_records import Settling
from pipeline.storage.lessons import Lessons
from pipeline.storage.topics import Topics
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission, may
from pipeline.workflow.flag_settling import CHECKED, turn
from pipeline.workflow.lessons_seen import Learnt, Seen, item_history, learnt
from pipeline.workflow.reading_rules import read_rules

router = APIRouter(prefix="/learning")
Reader = Annotated[Person, Depends(allowed(Permission.LEARNING))]
Lead = Annotated[Person, Depends(allowed(Permission.SETTLE))]
SIDE = 300
"""Of the square that the curve is drawn in."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A group of flags on the curve: where it lies, and its interval, from the top."""

    x: float
    y: float
    low: float
    high: float


@router.get("")
def every_item(request: Request, person: Reader) -> Response:
    """All items of the last lesson, and proposed phrases."""
    found, fault = _learnt(request, person)
    return _page(
        request,
        "learning.html",
        found=found,
        fault=fault,
        may_try=may(person, Permission.TRY),
    )


@router.get("/{template}/{item}")
def one_item(request: Request, person: Reader, template: str, item: str) -> Response:
    """One item: the curve, the figures, the switch, its versions."""
    return _item(request, person, (template, item))


@router.post("/{template}/{item}")
def settle(
    request: Request,
    person: Lead,
    template: str,
    item: str,
    goal: Annotated[float, Form()] = 0.0,
    checked: Annotated[float, Form()] = CHECKED[1],
) -> Response:
    """Have flags of the item settled from now on; goal 0: not any more."""
    wanted = Settling(
        template=template, item=item, at_least=goal or None, checked=checked, by=person.login
    )
    _seen(_learnt(request, person)[0], (template, item))
    try:
        turn(place(request).open(Lessons), person, wanted)
    except Refusal as refusal:
        said = say_refusal(refusal, language_of(request))
        return _item(request, person, (template, item), said, 422)
    return RedirectResponse(f"/learning/{quote(template)}/{quote(item)}", 303)


def _item(
    request: Request, person: Person, key: tuple[str, str], said: str = "", status: int = 200
) -> Response:
    found, _ = _learnt(request, person)
    seen = _seen(found, key)
    return _page(
        request,
        "learning_item.html",
        status,
        seen=seen,
        sampled=found.sampled,
        said=said,
        dots=dots(seen.learned.measured) if seen.learned else (),
        side=SIDE,
        history=item_history(place(request).open(Lessons), key),
        goals=GOALS,
        shares=CHECKED,
        reached={one.at_least: one for one in seen.learned.thresholds} if seen.learned else {},
        machine=MACHINE,
        may_settle=may(person, Permission.SETTLE),
    )


def _learnt(request: Request, person: Person) -> tuple[Learnt, Refusal | None]:
    """What there is to see, and why the working copy of the rules cannot be read."""
    here = place(request)
    read = read_rules(here.home, here.settings.storage)
    return learnt(here.open(Lessons), here.open(Topics), person, read.book), read.fault


def _seen(found: Learnt, key: tuple[str, str]) -> Seen:
    seen = next((one for one in found.items if one.key == key), None)
    if seen is None:
        raise Refusal("desk.not-found")
    return seen


def dots(measured: Measured) -> Sequence[Dot]:
    """The groups of flags, in pixels of the square."""
    return [
        Dot(
            round(SIDE * one.foretold, 1),
            round(SIDE * (1 - (one.upheld.rate or 0.0)), 1),
            round(SIDE * (1 - (one.upheld.low or 0.0)), 1),
            round(SIDE * (1 - (one.upheld.high or 0.0)), 1),
        )
        for one in measured.bins
    ]


def _page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    shown: Mapping[str, Any] = {"moment": moment, "percent": percent, "span": span}
    return page(request, name, status, **shown, **values)
