"""The call page: one card with its call, its sound and what people say of it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.call import Medium
from pipeline.desk.call_state import Came, state_of
from pipeline.desk.call_view import Shown, as_decided, for_script, picture, shown
from pipeline.desk.entering import Number, allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.report.engine_words import engine_words
from pipeline.report.events import happened
from pipeline.report.transcript import Found
from pipeline.scoring.reckoning import Reviewed
from pipeline.scoring.review import Marking, Standing
from pipeline.storage import People, Person, Role
from pipeline.storage.review_records import Review, Why
from pipeline.storage.reviews import Reviews
from pipeline.wording import word, words_of
from pipeline.workflow import reviewing
from pipeline.workflow.access import Permission, may
from pipeline.workflow.listening import Sound
from pipeline.workflow.rules import ruleset_of

router = APIRouter(include_in_schema=False)
WAIT_SECONDS = 0.3
"""A short call's sound is made while its page is: then the page comes with it."""
Reader = Annotated[Person, Depends(allowed(Permission.READ))]


@router.get("/cards/{card}")
def show(
    request: Request, asker: Reader, card: Number, part: str = "", ahead: bool = False
) -> Response:
    """The page of a card; part=body: only what changes from card to card. ahead: it is not shown
    yet, and what shows it says so then (marking.shown)."""
    reviews = place(request).open(Reviews)
    if may(asker, Permission.REVIEW):  # before it is read: no rule settles what somebody looks at
        reviewing.looking(reviews, asker, card)
    review = reviewing.open_card(reviews, asker, card, ahead)
    if review.listed.replaced_by and review.standing == Standing.DRAFT:
        return RedirectResponse(f"/cards/{review.listed.replaced_by}", 303)
    template = "call_body.html" if part == "body" else "call.html"
    return page(request, template, **_values(request, asker, review))


def laid_out(asker: Person, review: Review, reckoned: Reviewed, language: str) -> Shown:
    """The card as it may be read: its agent reads what people left of it, not what the machine
    thought."""
    card = review.card if asker.role != Role.AGENT else as_decided(review.card, reckoned)
    return shown(review.listed.name, review.call, card, language)


def _values(request: Request, asker: Person, review: Review) -> dict[str, Any]:
    here, language = place(request), language_of(request)
    reckoned = reviewing.reckoned(here.open(Reviews), review)
    ruleset = ruleset_of(review.card.ruleset, here.open(Reviews).texts)
    listed = laid_out(asker, review, reckoned, language)
    machine = asker.role != Role.AGENT
    marking = may(asker, Permission.REVIEW) and review.standing == Standing.DRAFT
    came = Came(
        card=review.card,
        version=review.version,
        standing=review.standing,
        marks=review.marks,
        reviewed=reckoned,
    )
    state = state_of(came, asker.login, with_answers=machine)
    sound, gone = _sound(request, review)
    chat = review.call.medium == Medium.CHAT
    data = {
        **for_script(listed, ruleset.template, language),
        "card": review.id,
        "me": asker.login,
        "names": _names(request, review),
        "may": {
            "mark": marking,
            "review": may(asker, Permission.REVIEW),
            "queue": may(asker, Permission.QUEUE),
            "teach": may(asker, Permission.TEACH),
        },
        "recording": review.recording_id,
        "reasons": reasons(here.settings.review.reasons, language),
        "state": state,
    }
    return {
        "card": review.id,
        "view": listed.view,
        "engine": engine_words(review.call.engine, language),
        "part": listed.part,
        "rows": listed.rows,
        "claims_of": listed.claims_of,
        "drawn": picture(review.call, listed.claims, sound.peaks) if sound else None,
        "sound": "ready" if sound else "" if gone or chat else "making",
        "gone": gone,
        "machine": machine,
        "marking": marking,
        "comparing": may(asker, Permission.COMPARE),
        "doing": _doing(asker, review, state, marking),
        "chips": _chips(review, language) if machine else [],
        "data": data,
        "said": _said(language),
        **words_for(review, language),
    }


def words_for(review: Review, language: str) -> dict[str, Any]:
    """What the templates of the call say things with."""

    def verdict(one: str) -> str:
        return word(f"verdict.{one}", language)

    def said(key: str, **values: str | float) -> str:
        return word(f"report.{key}", language, **values)

    return {"r": said, "verdict": verdict, "happened": partial(_happened, language, review)}


def _happened(language: str, review: Review, found: Found) -> str:
    return happened(found.hit, language, review.call)


def reasons(keys: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    """Why people override, as the list shows it; a reason of the centre's own is its own words."""
    known = words_of("desk-review")
    named = {key: f"desk-review.reason-{key}" for key in keys}
    return [(key, word(name, language) if name in known else key) for key, name in named.items()]


def _sound(request: Request, review: Review) -> tuple[Sound | None, str]:
    """The sound, if it is there already, or why there will be none."""
    if review.call.medium == Medium.CHAT:
        return None, ""
    try:
        return place(request).sounds.sound(review.recording, WAIT_SECONDS), ""
    except Refusal as refusal:
        return None, word(refusal.reason.key, language_of(request), **refusal.reason.values)


def _doing(asker: Person, review: Review, state: dict[str, Any], marking: bool) -> list[str]:
    """What the buttons at the head offer, to whom and when."""
    standing, mine = review.standing, state["mine"]
    offered = {
        "missed": marking,
        "comment": marking,
        "swap": marking,
        "excellent": marking,
        "case": may(asker, Permission.TEACH),
        "next": marking,
        "release": standing == Standing.CONFIRMED and may(asker, Permission.RELEASE),
        "undo": standing == Standing.CONFIRMED
        and bool(mine and mine["kind"] == Marking.STEP)
        and may(asker, Permission.REVIEW),
        "acknowledge": standing == Standing.RELEASED and may(asker, Permission.ACKNOWLEDGE),
        "keys": True,
    }
    return [name for name, is_offered in offered.items() if is_offered]


def _chips(review: Review, language: str) -> list[dict[str, str]]:
    listed = review.listed
    found = []
    if listed.why != Why.NONE:
        found.append({"tone": "", "said": word(f"desk-review.why-{listed.why.value}", language)})
    if listed.random and listed.why != Why.RANDOM:
        found.append({"tone": "", "said": word("desk-review.why-random", language)})
    return found


def _names(request: Request, review: Review) -> dict[str, str]:
    """Of those who marked the card, and nobody else's."""
    logins = {mark.by for mark in review.marks}
    everybody = place(request).open(People).everybody() if logins else ()
    return {one.login: one.name for one in everybody if one.login in logins}


def _said(language: str) -> dict[str, str]:
    """Every sentence that the script may say."""
    said = {key.partition(".")[2]: told[language] for key, told in words_of("desk-call").items()}
    verdicts = words_of("verdict")
    return said | {f"verdict-{key.partition('.')[2]}": t[language] for key, t in verdicts.items()}
