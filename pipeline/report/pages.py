"""Pages that open without a server: one self-contained file per call, and an index by risk.

Nothing is loaded from anywhere; a strict content security policy names the page's own style and
script by their hashes, and Jinja2 escapes everything that calls, files and templates say.
"""

import base64
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.report.engine_words import engine_words
from pipeline.report.rendering import render, write_private
from pipeline.report.view import (
    CallView,
    call_view,
    tone,
)
from pipeline.report.waveform import BINS, lanes, ticks
from pipeline.scoring.risk import risk, unsettled
from pipeline.scoring.so_far import is_judged, marks, share
from pipeline.settings import Settings
from pipeline.speech.clip import MEDIA_TYPE, Clip, clip
from pipeline.workflow.scoring import Scored

INDEX = "index.html"
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
            write_private(target / page, html)
        index = target / INDEX
        write_private(index, index_page(entries, results, settings.language))
    except OSError as error:
        raise Refusal("report.not-writable", str(target), found=error.strerror or "") from error
    return index


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
    return render(
        "call.html",
        settings.language,
        script="call.js",
        view=view,
        engine=engine_words(view.call.engine, settings.language),
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
    return render(
        "index.html",
        language,
        entries=ordered,
        failed=[result for result in results if result.call is None],
        average=share(cards),
        is_judged=is_judged,
        marks=marks,
        waits=any(marks(card).waiting for card in cards),
        charged=[(asks[item], count) for item, count in charged.most_common(MOST_CHARGED)],
        less_charged=len(charged) - MOST_CHARGED,
        unsure=sum(unsettled(item) for card in cards for item in card.items),
        most_unsure=MOST_UNSURE,
        troubled=sum(entry.tone == "fail" for entry in entries),
        seconds=sum(entry.call.duration for entry in entries),
    )


def _clip(result: Scored, settings: Settings) -> Clip | None:
    try:
        return clip(result.source.paths, settings.audio, BINS)
    except Refusal:
        return None  # scored from a stored transcript; the recording itself is gone


def _data_uri(sound: Clip) -> str:
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(sound.audio).decode()}"


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
