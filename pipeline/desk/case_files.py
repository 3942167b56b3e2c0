"""What is heard of cases, and what is taken along of them; all of it on record."""

from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pipeline.desk.case_pages import Reader, Teacher, held
from pipeline.desk.entering import Number
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.report.case_page import case_page
from pipeline.report.case_slides import MEDIA, case_slides
from pipeline.speech.clip import MEDIA_TYPE
from pipeline.workflow.cases import sound_of
from pipeline.workflow.handing_out import Pack, pack_cases, pack_playlist

router = APIRouter(include_in_schema=False)
GONE = 410
Kind = Annotated[str, Path(pattern="html|pptx")]


@router.api_route("/cases/{case}/sound", methods=["GET", "HEAD"])
def hear(request: Request, person: Reader, case: Number) -> Response:
    """MP3 at a constant rate, by ranges; 410 where there is none, or none that may be heard."""
    begins = partial(place(request).sounds.sits_down, person.login, f"case {case}")
    try:
        path = sound_of(held(request), person, case, "case-heard", begins)
    except Refusal as refusal:
        if refusal.reason.key in ("cases.no-clip", "cases.unbeeped"):
            return Response(status_code=GONE)
        raise
    return FileResponse(path, media_type=MEDIA_TYPE, headers={"etag": f'"{path.stem}"'})


@router.get("/cases/{case}/clip.mp3")
def download(request: Request, person: Teacher, case: Number) -> Response:
    """The same to keep."""
    path = sound_of(held(request), person, case, "case-downloaded")
    return FileResponse(path, media_type=MEDIA_TYPE, filename=f"zhiyin-case-{case}.mp3")


@router.get("/cases/{case}/export.{kind}")
def take_case(request: Request, person: Teacher, case: Number, kind: Kind) -> Response:
    """One case as a page or as slides."""
    with place(request).taking():
        return _file(request, pack_cases(held(request), person, [case], kind), kind)


@router.get("/playlists/{number}/export.{kind}")
def take_playlist(request: Request, person: Teacher, number: Number, kind: Kind) -> Response:
    """A playlist as a page or as slides."""
    with place(request).taking():
        return _file(request, pack_playlist(held(request), person, number, kind), kind)


def _file(request: Request, pack: Pack, kind: str) -> Response:
    language = language_of(request)
    if kind == "pptx":
        content, media = case_slides(pack, language), MEDIA
    else:
        content, media = case_page(pack, language).encode(), "text/html; charset=utf-8"
    name = quote(f"{pack.title}.{kind}", safe="")
    headers = {
        "content-disposition": f"attachment; filename=\"cases.{kind}\"; filename*=UTF-8''{name}"
    }
    return Response(content, media_type=media, headers=headers)
