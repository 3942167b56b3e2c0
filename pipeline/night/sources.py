"""Which recordings the sources hold: each with its files, what is known of the call, its urgency.

Nothing is heard here and nothing is lost in silence: whatever cannot be read or understood is said,
and the listing goes on. docs/sources.md tells people what is looked for and how.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from pipeline.call import CallRecord, Reason
from pipeline.night import about
from pipeline.night.addresses import checked
from pipeline.night.asking import Transient
from pipeline.night.places import contents, folders
from pipeline.night.seen import Say, Seen, stamp_of
from pipeline.night.wanted import Wanted, wanted
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Settings
from pipeline.speech.call_record import MAX_BYTES, brief, holds_turns, record_in
from pipeline.speech.grouping import COMPANIONS, natural, record_names, recordings
from pipeline.storage import Found
from pipeline.text.names import shown
from pipeline.workflow.purging import kept_since
from pipeline.written import ENDINGS

DEGREE = 100_000_000
"""Between one degree of urgency and the next; minutes since 1970 have room below it."""
LONGEST_NAME = 2_500
"""Bytes. PostgreSQL's indexes take no more than 2,700."""

Names = dict[PurePosixPath, Seen]


@dataclass(slots=True)
class _Listing:
    """What all folders of a listing share. ids: names that are given away."""

    settings: Settings
    say: Say
    since: str
    newest_first: bool
    wanted: Wanted
    known: about.Known
    now: float = field(default_factory=time.time)
    ids: set[str] = field(default_factory=set)


def listing(
    settings: Settings, say: Say, since: str = "", newest_first: bool = False
) -> Iterator[Found]:
    """The recordings of all sources, folder by folder, each file once.

    since: YYYY-MM-DD, only calls of that day and later, and none whose time is up
    (keeping.days). newest_first: of two ordinary calls the
    later is the more urgent. Refusal, before anything is listed, where a setting cannot be
    understood; what is wrong with a place or a file is said.
    """
    sources = [checked(source) for source in settings.night.sources]
    since = max(since, kept_since(settings.keeping))
    known = about.known(settings, say, since)
    return _all(sources, _Listing(settings, say, since, newest_first, wanted(settings), known))


def _all(sources: Sequence[str], shared: _Listing) -> Iterator[Found]:
    listed: set[str] = set()
    for source in sources:
        other: list[str] = []
        sizes: list[int] = []
        shared.known.unnamed.clear()
        shared.known.unrecorded.clear()
        for files in folders(source, shared.settings.night, shared.wanted.fits, shared.say):
            sizes.append(len(files))
            new = [file for file in files if file.address not in listed]
            if len(sources) > 1:  # a source may lie in another
                listed.update(file.address for file in new)
            other += _other_names(new, shared.wanted)
            yield from _in_folder(new, shared)
        if sizes and not any(sizes):
            shared.say(Advice(Reason("night.empty-source"), shown(source)))
        _advise("night.other-names", other, source, shared.say)
        _advise("night.name-fits-none", shared.known.unnamed, source, shared.say)
        _advise("night.no-row", shared.known.unrecorded, source, shared.say)


def _advise(key: str, names: Sequence[str], source: str, say: Say) -> None:
    if names:
        say(Advice(Reason(key, {"count": len(names), "found": brief(names[0])}), shown(source)))


def _other_names(files: Sequence[Seen], asked: Wanted) -> list[str]:
    """Files that no pattern takes, but for those that may lie beside recordings."""
    return [
        file.within
        for file in files
        if PurePosixPath(file.name).suffix.lower() not in COMPANIONS and not asked.fits(file.within)
    ]


def _in_folder(files: Sequence[Seen], shared: _Listing) -> Iterator[Found]:
    names: Names = {PurePosixPath(file.name): file for file in files}
    suffixes = shared.settings.audio.pair_suffixes
    chosen = sorted(
        (n for n, file in names.items() if shared.wanted.fits(file.within)), key=natural
    )
    beside = _beside(chosen, names, suffixes)
    content = contents([names[name] for name in beside], MAX_BYTES, shared.settings.night)
    talks = {name for name in beside if _is_talk(names[name], content)}
    for group in recordings(chosen, suffixes, talks.__contains__):
        stems = record_names(group, suffixes)
        records = (PurePosixPath(f"{stem}.json") for stem in stems)
        own = next((n for n in records if n in names and n not in talks and n not in group), None)
        try:
            record = _record(names[own], content, shared.say) if own else None
        except Transient as transient:  # without its call record it would stay nameless for ever
            shared.say(transient.refusal)
            continue
        if found := _found([names[name] for name in group], stems, record, shared):
            yield found


def _beside(
    chosen: Sequence[PurePosixPath], names: Names, suffixes: Sequence[str]
) -> list[PurePosixPath]:
    """JSON files that lie beside recordings: call records, or talk."""
    beside: list[PurePosixPath] = []

    def noted(name: PurePosixPath) -> bool:
        beside.append(name)
        return False

    taken = set(chosen)
    others = [n for n in names if n.suffix.lower() == ".json" and n not in taken]
    recordings([*chosen, *others], suffixes, noted)
    return beside


def _is_talk(file: Seen, content: Callable[[Seen], bytes]) -> bool:
    try:
        return holds_turns(content(file))
    except (Refusal, Transient):
        return False


def _record(file: Seen, content: Callable[[Seen], bytes], say: Say) -> CallRecord | None:
    try:
        return record_in(content(file), shown(file.address))
    except Refusal as refusal:
        say(refusal)
        return None


def _found(
    files: Sequence[Seen], stems: Sequence[str], beside: CallRecord | None, shared: _Listing
) -> Found | None:
    """The recording, unless it is of a day before."""
    folder, slash, _ = files[0].within.rpartition("/")
    record, own = shared.known.about([f"{folder}{slash}{stem}" for stem in stems], beside)
    youngest = max(files, key=lambda file: file.changed)
    when = _when(record) or youngest.when
    if when.isoformat()[:10] < shared.since:
        return None
    name = own if own and own not in shared.ids else files[0].address
    if len(name.encode()) > LONGEST_NAME:
        shared.say(Refusal("night.long-name", shown(name), allowed=LONGEST_NAME))
        return None
    shared.ids.add(name)
    ready = min(youngest.changed, shared.now) + shared.settings.night.settle_seconds
    return Found(
        name=name,
        sources=tuple(file.address for file in files),
        about=record,
        stamp=stamp_of(files),
        urgency=_urgency(record, when if shared.newest_first else None),
        not_before=int(ready * 1000) if ready > shared.now else 0,
        joins=not files[0].name.lower().endswith(ENDINGS),
    )


def _when(record: CallRecord) -> datetime | None:
    """When the call was, as its record or its name has it, by the clock of that place."""
    return datetime.fromisoformat(record.started).replace(tzinfo=None) if record.started else None


def _urgency(record: CallRecord, when: datetime | None) -> int:
    """Complaints first, then test calls; of each, with when, the latest."""
    degree = 2 if record.complaint else 1 if record.test_call else 0
    minutes = max(0, int((when - datetime(1970, 1, 1)).total_seconds() // 60)) if when else 0
    return degree * DEGREE + min(minutes, DEGREE - 1)
