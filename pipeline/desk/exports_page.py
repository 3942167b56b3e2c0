"""The results as a workbook to take away, on record."""

import os
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.filters import check, day
from pipeline.desk.misfit import Misfit
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.report.exporting import write_workbook
from pipeline.storage import Audit, Ledger, Person
from pipeline.storage.exports import Exports
from pipeline.storage.figures import Figures
from pipeline.workflow.access import Permission
from pipeline.workflow.exporting import Held, Wish, export

router = APIRouter(include_in_schema=False)
Taker = Annotated[Person, Depends(allowed(Permission.EXPORT))]
NAMES = frozenset({"night", "month", "since", "until", "team"})
MONTH = re.compile(r"(?:[0-9]{4}-[0-9]{2})?")
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/export.xlsx")
def take(request: Request, person: Taker) -> Response:
    """Of the last night, a month, some days or a team."""
    return workbook(request, person, _wish(request))


def workbook(request: Request, person: Person, wish: Wish) -> FileResponse:
    """What is wished, as a file that goes when it was sent. Refusal where too many are being put
    together already."""
    with place(request).taking():
        path = _written(request, person, wish)
    called = f"zhiyin-{date.today().isoformat()}.xlsx"
    return FileResponse(path, media_type=KIND, filename=called, background=_gone(path))


def _written(request: Request, person: Person, wish: Wish) -> Path:
    here = place(request)
    audit = Audit(here.home, here.settings.storage)
    held = Held(here.open(Exports), here.open(Figures), here.open(Ledger), audit)
    made = export(held, wish, here.settings.review, person.login)
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        write_workbook(made, path, language_of(request))
    except BaseException:
        path.unlink()
        raise
    return path


def _gone(path: Path) -> BackgroundTask:
    """The file is nobody's when it was sent."""
    return BackgroundTask(path.unlink)


def _wish(request: Request) -> Wish:
    """As the address says. Misfit where it says anything else."""
    given = dict(request.query_params)
    for name, value in given.items():
        check(name, value, NAMES)
    if not MONTH.fullmatch(given.get("month", "")):
        raise Misfit("month", "month")
    return Wish(
        night=given.get("night", "") == "1",
        month=given.get("month", ""),
        since=day("since", given.get("since", "")),
        until=day("until", given.get("until", "")),
        team=given.get("team", ""),
    )
