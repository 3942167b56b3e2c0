"""An agent's own cards: what was done well, what was not, the right way; to be acknowledged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.call_view import as_decided
from pipeline.desk.entering import LAST, Number, allowed
from pipeline.desk.misfit import Misfit
from pipeline.desk.moments import short
from pipeline.desk.overview import interval, share
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.hit import Verdict
from pipeline.report.events import happened
from pipeline.scoring.reckoning import Reviewed
from pipeline.scoring.review import Mark, Standing
from pipeline.scoring.scorecard import ItemResult
from pipeline.storage import Person
from pipeline.storage.figure_records import Monthly
from pipeline.storage.figures import Figures
from pipeline.storage.review_records import Overtaken, Review, Wanted
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission
from pipeline.workflow.figures import own_months

router = APIRouter(include_in_schema=False)
Agent = Annotated[Person, Depends(allowed(Permission.ACKNOWLEDGE))]
ROWS = 20
MOST_PAGES = 100_000
MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is heard, in seconds, and in what words; "" without any."""

    start: float
    said: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that failed: what it cost, and where; whoever found it."""

    item: ItemResult
    lost: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A card as its agent is told of it. well: items that passed; comments: of the inspector;
    excellent: the inspector marked the call so, bonus: what that gave."""

    review: Review
    problems: tuple[Problem, ...]
    well: tuple[ItemResult, ...]
    comments: tuple[Mark, ...]
    excellent: bool
    bonus: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A month in the drawing of the trend, 0..100 across and down."""

    month: Monthly
    x: float
    y: float


@router.get("/my")
def show(request: Request, person: Agent, number: str = "1", said: str = "") -> Response:
    """What waits to be acknowledged comes first, the oldest of it opened; then all there is."""
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST_PAGES):
        raise Misfit("number", "between", least=1, most=MOST_PAGES)
    reviews = place(request).open(Reviews)
    waiting = _cards(request, person, Standing.RELEASED, 0)
    first = waiting.rows[-1].id if waiting.rows else None
    opened = reviewing.open_card(reviews, person, first) if first is not None else None
    return page(
        request,
        "my.html",
        waiting=waiting,
        told=_told(reviews, opened, language_of(request)) if opened else None,
        listed=_cards(request, person, None, (int(number) - 1) * ROWS),
        number=int(number),
        rows=ROWS,
        said=said == "1",
        **_trend(request, person),
        **_words(),
    )


@router.get("/my/{card}")
def read(request: Request, person: Agent, card: Number) -> Response:
    """One of their cards."""
    reviews = place(request).open(Reviews)
    opened = reviewing.open_card(reviews, person, card)
    return page(
        request, "my_card.html", told=_told(reviews, opened, language_of(request)), **_words()
    )


@router.post("/my/{card}")
def acknowledge(
    request: Request, person: Agent, card: Number, version: Annotated[int, Form(ge=0, le=LAST)]
) -> Response:
    """They have read it; shown again where it is another by now."""
    try:
        reviewing.acknowledge(place(request).open(Reviews), person, card, version)
    except Overtaken:
        return RedirectResponse(f"/my/{card}", 303)
    return RedirectResponse("/my?said=1", 303)


def _cards(request: Request, person: Person, state: Standing | None, offset: int) -> Any:
    here = place(request)
    states = (state,) if state else ()
    wanted = Wanted(share=here.settings.review.random_share, states=states)
    return reviewing.queue(here.open(Reviews), person, wanted, offset, ROWS)


def _told(reviews: Reviews, review: Review, language: str) -> Told:
    found = reviewing.reckoned(reviews, review)
    verdicts = {name: ruling.verdict for name, ruling in found.rulings.items()}
    return Told(
        review=review,
        problems=tuple(_problems(review, found, language)),
        well=tuple(i for i in review.card.items if verdicts[i.id] == Verdict.PASS),
        comments=found.comments,
        excellent=found.excellent,
        bonus=found.bonus,
    )


def _problems(review: Review, found: Reviewed, language: str) -> Iterator[Problem]:
    """Evidence that people rejected is not held against anybody."""
    drafted = {item.id: item for item in review.card.items}
    for item in as_decided(review.card, found).items:
        if item.verdict == Verdict.FAIL:
            heard = [
                Place(hit.start, hit.quote or happened(hit, language, review.call))
                for hit in item.evidence
            ]
            missed = [_place(mark, review) for mark in found.missed if mark.item == item.id]
            places = sorted((*heard, *missed), key=lambda place: place.start)
            yield Problem(drafted[item.id], item.points_lost, tuple(places))


def _place(mark: Mark, review: Review) -> Place:
    """What a person marked, in the words that stand there."""
    span = mark.span
    if span is None:
        return Place(0.0, mark.text)
    said = ""
    if span.turn is not None and span.turn < len(review.call.turns):
        said = review.call.turns[span.turn].text[span.first : span.last]
    return Place(span.start, said or mark.text)


def _trend(request: Request, person: Person) -> dict[str, Any]:
    months = own_months(place(request).open(Figures), person)[-MOST_MONTHS:]
    known = [month for month in months if month.shares.mean is not None]
    step = 100 / max(1, len(known) - 1)
    low = min((100 * (month.shares.mean or 0) for month in known), default=0.0)
    floor = max(0.0, (low // 10 - 1) * 10)
    dots = [
        Dot(month, 50.0 if len(known) == 1 else n * step, _down(month, floor))
        for n, month in enumerate(known)
    ]
    return {"months": months, "dots": dots, "floor": floor}


def _down(month: Monthly, floor: float) -> float:
    return 100 - 100 * (100 * (month.shares.mean or 0) - floor) / (100 - floor)


def _words() -> dict[str, Any]:
    return {"when": partial(short, date.today()), "percent": share, "span": interval}
