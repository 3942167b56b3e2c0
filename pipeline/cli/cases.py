"""zhiyin case."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from pipeline.call import Interval
from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.report.case_page import write_case_page
from pipeline.report.case_slides import write_case_slides
from pipeline.report.rendering import write_page
from pipeline.storage import Person, Role, Store
from pipeline.storage.case_records import Case, Notes, Quality, Sought
from pipeline.storage.cases import Cases
from pipeline.wording import clock
from pipeline.workflow import cases as library
from pipeline.workflow.case_notes import moment
from pipeline.workflow.handing_out import Pack, pack_cases, pack_playlist
from pipeline.workflow.recalling import recalled

Flags = tuple[Path | None, str | None]
"""Home and language, as they were typed."""
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed of a new case."""

    recording: str
    span: tuple[str, str]
    title: str
    good: bool | None
    tags: tuple[str, ...]
    topic: str
    learn: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What is exported, and where to."""

    numbers: tuple[int, ...]
    playlist: int | None
    html: Path | None
    pptx: Path | None
    mp3: Path | None


def list_cases(good: bool | None, tag: str, topic: str, as_json: bool, flags: Flags) -> int:
    """The cases, the last made first."""
    sought = Sought(quality=_quality(good), tag=tag, topic=topic)
    with _held(flags) as (session, held):
        rows = library.listed(held.cases, _somebody(), sought, limit=MOST).rows
    if as_json:
        print(json.dumps([_json(case) for case in rows], ensure_ascii=False, indent=2))
    elif rows:
        show(_table(rows, session), session.out)
    else:
        session.tell(session.word("cases.none"))
    return Exit.WELL


def show_case(number: int, as_json: bool, flags: Flags) -> int:
    """A case with its words, on record as viewed."""
    with _held(flags) as (session, held):
        told = library.open_case(held, _somebody(), number)
    if as_json:
        lines = [asdict(line) for line in told.lines]
        one = {**_json(told.case), "sound": told.sound, "lines": lines}
        print(json.dumps(one, ensure_ascii=False, indent=2))
        return Exit.WELL
    notes = told.case.notes
    print(f"{notes.title} ({session.word(f'cases.{notes.quality.value}')})")
    for line in told.lines:
        who = session.word(f"cli.speaker-{line.speaker.value}")
        print(f"{clock(line.start)} {who} {line.text}")
    for text in (notes.learn, *notes.questions):
        if text:
            print(text)
    for stage in notes.stages:
        for sign, text in (("+", stage.strengths), ("-", stage.weaknesses)):
            if text:
                print(f"{sign} {stage.title} {text}")
    return Exit.WELL


def add_case(wish: Wish, flags: Flags) -> int:
    """A new case; its number on standard output."""
    quality = _quality(wish.good)
    if quality is None:
        raise Refusal("cases.not-a-quality")
    notes = Notes(
        title=wish.title,
        quality=quality,
        topic=wish.topic,
        tags=wish.tags,
        learn=wish.learn,
    )
    span = Interval(*map(moment, wish.span))
    with _held(flags) as (session, held):
        content = recalled(wish.recording, held.store).recording.content
        number = library.make(held, _somebody(), _number(held.store, wish, content), span, notes)
        told = library.told_of(held, library.read(held, _somebody(), number))
    print(number)
    session.tell(session.word("cases.added", id=number))
    if not (told.case.cut.clip or told.chat):
        session.tell(session.word("cases.no-sound"))
    return Exit.WELL


def export_cases(targets: Targets, flags: Flags) -> int:
    """Where each file is, on standard output."""
    if bool(targets.numbers) == (targets.playlist is not None):
        raise Refusal("cases.which")
    if not any((targets.html, targets.pptx, targets.mp3)):
        raise Refusal("cases.no-target")
    if targets.mp3 and len(targets.numbers) != 1:
        raise Refusal("cases.one-only")
    with _held(flags) as (session, held):
        for target, kind, write in (
            (targets.html, "html", write_case_page),
            (targets.pptx, "pptx", write_case_slides),
        ):
            if target is not None:
                pack = _pack(held, targets, kind)
                _tell(session, write(pack, target, session.language), len(pack.parts))
        if targets.mp3 is not None:
            number = targets.numbers[0]
            sound = library.sound_of(held, _somebody(), number, "case-downloaded")
            name = f"case-{number}.mp3"
            _tell(session, write_page(targets.mp3, name, sound.read_bytes()), 1)
    return Exit.WELL


def _pack(held: library.Held, targets: Targets, kind: str) -> Pack:
    if targets.playlist is not None:
        return pack_playlist(held, _somebody(), targets.playlist, kind)
    return pack_cases(held, _somebody(), targets.numbers, kind)


def _tell(session: Session, path: Path, count: int) -> None:
    print(path)
    session.tell(session.word("cases.exported", path=str(path), count=count))


@contextmanager
def _held(flags: Flags) -> Iterator[tuple[Session, library.Held]]:
    home, lang = flags
    session = begin(home, {"language": lang})
    storage, audio = session.settings.storage, session.settings.audio
    # Imported here: most of these commands reach no bucket.
    from pipeline.night.fetching import brought

    night = session.settings.night
    with Cases(session.home, storage) as cases, Store(session.home, storage) as store:
        yield (
            session,
            library.Held(
                cases=cases,
                store=store,
                home=session.home,
                audio=audio,
                fetch=lambda one: brought(one.sources, night),
            ),
        )


def _somebody() -> Person:
    """Who has the database in hand anyway may do what a lead may."""
    name = asker()
    return Person(id=0, login=name, name=name, role=Role.LEAD)


def _number(store: Store, wish: Wish, content: str) -> int:
    """Of the recording that is meant; of several of that name, the one with these bytes."""
    for stored in store.calls(store.numbers_of(wish.recording)):
        if stored.recording.content == content:
            return stored.id
    raise Refusal("cases.no-call")


def _quality(good: bool | None) -> Quality | None:
    if good is None:
        return None
    return Quality.GOOD if good else Quality.BAD


def _table(rows: Sequence[Case], session: Session) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("id", "quality", "title", "topic", "tags", "length", "by"):
        table.add_column(session.word(f"cases.column-{name}"))
    for case in rows:
        notes, span = case.notes, case.cut.span
        table.add_row(
            str(case.id),
            session.word(f"cases.{notes.quality.value}"),
            notes.title,
            notes.topic,
            "、".join(notes.tags),
            clock(span.end - span.start),
            case.by,
        )
    return table


def _json(case: Case) -> dict[str, object]:
    notes = case.notes
    return {
        "id": case.id,
        "recording": case.recording,
        "start": case.cut.span.start,
        "end": case.cut.span.end,
        "quality": notes.quality.value,
        "title": notes.title,
        "topic": notes.topic,
        "tags": list(notes.tags),
        "learn": notes.learn,
        "stages": [asdict(stage) for stage in notes.stages],
        "questions": list(notes.questions),
        "by": case.by,
        "at": case.at,
    }
