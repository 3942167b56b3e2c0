"""The record of who did what: the last lines, searched, looked over, taken along as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipeline.desk.entering import allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.report.cells import CsvTable
from pipeline.report.record_lines import (
    HEADS,
    action_words,
    actions,
    details_words,
    record_row,
    target_words,
)
from pipeline.storage import Act, Audit, Line, People, Person, Sought
from pipeline.text.names import shown
from pipeline.workflow.access import Permission

router = APIRouter()
Auditor = Annotated[Person, Depends(allowed(Permission.AUDIT))]
ROWS = 100
ROWS_AT_ONCE = 1_000
LAST_NUMBER = 2**62


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; since and until: days, both of them in it."""

    by: str = ""
    action: str = ""
    target: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def sought(self) -> Sought:
        """The same for the store, in days of this machine's clock."""
        end = self.until + timedelta(days=1) if self.until else None
        return Sought(
            by=self.by,
            action=self.action,
            target=self.target,
            since=_moment(self.since),
            until=_moment(end),
        )

    def query(self, **more: int) -> str:
        """As an address has it."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({k: v for k, v in {**given, **more}.items() if v})


def filtered(
    by: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=32)] = "",
    target: Annotated[str, Query(max_length=200)] = "",
    since: Annotated[date | None, Query()] = None,
    until: Annotated[date | None, Query()] = None,
) -> Filter:
    """Of an address."""
    return Filter(by.strip(), action.strip(), target.strip(), since, until)


Filtered = Annotated[Filter, Depends(filtered)]


@router.get("/record")
def show(
    request: Request,
    person: Auditor,
    wanted: Filtered,
    before: Annotated[int, Query(ge=0, le=LAST_NUMBER)] = 0,
) -> Response:
    return _page(request, wanted, before)


@router.post("/record/verify")
def verify(request: Request, person: Auditor) -> Response:
    return _page(request, Filter(), verified=_audit(request).verify())


@router.get("/record.csv")
def export(request: Request, person: Auditor, wanted: Filtered) -> Response:
    audit = _audit(request)
    audit.note(Act(person.login, "exported", "record", {"filter": wanted.query()}))
    name = f"record-{date.today().isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    lines = _csv(_every(audit, wanted.sought), language_of(request))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _page(request: Request, wanted: Filter, before: int = 0, **values: Any) -> Response:
    audit, language = _audit(request), language_of(request)
    lines = audit.latest(ROWS + 1, wanted.sought, before)
    people = place(request).open(People).everybody()
    return page(
        request,
        "record.html",
        lines=lines[:ROWS],
        further=lines[ROWS - 1].number if len(lines) > ROWS else 0,
        wanted=replace(wanted),
        logins=[one.login for one in people],
        actions=[(name, action_words(name, language)) for name in actions()],
        action=lambda name: action_words(name, language),
        target=lambda act: target_words(act, language),
        details=lambda act: details_words(act, language),
        moment=moment,
        one_line=shown,
        **{"verified": None, **values},
    )


def _audit(request: Request) -> Audit:
    here = place(request)
    return Audit(here.home, here.settings.storage)


def _every(audit: Audit, sought: Sought) -> Iterator[Line]:
    """The last one first; what is appended meanwhile is not in it."""
    before = 0
    while lines := audit.latest(ROWS_AT_ONCE, sought, before):
        yield from lines
        before = lines[-1].number
        if before == 1:
            return


def _csv(lines: Iterator[Line], language: str) -> Iterator[str]:
    """A piece at a time: a record may be long."""
    file = StringIO()
    file.write("\ufeff")
    table = CsvTable(file, HEADS)
    for line in lines:
        table.add(record_row(line, language))
        if file.tell() > 1 << 16:
            yield _taken(file)
    yield _taken(file)


def _taken(file: StringIO) -> str:
    text = file.getvalue()
    file.seek(0)
    file.truncate()
    return text


def _moment(day: date | None) -> int:
    """Milliseconds since 1970 at its beginning; 0 of none."""
    return round(datetime.combine(day, time()).timestamp() * 1000) if day else 0
