"""What failed by night, and why; to be tried again one by one, or all of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import page
from pipeline.desk.place import place
from pipeline.storage import Ledger, Person
from pipeline.workflow.access import Permission
from pipeline.workflow.failing import retry

router = APIRouter(include_in_schema=False)
Leading = Annotated[Person, Depends(allowed(Permission.RETRY))]
MOST = 500


@router.get("/failures")
def show(request: Request, person: Leading, again: str = "") -> Response:
    """The latest first; again: how many wait again by what was just done."""
    ledger = place(request).open(Ledger)
    count = int(again) if again.isascii() and again.isdigit() and len(again) < 10 else None
    failures, sums = ledger.failures(MOST), ledger.sums()
    told: dict[str, Any] = {"failures": failures, "sums": sums, "again": count}
    return page(request, "failures.html", most=MOST, when=moment, **told)


@router.post("/failures")
def try_again(
    request: Request, person: Leading, number: Annotated[int | None, Form()] = None
) -> Response:
    """That recording waits again; without a number all that failed."""
    count = retry(place(request).open(Ledger), person, number)
    return RedirectResponse(f"/failures?again={count}", 303)
