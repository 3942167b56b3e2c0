"""Figures of many cards, and all of them as a workbook."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import FileResponse

from pipeline.desk.api.asking import Word
from pipeline.desk.api.entering import allowed
from pipeline.desk.api.figure_models import Figures as FiguresModel
from pipeline.desk.exports_page import KIND, MONTH, workbook
from pipeline.desk.misfit import Misfit
from pipeline.desk.place import place
from pipeline.scoring.agreement import Share
from pipeline.scoring.average import Average
from pipeline.storage import Person
from pipeline.storage.figure_records import ItemTally, Scored
from pipeline.storage.figures import Figures
from pipeline.workflow.access import Permission
from pipeline.workflow.exporting import Wish
from pipeline.workflow.figures import Period, overview, recent

router = APIRouter()
Day = Annotated[date | None, Query()]


@router.get("/figures", response_model=FiguresModel)
def figures(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.OVERVIEW))],
    since: Day = None,
    until: Day = None,
    team: Word = "",
    template: Word = "",
) -> dict[str, Any]:
    """Of the days from since to until, both in it; without them of the last thirty."""
    here, today = place(request), date.today()
    until = until or max(today, since or today)
    since = since or recent(until).since
    if since > until:
        raise Misfit("since", "before-until")
    period = Period(since=since, until=until, team=team, template=template)
    found = overview(here.open(Figures), person, period, here.settings.review, today)
    return {
        "since": since,
        "until": until,
        "random_share": found.sample,
        "confirmed": found.confirmed,
        "whole": _scored(found.whole),
        "teams": [_scored(one) for one in found.teams],
        "agents": [_scored(one) for one in found.agents],
        "items": [_item(one) for one in found.items],
        "waiting": [asdict(one) for one in found.waits],
    }


@router.get(
    "/export",
    response_class=FileResponse,
    responses={200: {"content": {KIND: {}}, "description": "A workbook."}},
)
def export(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.EXPORT))],
    night: bool = False,
    month: Annotated[str, Query(pattern=f"^{MONTH.pattern}$")] = "",
    since: Day = None,
    until: Day = None,
    team: Word = "",
) -> FileResponse:
    """Of the last night, a month (YYYY-MM) or some days, as XLSX; on record."""
    wish = Wish(night=night, month=month, since=since, until=until, team=team)
    return workbook(request, person, wish)


def _scored(one: Scored) -> dict[str, Any]:
    return {
        "team": one.team,
        "agent": one.agent,
        "drawn": one.drawn,
        "random": _average(one.random),
        "all": _average(one.all),
    }


def _average(one: Average) -> dict[str, Any]:
    return {"n": one.n, "mean": one.mean, "low": one.low, "high": one.high}


def _item(one: ItemTally) -> dict[str, Any]:
    return {
        "template": one.template,
        "item": one.item,
        "ask": one.ask,
        "cards": one.cards,
        "lost": one.lost,
        "added": one.added,
        "precision": _share(one.agreement.precision),
        "recall": _share(one.agreement.recall),
    }


def _share(one: Share) -> dict[str, Any]:
    rate = {"rate": one.rate, "low": one.low, "high": one.high}
    return {"part": one.part, "whole": one.whole, **rate}
