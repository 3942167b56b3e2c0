"""The sound of a card, by ranges, and its picture when it is made later than the page.

A card's number is all that a browser may say: which file that is, the store knows.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from pipeline.desk.call_page import laid_out, words_for
from pipeline.desk.call_view import picture
from pipeline.desk.entering import Number, allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.speech.clip import MEDIA_TYPE
from pipeline.storage import Person
from pipeline.storage.reviews import Reviews
from pipeline.workflow.access import Permission
from pipeline.workflow.listening import listens
from pipeline.workflow.reviewing import opened, reckoned, seen

router = APIRouter(prefix="/cards/{card}", include_in_schema=False)
WAIT_SECONDS = 1.0
ACCEPTED, GONE, LATER = 202, 410, 503
Listener = Annotated[Person, Depends(allowed(Permission.LISTEN))]


@router.api_route("/sound", methods=["GET", "HEAD"])
def hear(request: Request, asker: Listener, card: Number, ahead: bool = False) -> Response:
    """MP3 at a constant rate; a range of it with 206, what lies beyond its end with 416. ahead: it
    is not played yet, and what plays it says so then (played)."""
    here = place(request)
    reviews = here.open(Reviews)
    recording = opened(reviews, asker, card, Permission.LISTEN).recording
    try:
        sound = here.sounds.sound(recording, WAIT_SECONDS)
    except Refusal:
        return Response(status_code=GONE)
    if sound is None:
        return Response(status_code=LATER, headers={"retry-after": "1"})
    if here.sounds.sits_down(asker.login, f"card {card}", ahead):
        listens(reviews, asker, card, ahead)
    etag = f'"{sound.audio.stem}"'
    return FileResponse(sound.audio, media_type=MEDIA_TYPE, headers={"etag": etag})


@router.post("/played")
def played(request: Request, asker: Listener, card: Number) -> Response:
    """A sound that was fetched ahead is heard now."""
    here = place(request)
    reviews = here.open(Reviews)
    seen(reviews, asker, card, Permission.LISTEN)
    if here.sounds.sits_down(asker.login, f"card {card}"):
        listens(reviews, asker, card)
    return JSONResponse({})


@router.get("/wave")
def wave(request: Request, asker: Listener, card: Number) -> Response:
    """The picture of the sound; 202 while it is being made, 410 where there is none to be made."""
    here = place(request)
    review = opened(here.open(Reviews), asker, card, Permission.LISTEN)
    try:
        sound = here.sounds.sound(review.recording, WAIT_SECONDS)
    except Refusal:
        return Response(status_code=GONE)
    if sound is None:
        return Response(status_code=ACCEPTED)
    language = language_of(request)
    listed = laid_out(asker, review, reckoned(here.open(Reviews), review), language)
    drawn = picture(review.call, listed.claims, sound.peaks)
    return page(request, "call_wave.html", drawn=drawn, **words_for(review, language))
