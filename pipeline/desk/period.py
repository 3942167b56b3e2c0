"""The period that a page of figures is asked for, as it stands in an address."""

from collections.abc import Collection, Mapping
from datetime import date

from starlette.exceptions import HTTPException

from pipeline.desk.filters import LONGEST, day
from pipeline.workflow.figures import Period, recent


def period_of(given: Mapping[str, str], last: date, others: Collection[str] = ()) -> Period:
    """As the address says, its other names too; where it says nothing, the thirty days up to last.
    422 where it says anything else."""
    if not set(given) <= {"since", "until", "team", "template", *others} or any(
        len(value) > LONGEST or not value.isprintable() for value in given.values()
    ):
        raise HTTPException(422)
    usual = recent(last)
    since, until = day(given.get("since", "")), day(given.get("until", ""))
    until = until or max(usual.until, since or usual.until)
    since = since or min(recent(until).since, until)
    if since > until:
        raise HTTPException(422)
    named = {name: given.get(name, "") for name in ("team", "template")}
    return Period(since=since, until=until, **named)
