"""Cases to take along: what a page or slides are made of, on record before it is handed out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from pipeline.call import Values
from pipeline.refusal import Refusal
from pipeline.storage import Act, Person
from pipeline.storage.case_records import Case, Sought
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.cases import Held, Told, listed, read, told_of
from pipeline.workflow.clips import clip_path
from pipeline.workflow.playlists import MOST_CASES, playlist

MOST_NAMED = 20
"""Cases that the record names one by one."""
MOST_MINUTES = 120
"""Of sound in one file: it is put together in memory, and a browser has to open it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A case, and where its sound lies; None: it has none, or may not be heard as it is."""

    told: Told
    sound: Path | None


@dataclass(frozen=True, slots=True)
class Pack:
    """What is taken along."""

    title: str
    parts: tuple[Part, ...]


def pack_cases(held: Held, asker: Person, numbers: Sequence[int], kind: str) -> Pack:
    """These cases, in this order. kind: of file, for the record."""
    demand(asker, Permission.TEACH)
    cases = [read(held, asker, number) for number in numbers]
    if not cases:
        raise Refusal("cases.no-case")
    check_length(cases)
    parts = tuple(_part(held, told_of(held, case)) for case in cases)
    target = " ".join(str(case.id) for case in cases[:MOST_NAMED])
    held.cases.note(Act(asker.login, "cases-exported", target, {"cases": len(cases), "as": kind}))
    return Pack(cases[0].notes.title, parts)


def pack_playlist(held: Held, asker: Person, number: int, kind: str) -> Pack:
    """The cases of a playlist, in its order."""
    demand(asker, Permission.TEACH)
    found = playlist(held.cases, asker, number)
    cases = listed(held.cases, asker, Sought(playlist=number), limit=MOST_CASES).rows
    if not cases:
        raise Refusal("cases.empty-playlist")
    check_length(cases)
    parts = tuple(_part(held, told_of(held, case)) for case in cases)
    details: Values = {"cases": len(cases), "playlist": number, "as": kind}
    held.cases.note(Act(asker.login, "cases-exported", "", details))
    return Pack(found.title, parts)


def check_length(cases: Iterable[Case]) -> None:
    """Refusal cases.too-much-sound where all of it is too long for one file."""
    spans = [case.cut.span for case in cases if case.cut.clip]
    minutes = sum(span.end - span.start for span in spans) / 60
    if minutes > MOST_MINUTES:
        raise Refusal("cases.too-much-sound", found=ceil(minutes), allowed=MOST_MINUTES)


def _part(held: Held, told: Told) -> Part:
    return Part(told, clip_path(held.home, told.case.cut.clip) if told.sound else None)
