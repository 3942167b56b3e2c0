"""Cases as one page that opens anywhere: the sound is in it, and nothing is loaded."""

import base64
from datetime import date
from pathlib import Path

from pipeline.report.rendering import render, write_page
from pipeline.speech.clip import MEDIA_TYPE
from pipeline.wording import word
from pipeline.workflow.handing_out import Pack

PAGE = "cases.html"


def write_case_page(pack: Pack, target: Path, language: str) -> Path:
    """Write the page; into a folder under its usual name. The file; Refusal where it cannot be."""
    return write_page(target, PAGE, case_page(pack, language))


def case_page(pack: Pack, language: str) -> str:
    """The page as HTML."""
    return render(
        "case_pack.html",
        language,
        style_too="cases.css",
        pack=pack,
        sounds=[_data_uri(part.sound) for part in pack.parts],
        day=date.today().isoformat(),
        c=lambda key, **given: word(f"cases.{key}", language, **given),
    )


def _data_uri(sound: Path | None) -> str:
    if sound is None:
        return ""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(sound.read_bytes()).decode()}"
