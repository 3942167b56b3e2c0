"""Pages that open without a server: one self-contained file per call, and an index by risk.

Nothing is loaded from anywhere; a strict content security policy names the page's own style and
script by their hashes, and Jinja2 escapes everything that calls, files and templates say.
"""

import base64
import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline import __version__
from pipeline.call import Call
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.report.events import happened
from pipeline.report.view import (
    GLYPHS,
    CallView,
    call_view,
    is_judged,
    needs_eyes,
    risk,
    share,
    tone,
)
from pipeline.report.waveform import BINS, lanes, ticks
from pipeline.scoring.scorecard import ItemResult
from pipeline.settings import Settings
from pipeline.speech.clip import MEDIA_TYPE, Clip, clip
from pipeline.wording import clock, say, say_refusal, word
from pipeline.workflow.scoring import Scored

TEMPLATES = Path(__file__).parent / "templates"
INDEX = "index.html"
PRIVATE = 0o600
"""Read and written by their owner alone."""
LONGEST_NAME = 60
"""Characters of a page's file name: 180 bytes of Chinese stay below every file system's limit."""
MOST_CHARGED = 5
MOST_UNSURE = 5
"""A recording that could not be understood has every item open; a list of them says nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index."""

    name: str
    page: str
    result: Scored
    call: Call
    tone: str


def write_pages(results: Sequence[Scored], target: Path, settings: Settings) -> Path:
    """Write a page per call and the index, which is returned. Raises Refusal where the folder
    cannot be written; a recording that cannot be listened to gets a page without sound."""
    entries = []
    taken: set[str] = {INDEX}
    try:
        target.mkdir(parents=True, exist_ok=True)
        for result in results:
            if result.call is None:
                continue
            name = result.source.name
            page = _page_name(f"{result.source.paths[0].stem} {result.source.part}", taken)
            shade = max((tone(card) for card in result.cards), key=_gravity, default="none")
            entries.append(Entry(name, page, result, result.call, shade))
            view = call_view(name, result.call, result.cards)
            read = result.source.call is not None
            html = call_page(view, None if read else _clip(result, settings), settings, read)
            _write(target / page, html)
        index = target / INDEX
        _write(index, index_page(entries, results, settings.language))
    except OSError as error:
        raise Refusal("report.not-writable", str(target), found=error.strerror or "") from error
    return index


def _write(path: Path, text: str) -> None:
    """What was said in calls is nobody else's to read or to hear."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, PRIVATE)  # also where it was there already
        file.write(text)


def call_page(view: CallView, sound: Clip | None, settings: Settings, read: bool = False) -> str:
    """The page of one call; sound is None where there is nothing to listen to. read: the call was
    in writing, so that nobody misses its sound."""
    peaks = sound.peaks if sound else ()
    data = {
        "duration": view.call.duration,
        "hits": [
            {"id": f.number, "start": f.hit.start, "end": f.hit.end, "open": f.tone != "pass"}
            for f in view.findings
        ],
        "turns": [[turn.start, turn.end] for turn in view.call.turns],
    }
    return _render(
        "call.html",
        settings.language,
        script="call.js",
        view=view,
        audio=_data_uri(sound) if sound else "",
        read=read,
        lanes=lanes(view.call, peaks),
        ticks=ticks(view.call.duration),
        bins=BINS,
        data=data,
    )


def index_page(entries: Sequence[Entry], results: Sequence[Scored], language: str) -> str:
    """All calls, those to be heard first on top."""
    ordered = sorted(entries, key=lambda entry: risk(entry.result.cards), reverse=True)
    cards = [card for entry in entries for card in entry.result.cards]
    asks = {item.id: item.ask for card in cards for item in card.items}
    charged = Counter(
        item.id for card in cards for item in card.items if item.verdict == Verdict.FAIL
    )
    return _render(
        "index.html",
        language,
        entries=ordered,
        failed=[result for result in results if result.call is None],
        average=share(cards),
        is_judged=is_judged,
        charged=[(asks[item], count) for item, count in charged.most_common(MOST_CHARGED)],
        unsure=sum(unsettled(item) for card in cards for item in card.items),
        most_unsure=MOST_UNSURE,
        troubled=sum(entry.tone == "fail" for entry in entries),
        seconds=sum(entry.call.duration for entry in entries),
    )


def unsettled(item: ItemResult) -> bool:
    """A person must confirm or reject what the machine found."""
    return needs_eyes(item) and item.verdict != Verdict.FAIL


def _clip(result: Scored, settings: Settings) -> Clip | None:
    try:
        return clip(result.source.paths, settings.audio, BINS)
    except Refusal:
        return None  # scored from a stored transcript; the recording itself is gone


def _data_uri(sound: Clip) -> str:
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(sound.audio).decode()}"


def _render(template: str, language: str, script: str = "", **values: Any) -> str:
    style, code = _asset("page.css"), _asset(script) if script else ""
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(code)}'" if code else "script-src 'none'",
            "img-src data:",
            "media-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            html_language="zh-CN" if language == "zh" else "en",
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(code),  # noqa: S704 - our own file
            policy=policy,
            version=__version__,
            w=lambda key, **given: word(f"report.{key}", language, **given),
            happened=lambda hit: happened(hit, language),
            say=lambda reason: say(reason, language),
            say_refusal=lambda refusal: say_refusal(refusal, language),
            **values,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "points": lambda value: f"{value:g}"}
    environment.tests["unsettled"] = unsettled
    environment.globals |= {"glyphs": {verdict.value: glyph for verdict, glyph in GLYPHS.items()}}
    return environment


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _page_name(stem: str, taken: set[str]) -> str:
    """A file name that any system takes, unlike all others, also where case counts for nothing."""
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:LONGEST_NAME] or "call"
    name, number = f"{stem}.html", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.html"
    taken.add(name.casefold())
    return name


def _gravity(shade: str) -> int:
    return ("none", "pass", "unsure", "fail").index(shade)
