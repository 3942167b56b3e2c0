"""Calls like one, pairs that were handled well and badly, and two calls side by side."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk.call_page import laid_out, words_for
from pipeline.desk.entering import LAST, Number, allowed
from pipeline.desk.pages import language_of, page, words
from pipeline.desk.place import place
from pipeline.desk.topic_pages import insight, none_yet, shown
from pipeline.hit import Verdict
from pipeline.scoring.so_far import marks
from pipeline.storage import Person
from pipeline.storage.figure_lists import Raised
from pipeline.storage.figures import Figures
from pipeline.storage.reviews import Reviews
from pipeline.storage.topics import Topics
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission
from pipeline.workflow.alike import like, pairs, topics_seen
from pipeline.workflow.topic_findings import last_news

router = APIRouter(include_in_schema=False)
Comparer = Annotated[Person, Depends(allowed(Permission.COMPARE))]
Topic = Annotated[int, Query(ge=0, le=LAST)]
Card = Annotated[int, Query(ge=1, le=LAST)]


@router.get("/cards/{card}/similar")
def similar(request: Request, person: Comparer, card: Number) -> Response:
    """Calls like that of a card, that the reader may open."""
    found = like(insight(place(request)), person, card)
    cards = [one.listed.id for one in found.calls]
    own = found.review.listed
    return page(
        request,
        "similar.html",
        found=found,
        own=own,
        raised=_failed(request, [own.id, *cards]),
        better=lambda one: _share(one) >= _share(own),
        **shown(person),
    )


@router.get("/topics/pairs")
def contrasts(request: Request, person: Comparer, topic: Topic = 0) -> Response:
    """Pairs of one topic; without one of the most frequent. Topics that no call is about which the
    reader sees are not there."""
    rows = topics_seen(insight(place(request)), person)
    chosen = next((row for row in rows if row.number == topic), None)
    if topic and chosen is None:
        raise HTTPException(404)
    chosen = chosen or next(iter(rows), None)
    found = pairs(insight(place(request)), person, chosen.number) if chosen else ()
    cards = [one.id for pair in found for one in (pair.well, pair.badly)]
    return page(
        request,
        "pairs.html",
        rows=rows,
        chosen=chosen,
        nothing="" if rows else _nothing(request),
        pairs=found,
        raised=_failed(request, cards),
        **shown(person),
    )


@router.get("/compare")
def compare(request: Request, person: Comparer, well: Card, badly: Card) -> Response:
    """Two cards side by side, the better one first; both on record as viewed."""
    reviews, language = place(request).open(Reviews), language_of(request)
    opened = [reviewing.open_card(reviews, person, card) for card in (well, badly)]
    reckoned = [reviewing.reckoned(reviews, one) for one in opened]
    sides: list[dict[str, Any]] = []
    for review, ruled in zip(opened, reckoned, strict=True):
        laid = laid_out(person, review, ruled, language)
        verdicts = {name: ruling.verdict for name, ruling in ruled.rulings.items()}
        asks = {item.id: item.ask for item in review.card.items}
        sides.append(
            {
                "listed": review.listed,
                "rows": laid.rows,
                "marks": marks(review.card, ruled),
                "verdicts": verdicts,
                "asks": asks,
                "said": words_for(review, language)["r"],
            }
        )
    return page(request, "compare.html", sides=sides, apart=_apart(sides), **shown(person))


def _nothing(request: Request) -> str:
    """Why there are no topics to choose from: none at all, or of no call that the reader sees."""
    if last_news(place(request).open(Topics)) is None:
        return none_yet(request)
    return words(language_of(request), "desk-topics.no-calls")


def _apart(sides: list[dict[str, Any]]) -> list[tuple[str, Verdict, Verdict]]:
    """Items on which the two differ: what is asked, and both verdicts."""
    one, other = (side["verdicts"] for side in sides)
    return [
        (sides[0]["asks"][item], one[item], other[item])
        for item in one
        if item in other and one[item] != other[item]
    ]


def _failed(request: Request, cards: list[int]) -> dict[int, list[Raised]]:
    """What failed on each card, as it stands now."""
    found = place(request).open(Figures).raised(cards)
    return {card: [one for one in of if one.verdict == Verdict.FAIL] for card, of in found.items()}


def _share(listed: Any) -> float:
    return listed.total / listed.max if listed.max > 0 else 0.0
