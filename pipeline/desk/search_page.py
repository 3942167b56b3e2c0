"""Search: what was said in calls, with the moment to play it; and searches that are kept."""

from datetime import date
from functools import partial
from itertools import groupby
from math import isfinite
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import Number, allowed
from pipeline.desk.filters import LONGEST, day
from pipeline.desk.misfit import Misfit
from pipeline.desk.moments import short
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.report.found_words import pieces
from pipeline.scoring.review import Standing
from pipeline.storage import People, Person, Store
from pipeline.storage.figures import Figures
from pipeline.storage.saved_searches import SavedSearches
from pipeline.storage.search import LIMIT, Search
from pipeline.storage.search_records import Hit
from pipeline.text.reading_query import MAX_CHARACTERS
from pipeline.wording import say_refusal
from pipeline.workflow import saved_searches
from pipeline.workflow.access import Permission, may, teams_of
from pipeline.workflow.asked import NAMES, NUMBERS, Asked, asked_of
from pipeline.workflow.figures import choices
from pipeline.workflow.searching import search

router = APIRouter(prefix="/search", include_in_schema=False)
Reader = Annotated[Person, Depends(allowed(Permission.READ))]
QUERY = "q"
"""The name of the query in an address; the other names are those of Asked."""
TOLD = frozenset({"kept", "removed"})
CHOICES = {
    "state": tuple(one.value for one in Standing),
    "verdict": (Verdict.FAIL.value, Verdict.UNSURE.value, Verdict.PASS.value),
}


@router.get("")
def show(request: Request, asker: Reader, told: str = "") -> Response:
    """The box, what is kept, and what is found."""
    here = place(request)
    asked = asked_in(request.query_params, "told")
    return page(
        request,
        "search.html",
        told=told if told in TOLD else "",
        kinds=CHOICES,
        choices=choices(here.open(Figures), here.open(Store), teams_of(asker)),
        longest=MAX_CHARACTERS,
        **_kept(request, asker),
        **_found(request, asker, asked),
    )


@router.get("/hits")
def hits(request: Request, asker: Reader) -> Response:
    """What is found alone, without loading all anew."""
    asked = asked_in(request.query_params)
    answer = page(request, "search_hits.html", **_found(request, asker, asked))
    answer.headers["HX-Push-Url"] = address(asked)
    return answer


@router.post("/saved")
def keep(
    request: Request,
    asker: Reader,
    name: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Keep the search whose page is wanted; another of the asker's under that name gives way."""
    asked = asked_in(QueryParams(wanted.partition("?")[2]))
    kept = place(request).open(SavedSearches)
    saved_searches.keep(kept, asker, name, asked, bool(shared))
    return RedirectResponse(f"{address(asked)}&told=kept", 303)


@router.get("/saved/{number}")
def again(request: Request, asker: Reader, number: Number) -> Response:
    """On to the page of a search that is kept."""
    found = saved_searches.opened(place(request).open(SavedSearches), asker, number)
    return RedirectResponse(address(asked_of(found.asked)), 303)


@router.post("/saved/{number}/remove")
def remove(request: Request, asker: Reader, number: Number) -> Response:
    """Keep it no longer."""
    saved_searches.remove(place(request).open(SavedSearches), asker, number)
    return RedirectResponse("/search?told=removed", 303)


def asked_in(given: QueryParams, *beside: str) -> Asked:
    """What an address asks for; beside: other names that may stand in it. Misfit for a name that is
    none, one given twice, or a wrong value. Of a query that is none, search() tells."""
    found: dict[str, str | float] = {}
    for name, value in given.multi_items():
        if name in beside or not value.strip():
            continue
        named = "query" if name == QUERY else name
        longest = MAX_CHARACTERS + 1 if name == QUERY else LONGEST
        if named not in NAMES or name == "query":
            raise Misfit(name, "known")
        if named in found:
            raise Misfit(name, "once")
        if len(value) > longest:
            raise Misfit(name, "short", most=longest)
        if "\0" in value:  # PostgreSQL takes none
            raise Misfit(name, "other")
        found[named] = _number(name, value) if named in NUMBERS else value.strip()
    for name in ("since", "until"):
        day(name, str(found.get(name, "")))
    for name, values in CHOICES.items():
        if found.get(name, values[0]) not in values:
            raise Misfit(name, "one-of", allowed="、".join(values))
    return asked_of(found)


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise Misfit(name, "number") from None
    if not isfinite(number) or number < 0:
        raise Misfit(name, "least", least=0)
    return number


def address(asked: Asked) -> str:
    """The page of what is asked: `/search?q=退款&team=一组`."""
    said = {QUERY if name == "query" else name: value for name, value in asked.said.items()}
    plain = {name: f"{v:g}" if isinstance(v, float) else v for name, v in said.items()}
    return "/search" + (f"?{urlencode(plain)}" if plain else "")


def _kept(request: Request, asker: Person) -> dict[str, Any]:
    """What is kept, own ones first."""
    here = place(request)
    kept = saved_searches.listed(here.open(SavedSearches), asker)
    others = any(one.by != asker.login for one in kept)
    everybody = here.open(People).everybody() if others else ()
    return {
        "names": {one.login: one.name for one in everybody},
        "kept": sorted(kept, key=lambda one: one.by != asker.login),
        "may_remove": partial(saved_searches.may_remove, asker),
    }


def _found(request: Request, asker: Person, asked: Asked) -> dict[str, Any]:
    """What is found, or why the query is none."""
    found, refused = None, ""
    if asked.query:
        try:
            index = place(request).open(Search)
            found = search(index, asker, asked.query, asked.among(), LIMIT)
        except Refusal as refusal:
            if not refusal.reason.key.startswith("search."):
                raise
            refused = say_refusal(refusal, language_of(request))
    return {
        "asked": asked,
        "here": address(asked),
        "found": found,
        "calls": _by_call(found.hits if found else ()),
        "refused": refused,
        "pieces": pieces,
        "when": partial(short, date.today()),
        "may_share": may(asker, Permission.SHARE),
        "may_teach": may(asker, Permission.TEACH),
    }


def _by_call(hits: tuple[Hit, ...]) -> list[list[Hit]]:
    """Those of a call stand together already."""
    return [list(some) for _, some in groupby(hits, lambda hit: hit.card)]
