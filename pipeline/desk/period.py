"""The period that a page of figures is asked for, as it stands in an address."""

from collections.abc import Collection, Mapping
from datetime import date

from pipeline.desk.filters import check, day
from pipeline.desk.misfit import Misfit
from pipeline.workflow.figures import Period, recent


def period_of(given: Mapping[str, str], last: date, others: Collection[str] = ()) -> Period:
    """As the address says, its other names too; where it says nothing, the thirty days up to last.
    Misfit where it says anything else."""
    for name, value in given.items():
        check(name, value, {"since", "until", "team", "template", *others})
    usual = recent(last)
    since, until = (day(name, given.get(name, "")) for name in ("since", "until"))
    until = until or max(usual.until, since or usual.until)
    since = since or min(recent(until).since, until)
    if since > until:
        raise Misfit("since", "before-until")
    named = {name: given.get(name, "") for name in ("team", "template")}
    return Period(since=since, until=until, **named)
