"""The case library: excerpts of calls for training, made and read by who may.

The words of a case are those of its call as it stands now, masks and corrections included; its
sound is cut when it is made, and again whenever it is changed. Where more is masked by now than is
beeped in it, nobody hears it until it is cut anew. Refusals: cases.no-case (not there, or not for
the asker), .changed (somebody was faster).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.call import Call, Interval, Medium
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.storage import Act, Person, Store, Stored
from pipeline.storage.case_records import (
    Case,
    CasePage,
    Changed,
    Chosen,
    Cut,
    Fresh,
    NoCase,
    Notes,
    Sought,
)
from pipeline.storage.cases import Cases
from pipeline.text.hushing import hushed, within
from pipeline.workflow.access import Permission, demand, teams_of
from pipeline.workflow.case_notes import checked
from pipeline.workflow.clips import cut_clip, forget_clips, present_clip
from pipeline.workflow.excerpts import Line, lines_of
from pipeline.workflow.listening import Fetch, at_hand

LEAST_SECONDS, MOST_SECONDS = 1.0, 1800.0
MOST_CHOSEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Where cases are made and kept. fetch: brings recordings that lie elsewhere."""

    cases: Cases
    store: Store
    home: Path
    audio: Audio
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case with its words. card: the last one of its call, 0 without; sound: it can be heard;
    beeped: so many numbers are hidden in it."""

    case: Case
    lines: tuple[Line, ...]
    card: int
    chat: bool
    sound: bool
    beeped: int


def listed(
    cases: Cases, asker: Person, sought: Sought, offset: int = 0, limit: int = 50
) -> CasePage:
    """Some of the cases that are sought, of calls that the asker sees."""
    demand(asker, Permission.CASES)
    return cases.page(replace(sought, teams=teams_of(asker)), offset, limit)


def chosen(cases: Cases, asker: Person) -> tuple[Chosen, ...]:
    """What inspectors marked as excellent and nobody has made a case of."""
    demand(asker, Permission.TEACH)
    return cases.chosen(MOST_CHOSEN)


def whole(held: Held, asker: Person, recording: int) -> Stored:
    """The call that a case is to be made of."""
    demand(asker, Permission.TEACH)
    return _call(held, recording)


def make(held: Held, asker: Person, recording: int, span: Interval, notes: Notes) -> int:
    """A new case of a stretch of a call; its number."""
    stored = whole(held, asker, recording)
    told = checked(notes)
    _check_span(stored.call, span)
    cut = _cut_if_possible(held, stored, span)
    act = Act(asker.login, "case-made", "", {"recording": recording})
    team = stored.recording.about.team or ""
    fresh = Fresh(recording=recording, team=team, notes=told, cut=cut)
    try:
        return held.cases.add(fresh, act)
    except BaseException as error:
        forget_clips(held.home, [cut.clip])
        if isinstance(error, NoCase):
            raise Refusal("cases.no-call") from error
        raise


def change(held: Held, asker: Person, case: Case, span: Interval, notes: Notes) -> None:
    """Other notes, another stretch; the sound is cut anew where it has to be. case: as the asker
    read it."""
    stored = whole(held, asker, case.recording)
    told = checked(notes)
    cut = _cut_again(held, stored, case, span)
    act = Act(asker.login, "case-changed", str(case.id), {"recording": case.recording})
    try:
        before = held.cases.change(case.id, case.changed, (told, cut), act)
    except BaseException as error:
        forget_clips(held.home, {cut.clip} - {case.cut.clip})
        raise _refusal(error) from error
    forget_clips(held.home, {before} - {cut.clip})


def remove(held: Held, asker: Person, number: int, changed: int) -> None:
    """Delete a case, out of playlists too, and its sound."""
    demand(asker, Permission.TEACH)
    try:
        clip = held.cases.remove(number, changed, Act(asker.login, "case-deleted", str(number)))
    except (Changed, NoCase) as error:
        raise _refusal(error) from error
    forget_clips(held.home, [clip])


def read(held: Held, asker: Person, number: int) -> Case:
    """A case that the asker sees; not on record by itself."""
    demand(asker, Permission.CASES)
    case = held.cases.read(number)
    teams = teams_of(asker)
    if case is None or (teams is not None and case.team not in teams):
        raise Refusal("cases.no-case")
    return case


def open_case(held: Held, asker: Person, number: int) -> Told:
    """A case with its words, on record as viewed."""
    case = read(held, asker, number)
    act = Act(asker.login, "case-viewed", str(number), {"recording": case.recording})
    held.cases.note(act)
    return told_of(held, case)


def sound_of(
    held: Held,
    asker: Person,
    number: int,
    act: str = "",
    begins: Callable[[], bool] = lambda: True,
) -> Path:
    """The sound of a case; act: what is put on record of it, where it begins: asked only of a sound
    that is there. Refusal cases.no-clip without one, .unbeeped where more is masked by now than
    when it was cut."""
    case = read(held, asker, number)
    if not _covered(_call(held, case.recording).call, case.cut):
        raise Refusal("cases.unbeeped")
    path = present_clip(held.home, case.cut.clip)
    if act and begins():
        held.cases.note(Act(asker.login, act, str(number), {"recording": case.recording}))
    return path


def told_of(held: Held, case: Case) -> Told:
    """A case with its words."""
    stored = _call(held, case.recording)
    try:
        there = present_clip(held.home, case.cut.clip).is_file()
    except Refusal:
        there = False
    return Told(
        case=case,
        lines=tuple(lines_of(stored.call, case.cut.span)),
        card=stored.card,
        chat=stored.call.medium == Medium.CHAT,
        sound=there and _covered(stored.call, case.cut),
        beeped=len(case.cut.beeps),
    )


def _call(held: Held, recording: int) -> Stored:
    found = held.store.calls([recording])
    if not found:
        raise Refusal("cases.no-call")
    return found[0]


def _check_span(call: Call, span: Interval) -> None:
    if not 0 <= span.start < span.end <= call.duration + 1:
        raise Refusal("cases.span", allowed=call.duration)
    if not LEAST_SECONDS <= span.end - span.start <= MOST_SECONDS:
        raise Refusal("cases.length", least=LEAST_SECONDS, most=MOST_SECONDS / 60)


def _cut(held: Held, stored: Stored, span: Interval) -> Cut:
    """The stretch with its sound. Refusal where the recording cannot be heard any more."""
    beeps = within(hushed(stored.call), span)
    with at_hand(stored.recording, held.fetch) as files:
        clip = cut_clip(held.home, files, held.audio, span, beeps)
    return Cut(span=span, clip=clip, beeps=beeps)


def _cut_if_possible(held: Held, stored: Stored, span: Interval) -> Cut:
    """A call in writing has no sound, nor has one whose recording is gone: the page says so."""
    if stored.call.medium == Medium.CHAT:
        return Cut(span=span)
    try:
        return _cut(held, stored, span)
    except Refusal:
        return Cut(span=span)


def _cut_again(held: Held, stored: Stored, case: Case, span: Interval) -> Cut:
    """A sound that is right as it is stays: its recording may be gone by now. One that is not must
    not be lost for want of the recording."""
    was = case.cut
    if was.span == span and was.clip and _covered(stored.call, was):
        return was
    _check_span(stored.call, span)
    return _cut(held, stored, span) if was.clip else _cut_if_possible(held, stored, span)


def _covered(call: Call, cut: Cut) -> bool:
    """Whether all that is masked now was beeped then."""
    return all(
        any(beep.start <= one.start + 0.001 and one.end <= beep.end + 0.001 for beep in cut.beeps)
        for one in within(hushed(call), cut.span)
    )


def _refusal(error: BaseException) -> BaseException:
    if isinstance(error, Changed):
        return Refusal("cases.changed")
    return Refusal("cases.no-case") if isinstance(error, NoCase) else error
