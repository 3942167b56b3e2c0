"""Topics and news: what customers call about, what rose, what nobody could answer; habits of good
calls. Sums for everybody who may see them; calls for those who may read them."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk.entering import Number, allowed
from pipeline.desk.moments import moment
from pipeline.desk.overview import interval, share
from pipeline.desk.pages import language_of, page, words
from pipeline.desk.place import Place, place
from pipeline.insight.comparing import Difference
from pipeline.insight.topics import FEWEST_CALLS
from pipeline.scoring.agreement import Share
from pipeline.storage import Person, Store
from pipeline.storage.figures import Figures
from pipeline.storage.gists import Gists
from pipeline.storage.reviews import Reviews
from pipeline.storage.topics import Topics
from pipeline.workflow.access import Permission, may
from pipeline.workflow.alike import Insight, calls_of, gap_calls
from pipeline.workflow.figures import choices
from pipeline.workflow.gathering import calls_there
from pipeline.workflow.topic_findings import last_habits, week_days
from pipeline.workflow.topics import Row, Told, topics_of

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Person, Depends(allowed(Permission.TOPICS))]
MOST_BARS = 12
MOST_WORDS = 20
MOST_HABITS = 40


def insight(here: Place) -> Insight:
    """What the store knows of many calls."""
    return Insight(topics=here.open(Topics), gists=here.open(Gists), reviews=here.open(Reviews))


@router.get("/topics")
def show(request: Request, person: Viewer) -> Response:
    """All topics as they were last found."""
    here = place(request)
    told = topics_of(person, here.open(Topics), here.open(Gists))
    w = partial(words, language_of(request))
    return page(
        request,
        "topics.html",
        told=told,
        none_yet="" if told and told.rows else none_yet(request),
        most_words=MOST_WORDS,
        data=_data(w, sides=_sides(told)) if told else None,
        **shown(person),
    )


@router.get("/topics/habits")
def habits(request: Request, person: Viewer) -> Response:
    """What parts the best quarter from the worst, template by template."""
    here = place(request)
    kept = last_habits(here.open(Topics))
    return page(
        request,
        "habits.html",
        found_at=moment(kept[0]) if kept else "",
        manners=kept[1] if kept else (),
        none_yet="" if kept else none_yet(request),
        titles=choices(here.open(Figures), here.open(Store), None).templates,
        most=MOST_HABITS,
        **shown(person),
    )


@router.get("/topics/{number}")
def one(request: Request, person: Viewer, number: Number) -> Response:
    """One topic, with the calls that the reader may open."""
    here = place(request)
    told = topics_of(person, here.open(Topics), here.open(Gists))
    row = next((row for row in told.rows if row.number == number), None) if told else None
    if row is None or told is None:
        raise HTTPException(404)
    calls, whole = calls_of(insight(here), person, number)
    weeks = list(zip(week_days(told.news.window), row.weeks, told.news.calls, strict=True))
    w = partial(words, language_of(request))
    return page(
        request,
        "topic.html",
        row=row,
        told=told,
        calls=calls,
        whole=whole,
        unknowing=gap_calls(insight(here), person, row.gap) if row.gap else (),
        weeks=[(name, Share(part, of)) for name, part, of in weeks],
        data=_data(w, weeks=[_bar(name, Share(part, of)) for name, part, of in weeks]),
        **shown(person),
    )


def none_yet(request: Request) -> str:
    """Why there is nothing to see: how many calls there are, and how many it takes."""
    calls = calls_there(place(request).open(Gists), date.today())
    said = partial(words, language_of(request))
    return said("topics.none-yet", calls=calls, fewest=FEWEST_CALLS)


def shown(person: Person) -> dict[str, Any]:
    """What pages of many calls say figures with, and where they lead the reader."""
    return {
        "percent": share,
        "span": interval,
        "change": change,
        "when": moment,
        "may_topics": may(person, Permission.TOPICS),
        "may_compare": may(person, Permission.COMPARE),
        "may_needs": may(person, Permission.NEEDS),
        "may_read": may(person, Permission.READ),
    }


def change(found: Difference) -> tuple[str, str]:
    """+3.1 and its interval, in percentage points; a dash where there is nothing to compare."""
    if found.value is None or found.interval is None:
        return "–", ""
    low, high = found.interval
    return f"{100 * found.value:+.1f}", f"{100 * low:+.1f} … {100 * high:+.1f}"


def _sides(told: Told) -> list[dict[str, Any]]:
    """The topics that rose, then the most frequent."""
    rows: list[Row] = list(dict.fromkeys((*told.rose, *told.rows)))[:MOST_BARS]
    return [
        {"name": row.name, "mean": row.change.one.rate, "all": row.change.other.rate, **ends(row)}
        for row in rows
    ]


def ends(row: Row) -> dict[str, float | None]:
    """Of this week's share."""
    return {"low": row.change.one.low, "high": row.change.one.high}


def _bar(name: str, found: Share) -> dict[str, Any]:
    return {"name": name, "rate": found.rate, "low": found.low, "high": found.high}


def _data(w: Any, **charts: Any) -> dict[str, Any]:
    """What the charts are drawn of; every figure stands in a table of the page as well."""
    said = {
        "random": w("topics.column-now"),
        "all": w("topics.column-weeks-before"),
        "interval": w("desk-lists.chart-interval"),
        "share": w("desk-topics.share"),
    }
    return {"words": said, **charts}
