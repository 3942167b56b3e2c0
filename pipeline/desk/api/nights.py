"""Nights, what failed in them, and trying that again; and whose token it is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request

from pipeline.desk.api.asking import Limit
from pipeline.desk.api.entering import Caller, allowed
from pipeline.desk.api.models import Failures, Me, Nights, Retry, Waiting
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.storage import Failure, Ledger, Night, Person
from pipeline.wording import say
from pipeline.workflow.access import MAY, Permission
from pipeline.workflow.failing import retry

router = APIRouter()
Leading = Annotated[Person, Depends(allowed(Permission.RETRY))]


@router.get("/me", response_model=Me)
def me(person: Caller) -> dict[str, Any]:
    """Whose token it is, and what they may."""
    return {
        "login": person.login,
        "name": person.name,
        "role": person.role,
        "teams": list(person.teams),
        "agent": person.agent,
        "may": sorted(MAY[person.role]),
    }


@router.get("/nights", response_model=Nights)
def nights(
    request: Request,
    person: Annotated[Person, Depends(allowed(Permission.OVERVIEW))],
    limit: Limit = 7,
) -> dict[str, Any]:
    """The last nights, and how all recordings stand."""
    ledger = place(request).open(Ledger)
    counts = ledger.sums().counts
    return {
        "nights": [_night(one) for one in ledger.nights(limit)],
        "recordings": {
            state.value: {outcome.value: count for outcome, count in by.items()}
            for state, by in counts.items()
        },
    }


@router.get("/failures", response_model=Failures)
def failures(request: Request, person: Leading, limit: Limit = 50) -> dict[str, Any]:
    """What failed and waits for somebody to look at it, the latest first."""
    ledger, language = place(request).open(Ledger), language_of(request)
    reasons = ledger.sums().reasons
    items = [_failure(one, language) for one in ledger.failures(limit)]
    return {"items": items, "total": sum(reasons.values())}


@router.post("/failures/retry", response_model=Waiting)
def try_again(request: Request, person: Leading, sent: Retry) -> dict[str, Any]:
    """What failed waits again, as if it had never been tried; the next night takes it."""
    return {"waiting": retry(place(request).open(Ledger), person, sent.recording)}


def _night(one: Night) -> dict[str, Any]:
    return {
        "id": one.id,
        "engine": one.holder.engine,
        "began": one.began,
        "heartbeat": one.heartbeat,
        "ended": one.ended,
        "summary": None if one.summary is None else dict(one.summary),
    }


def _failure(one: Failure, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "recording": one.name,
        "outcome": one.outcome.value,
        "key": one.reason.key if one.reason else "",
        "reason": say(one.reason, language) if one.reason else "",
        "attempts": one.attempts,
        "at": one.changed,
    }
