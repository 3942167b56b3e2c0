"""My queue: what waits for a person, the gravest first; and lists of what people made of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.desk.entering import allowed, asker
from pipeline.desk.filters import CHOICES, QUEUED, ROWS, Filters, filters, states_of
from pipeline.desk.login_page import local
from pipeline.desk.misfit import Misfit
from pipeline.desk.moments import short
from pipeline.desk.pages import page, ways
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.report.transcript import TONES
from pipeline.scoring.review import Standing
from pipeline.storage import People, Person, Role, Store
from pipeline.storage.figures import Figures
from pipeline.storage.review_records import Overtaken, Wanted
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission, may, teams_of
from pipeline.workflow.figures import choices, late_before, milliseconds
from pipeline.workflow.people import known

router = APIRouter(include_in_schema=False)
Asker = Annotated[Person, Depends(asker)]
Inspector = Annotated[Person, Depends(allowed(Permission.QUEUE))]
Assigner = Annotated[Person, Depends(allowed(Permission.ASSIGN))]
Releaser = Annotated[Person, Depends(allowed(Permission.RELEASE))]
Chosen = Annotated[list[str], Form(max_length=ROWS)]
Text = Annotated[str, Form()]
CARD = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")
"""A chosen card and its version as it was listed."""
TOLD = re.compile(r"(assigned|released)-([0-9]{1,4})")
REVIEWERS = (Role.INSPECTOR, Role.LEAD)


@router.get("/")
def start(request: Request, person: Asker, told: str = "") -> Response:
    """The queue of who has one, the list of who reads; whoever has neither goes where they may."""
    if not _has_lists(person):
        first = next(iter(ways(person)), None)
        return RedirectResponse(first.href if first else "/password", 303)
    shown = filters(request, "told").resolved(person)
    return page(
        request,
        "queue.html",
        told=TOLD.fullmatch(told),
        kinds={**CHOICES, "state": states_of(person)},
        has_queue=may(person, Permission.QUEUE),
        chooses=may(person, Permission.ASSIGN) or may(person, Permission.RELEASE),
        **_listed(request, person, shown),
    )


@router.get("/queue")
def rows(request: Request, person: Asker) -> Response:
    """The list alone, for filters and pages without loading all anew."""
    if not _has_lists(person):
        raise Refusal("desk-review.not-allowed", found=Permission.READ)
    asked = filters(request)
    answer = page(request, "queue_list.html", **_listed(request, person, asked.resolved(person)))
    answer.headers["HX-Push-Url"] = "/" + asked.query()
    return answer


@router.get("/next")
def following(request: Request, person: Inspector, after: str = "") -> Response:
    """The card to open next, after the one named, within the filters: where it is for a script,
    the way there for a reader; the queue where nothing is left."""
    asked = replace(filters(request, "after"), state="", page=1)
    last = int(after) if after.isascii() and after.isdigit() and len(after) <= 18 else None
    wanted = replace(asked, state=QUEUED).wanted(_share(request), person.login)
    card = reviewing.next_card(place(request).open(Reviews), person, wanted, last)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"card": card})
    return RedirectResponse(f"/cards/{card}{asked.query()}" if card else "/", 303)


@router.post("/queue/assign")
def assign(
    request: Request, person: Assigner, chosen: Chosen, to: Text = "", wanted: Text = "/"
) -> Response:
    """Give the chosen drafts to somebody, "" to nobody."""
    here = place(request)
    somebody = known(here.open(People), to) if to else None
    cards = [card for card, _ in _cards(chosen)]
    count = reviewing.assign(here.open(Reviews), person, cards, somebody)
    return _back(wanted, f"assigned-{count}")


@router.post("/queue/release")
def release(request: Request, person: Releaser, chosen: Chosen, wanted: Text = "/") -> Response:
    """Let agents see the chosen cards. What changed since it was listed stays as it is."""
    reviews, count = place(request).open(Reviews), 0
    for card, version in _cards(chosen):
        try:
            reviewing.release(reviews, person, card, version)
            count += 1
        except Overtaken:
            continue
        except Refusal as refusal:
            if not refusal.reason.key.startswith("desk-review."):
                raise
    return _back(wanted, f"released-{count}")


def _has_lists(person: Person) -> bool:
    """Agents read their own cards only, on a page of theirs."""
    return may(person, Permission.READ) and not may(person, Permission.ACKNOWLEDGE)


def _share(request: Request) -> float:
    return place(request).settings.review.random_share


def _listed(request: Request, person: Person, shown: Filters) -> dict[str, Any]:
    here = place(request)
    reviews, figures = here.open(Reviews), here.open(Figures)
    wanted, today = shown.wanted(_share(request), person.login), date.today()
    found = reviewing.queue(reviews, person, wanted, shown.offset, ROWS)
    late = late_before(today, here.settings.review)
    return {
        "shown": shown,
        "rows": found.rows,
        "total": found.total,
        "pages": max(1, -(-found.total // ROWS)),
        "raised": figures.raised([row.id for row in found.rows]),
        "choices": choices(figures, here.open(Store), teams_of(person)),
        "reviewers": _reviewers(request, person),
        "names": {one.login: one.name for one in here.open(People).everybody()},
        "tones": {verdict.value: tone for verdict, tone in TONES.items()},
        "when": partial(short, today),
        "late": late,
        "late_last": _last(wanted.until, late),
        "overdue": _overdue(reviews, person, wanted, late) if shown.state == QUEUED else 0,
        "done": figures.done_by(person.login, milliseconds(today)),
        "may_assign": may(person, Permission.ASSIGN) and shown.state in (QUEUED, "draft"),
        "may_release": may(person, Permission.RELEASE) and shown.state == Standing.CONFIRMED,
    }


def _overdue(reviews: Reviews, person: Person, wanted: Wanted, late: str) -> int:
    only = replace(wanted, until=_last(wanted.until, late))
    return reviewing.queue(reviews, person, only, 0, 1).total


def _last(until: str, late: str) -> str:
    """The last day of what is overdue, within a list that ends there or earlier."""
    last = (date.fromisoformat(late) - timedelta(days=1)).isoformat()
    return min(until or last, last)


def _reviewers(request: Request, person: Person) -> list[Person]:
    """Whom cards may be given to."""
    if not may(person, Permission.ASSIGN):
        return []
    everybody = place(request).open(People).everybody()
    return [one for one in everybody if one.role in REVIEWERS and not one.disabled]


def _cards(chosen: Iterable[str]) -> Iterator[tuple[int, int]]:
    for one in chosen:
        if not (found := CARD.fullmatch(one)):
            raise Misfit("chosen", "other")
        yield int(found[1]), int(found[2])


def _back(wanted: str, told: str) -> Response:
    """To the list, with what was done."""
    page_of = local(wanted)
    return RedirectResponse(f"{page_of}{'&' if '?' in page_of else '?'}told={told}", 303)
