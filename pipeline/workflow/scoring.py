"""Score recordings: hear what is new, draft the scorecards, keep both; one recording at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path

from pipeline.call import Call, CallRecord
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Settings
from pipeline.speech.listen import Heard, hear
from pipeline.speech.recognizer import Recognizer, open_recognizer
from pipeline.speech.sources import Source, singly, sources
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored, carried
from pipeline.text.lexicon import Lexicon
from pipeline.workflow.content import Ear, content_of, ear_of, read_as, said_in
from pipeline.workflow.opening import opened
from pipeline.workflow.rules import lexicons, ruleset_for, rulesets
from pipeline.written import ENDINGS, Reader, is_written

OUTCOMES = {
    "audio.no-audio": Outcome.NO_AUDIO,
    "audio.empty-file": Outcome.NO_AUDIO,
    "audio.unsupported": Outcome.UNSUPPORTED,
    "audio.too-long": Outcome.TOO_LONG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to score and how. again: recognise anew what was heard before. swap: exchange agent
    and customer (True), take the exchange back (False), leave it as it was decided (None).
    transcripts: the files are other recognisers' transcripts; nothing is heard."""

    paths: Sequence[Path]
    home: Path
    settings: Settings
    again: bool = False
    swap: bool | None = None
    transcripts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What became of one recording: a call with its cards, or why it failed.

    cards are empty where no template is for such a call. reused: the transcript was stored."""

    source: Source
    call: Call | None = None
    cards: tuple[Scorecard, ...] = ()
    refusal: Refusal | None = None
    reused: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """A recording, and its transcript if that is stored."""

    source: Source
    recording: Recording
    fingerprint: str
    transcript: Transcript | None


class _Ears:
    """What a run hears with, looked for and opened when the first recording needs it."""

    def __init__(self, settings: Settings, words: Mapping[str, Lexicon]) -> None:
        self.settings = settings
        self.words = words

    @cached_property
    def ear(self) -> Ear:
        """All that decides what is heard."""
        return ear_of(self.settings, self.words)

    @cached_property
    def recognizer(self) -> Recognizer:
        """The one that all recordings of the run share."""
        return open_recognizer(self.settings.speech)

    def hear(self, new: Iterator[Source]) -> Iterator[Heard]:
        """What is heard in them, in order."""
        first = next(new, None)
        if first is not None:
            yield from hear(chain((first,), new), self.recognizer, self.settings, self.words)


@dataclass(frozen=True, slots=True)
class _Run:
    """What all recordings of a run share. renewed: content and fingerprint of what it stored."""

    asked: Asked
    rules: tuple[Ruleset, ...]
    store: Store
    renewed: set[tuple[str, str]] = field(default_factory=set)


def score(asked: Asked) -> Iterator[Scored]:
    """The recordings in the order given, each kept before it is handed out.

    Raises Refusal where settings, templates, lexicons or the home are wrong: nothing is scored
    then. A recording that cannot be heard is handed out with its reason."""
    found = _sources(asked)
    words = lexicons(asked.home)
    rules = rulesets(asked.settings.scoring.template, asked.home, words)
    with Store(asked.home) as store:
        run = _Run(asked, rules, store)
        for known, heard in _in_order(found, asked, words, store):
            if heard is not None and heard.call is None:
                yield _failed(known, heard, store)
            else:
                yield _scored(known, heard.call if heard else None, run)


def _sources(asked: Asked) -> list[Source]:
    if asked.transcripts:
        return singly(asked.paths, ENDINGS)
    return sources(asked.paths, asked.settings.audio)


def _in_order(
    found: Sequence[Source], asked: Asked, words: Mapping[str, Lexicon], store: Store
) -> Iterator[tuple[_Known, Heard | None]]:
    """Each conversation, in order, with what was heard or read; None where the store knows it
    already. Neither model nor recogniser is asked for where all is in writing."""
    ears = _Ears(asked.settings, words)
    reader = Reader(asked.settings, words, asked.transcripts)
    taken = {source.id for source in found}

    def in_writing(source: Source) -> bool:
        return asked.transcripts or is_written(source.paths[0])

    for written, group in groupby(found, key=in_writing):
        if written:
            for source in opened(group, reader, taken):
                yield _read(source), Heard(source, source.call, source.refusal)
        else:
            yield from _heard(list(group), asked, ears, store)


def _heard(
    found: Sequence[Source], asked: Asked, ears: _Ears, store: Store
) -> Iterator[tuple[_Known, Heard | None]]:
    """Each recording, in order, with what was heard; None where the store knows it already."""
    order: list[_Known] = []
    ready: dict[str, Heard] = {}
    given = 0

    def unheard() -> Iterator[Source]:
        for source in found:
            known = _look_up(source, ears.ear, asked, store)
            order.append(known)
            if known.transcript is None:
                yield source

    for heard in ears.hear(unheard()):
        ready[heard.source.id] = heard
        while given < len(order) and (
            order[given].transcript is not None or order[given].source.id in ready
        ):
            yield order[given], ready.pop(order[given].source.id, None)
            given += 1
    yield from ((known, ready.pop(known.source.id, None)) for known in order[given:])


def _look_up(source: Source, ear: Ear, asked: Asked, store: Store) -> _Known:
    recording = Recording(
        content=content_of(source.paths),
        name=(source.record.id if source.record else None) or str(source.paths[0].resolve()),
        sources=tuple(str(path.resolve()) for path in source.paths),
        about=source.record or CallRecord(),
    )
    fingerprint = ear.fingerprint(source.record)
    stored = None
    if recording.content and not asked.again:
        stored = store.transcript(recording.content, fingerprint)
    return _Known(source, recording, fingerprint, stored)


def _read(source: Source) -> _Known:
    """A conversation that was read: known by what is said in it, so that a log that grows by a
    chat keeps the others; one that cannot be read, by the bytes of its file."""
    path, call = str(source.paths[0].resolve()), source.call
    about = call.about if call else CallRecord()
    recording = Recording(
        content=said_in(call) if call else content_of(source.paths),
        name=about.id or (f"{path}#{source.part}" if source.part else path),
        sources=(path,),
        about=about,
    )
    return _Known(source, recording, read_as(call) if call else "", None)


def _scored(known: _Known, heard: Call | None, run: _Run) -> Scored:
    """Draft and keep. heard is None where the transcript is stored."""
    transcript, new = _transcript(known, heard, run)
    call = transcript.call(known.recording, known.source.id)
    scoring = run.asked.settings.scoring
    ruleset = ruleset_for(call, run.rules, scoring.template)
    cards = ((draft(call, ruleset, scoring), ruleset),) if ruleset else ()
    entry = Entry(
        recording=known.recording,
        fingerprint=known.fingerprint,
        transcript=transcript,
        newly_heard=new,
        outcome=_outcome(call),
        cards=cards,
    )
    run.store.keep(entry)
    drafts = tuple(card for card, _ in cards)
    return Scored(source=known.source, call=call, cards=drafts, reused=not new)


def _transcript(known: _Known, heard: Call | None, run: _Run) -> tuple[Transcript, bool]:
    """The transcript with its speakers as people decided last, and whether its words are new.

    Copies of a recording may all be heard in one run: the words of the first are everybody's."""
    content, asked = known.recording.content, run.asked
    key = content, known.fingerprint
    found = known.transcript
    if heard is not None and content and (not asked.again or key in run.renewed):
        found = run.store.transcript(*key)
    new = found is None
    if found is None:
        if heard is None:
            raise LookupError(known.source.id)
        found = Transcript(as_stored(heard))
        run.renewed.add(key)
    swapped = asked.swap
    if swapped is None and (last := run.store.decided(content)):
        swapped = carried(last, found.heard)
    return replace(found, swapped=swapped), new


def _failed(known: _Known, heard: Heard, store: Store) -> Scored:
    refusal = heard.refusal or Refusal("workflow.not-heard")
    outcome = next(
        (to for key, to in OUTCOMES.items() if refusal.reason.key.startswith(key)), Outcome.FAILED
    )
    store.keep_failure(known.recording, outcome, refusal.reason)
    return Scored(source=known.source, refusal=refusal)


def _outcome(call: Call) -> Outcome:
    if any(remark.key == "audio.partial" for remark in call.remarks):
        return Outcome.PARTIAL
    return Outcome.SPEECH if call.turns or any((call.speech or {}).values()) else Outcome.SILENT
