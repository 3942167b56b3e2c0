"""The overview: last night, scores, items, the machine's precision, work, what waits."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk.entering import allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import language_of, page, words
from pipeline.desk.period import period_of
from pipeline.desk.place import place
from pipeline.report.measure_page import percent, span
from pipeline.scoring.average import Average
from pipeline.storage import Ledger, Night, People, Person, State, Store
from pipeline.storage.figure_records import Scored
from pipeline.storage.figures import Figures
from pipeline.storage.rate_sums import RateSums
from pipeline.workflow.access import Permission, may
from pipeline.workflow.figures import (
    Charged,
    Overview,
    asked,
    charged,
    choices,
    last_day,
    overview,
    precise,
    recent,
)
from pipeline.workflow.honest_rates import ENOUGH, rates

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Person, Depends(allowed(Permission.OVERVIEW))]
MOST_BARS = 12
MOST_AGENTS = 200
SHOWN = (State.DONE, State.PURGED, State.FAILED, State.SKIPPED, State.TAKEN, State.FOUND)


@router.get("/overview")
def show(request: Request, person: Viewer) -> Response:
    """The figures of a period: by default the thirty days up to the last that has calls."""
    here = place(request)
    figures, ledger = here.open(Figures), here.open(Ledger)
    today, last = date.today(), last_day(figures, date.today())
    found = overview(
        figures, person, period_of(request.query_params, last), here.settings.review, today
    )
    stretch = found.period.stretch(here.settings.review.random_share)
    names = {one.agent: one.name for one in here.open(People).everybody() if one.agent}
    items = charged(found.items, MOST_BARS)
    return page(
        request,
        "overview.html",
        found=found,
        last=last if last != today and found.period == recent(last) else None,
        rates=rates(here.open(RateSums), stretch),
        enough=ENOUGH,
        night=_night(next(iter(ledger.nights(1)), None)),
        sums=ledger.sums(),
        states=SHOWN,
        choices=choices(figures, here.open(Store), None),
        charged=items,
        precise=precise(found.items),
        asked=asked,
        names=names,
        most_agents=MOST_AGENTS,
        percent=share,
        span=interval,
        may_retry=may(person, Permission.RETRY),
        may_export=may(person, Permission.EXPORT),
        data=_data(found, items, partial(words, language_of(request))),
    )


def _night(night: Night | None) -> dict[str, Any] | None:
    """What a run left behind, as far as it is known to this version."""
    if night is None:
        return None
    summary: Mapping[str, Any] = night.summary or {}
    ended = summary.get("ended", {})
    return {
        "began": moment(night.began),
        "ended": moment(night.ended) if night.ended else "",
        "whole": night.summary is not None,
        "stopped": bool(summary.get("stopped")),
        "counts": {state: sum(by.values()) for state, by in ended.items()},
        "reasons": sorted(summary.get("reasons", {}).items(), key=lambda one: (-one[1], one[0])),
        "seconds": summary.get("speed", {}).get("audio_seconds", 0.0),
    }


def share(figure: Any) -> str:
    """92.3 % of a Share or an Average; a dash where there is nothing to count."""
    if isinstance(figure, Average):
        return "–" if figure.mean is None else f"{100 * figure.mean:.1f}%"
    return percent(figure)


def interval(figure: Any) -> str:
    """85.1–96.3, or nothing."""
    return span(figure)


def _data(found: Overview, items: tuple[Charged, ...], w: Any) -> dict[str, Any]:
    """What the charts are drawn of; every figure stands in a table of the page as well."""
    keys = ("random", "all", "interval", "cards", "cumulative", "precision")
    return {
        "words": {key: w(f"desk-lists.chart-{key}") for key in keys},
        "teams": [_scored(one, w) for one in found.teams],
        "charged": [
            {"name": one.tally.ask, "cards": one.tally.cards, "cumulative": one.cumulative}
            for one in items
        ],
        "precision": [
            {
                "name": one.ask,
                "rate": one.agreement.precision.rate,
                **_ends(one.agreement.precision),
            }
            for one in precise(found.items)
            if one.agreement.charged
        ][:MOST_BARS],
        "days": [one.isoformat()[5:] for one in found.work.days],
        "work": [{"name": who, "counts": list(n)} for who, n in found.work.people.items()],
    }


def _scored(one: Scored, w: Any) -> dict[str, Any]:
    name = one.team or w("desk-lists.no-team")
    return {"name": name, "mean": one.random.mean, "all": one.all.mean, **_ends(one.random)}


def _ends(figure: Any) -> dict[str, float | None]:
    return {"low": figure.low, "high": figure.high}
