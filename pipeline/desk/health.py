"""Whether the desk lives and is ready, for what watches it. No names, no places, no secrets."""

import shutil
import threading
import time
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from pipeline.desk.place import Place, place
from pipeline.refusal import Refusal
from pipeline.speech.model_folder import is_whole
from pipeline.storage import People
from pipeline.storage.troubles import GIGABYTE, LEAST_FREE_GIGABYTES

router = APIRouter()
LASTS_SECONDS = 5.0
"""Asking more often gets the same answer, and costs nothing."""


@dataclass(slots=True)
class Looked:
    """The last look."""

    at: float = -LASTS_SECONDS
    found: dict[str, dict[str, object]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@router.get("/healthz")
def lives() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def is_ready(request: Request) -> JSONResponse:
    looked: Looked = request.app.state.looked
    with looked.lock:
        if time.monotonic() - looked.at >= LASTS_SECONDS:
            looked.found, looked.at = _look(place(request)), time.monotonic()
        found = looked.found
    well = all(one["good"] for one in found.values())
    return JSONResponse({"status": "ok" if well else "not ready", **found}, 200 if well else 503)


def _look(here: Place) -> dict[str, dict[str, object]]:
    return {"database": _database(here), "disk": _disk(here), "model": _model(here)}


def _database(here: Place) -> dict[str, object]:
    try:
        return {"good": True, "revision": here.open(People).revision()}
    except Refusal as refusal:
        return {"good": False, "reason": refusal.reason.key}


def _disk(here: Place) -> dict[str, object]:
    free = shutil.disk_usage(here.home).free / GIGABYTE
    return {"good": free >= LEAST_FREE_GIGABYTES, "free_gigabytes": round(free, 1)}


def _model(here: Place) -> dict[str, object]:
    return {"good": is_whole(here.settings.speech.model)}
