"""What questions of the API have in common: filters, limits, what errors look like."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query

from pipeline.desk.api.models import INT32, Problem
from pipeline.scoring.review import Standing
from pipeline.storage.review_records import Wanted, Why

MOST = 200
LONGEST = 200
CardId = Annotated[int, Path(ge=1, le=INT32)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str, Query(max_length=60, description="`next` of the page before.")]
Word = Annotated[str, Query(max_length=LONGEST, pattern=r"^[^\x00]*$")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer with, besides those of every route."""
    said = {
        400: "The request makes no sense.",
        401: "No token, or one that does not hold.",
        403: "Your role may not do this.",
        404: "Not there, or not yours to see.",
        405: "Not in this way.",
        409: "Somebody was faster: nothing was written.",
        413: "Too large.",
        422: "What was sent cannot be taken.",
        429: "Too many requests; Retry-After says how long to wait.",
        503: "The database is busy or away.",
    }
    return {status: {"description": said[status], "model": Problem} for status in statuses}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is restricted to; "" and null: not."""

    wanted: Wanted


def filters(
    state: Annotated[list[Standing] | None, Query()] = None,
    why: Annotated[Why, Query()] = Why.NONE,
    team: Word = "",
    agent: Word = "",
    template: Word = "",
    item: Annotated[str, Query(max_length=LONGEST, pattern=r"^[^\x00]*$")] = "",
    since: Annotated[date | None, Query(description="The first day.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
    below: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    assigned: Word = "",
    by: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
) -> Filters:
    """Of an address. item: raised by the machine, or marked by people; below: less than so much of
    the full marks; by: who confirmed it."""
    return Filters(
        Wanted(
            share=0.0,
            states=tuple(state or ()),
            why=why,
            team=team,
            agent=agent,
            template=template,
            item=item,
            since=since.isoformat() if since else "",
            until=until.isoformat() if until else "",
            below=below,
            assigned=assigned,
            by=by,
        )
    )


Filtered = Annotated[Filters, Depends(filters)]
