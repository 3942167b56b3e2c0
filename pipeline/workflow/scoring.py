"""Score recordings: hear what is new, draft the scorecards, keep both; one recording at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from pipeline.call import Call, CallRecord
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Settings
from pipeline.speech.listen import Heard, hear
from pipeline.speech.recognizer import open_recognizer
from pipeline.speech.sources import Source, sources
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored, carried
from pipeline.text.lexicon import Lexicon
from pipeline.workflow.content import Ear, content_of, ear_of
from pipeline.workflow.rules import lexicons, ruleset_for, rulesets

OUTCOMES = {
    "audio.no-audio": Outcome.NO_AUDIO,
    "audio.empty-file": Outcome.NO_AUDIO,
    "audio.unsupported": Outcome.UNSUPPORTED,
    "audio.too-long": Outcome.TOO_LONG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to score and how. again: recognise anew what was heard before. swap: exchange agent
    and customer (True), take the exchange back (False), leave it as it was decided (None)."""

    paths: Sequence[Path]
    home: Path
    settings: Settings
    again: bool = False
    swap: bool | None = None


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
    found = sources(asked.paths, asked.settings.audio)
    words = lexicons(asked.home)
    rules = rulesets(asked.settings.scoring.template, asked.home, words)
    with Store(asked.home) as store:
        run = _Run(asked, rules, store)
        for known, heard in _heard(found, asked, words, store):
            if heard is not None and heard.call is None:
                yield _failed(known, heard, store)
            else:
                yield _scored(known, heard.call if heard else None, run)


def _heard(
    found: Sequence[Source], asked: Asked, words: Mapping[str, Lexicon], store: Store
) -> Iterator[tuple[_Known, Heard | None]]:
    """Each recording, in order, with what was heard; None where the store knows it already."""
    order: list[_Known] = []
    ready: dict[str, Heard] = {}
    given = 0

    ear = ear_of(asked.settings, words)

    def unheard() -> Iterator[Source]:
        for source in found:
            known = _look_up(source, ear, asked, store)
            order.append(known)
            if known.transcript is None:
                yield source

    for heard in _hear(unheard(), asked.settings, words):
        ready[heard.source.id] = heard
        while given < len(order) and (
            order[given].transcript is not None or order[given].source.id in ready
        ):
            yield order[given], ready.pop(order[given].source.id, None)
            given += 1
    yield from ((known, ready.pop(known.source.id, None)) for known in order[given:])


def _hear(
    new: Iterator[Source], settings: Settings, words: Mapping[str, Lexicon]
) -> Iterator[Heard]:
    """Opens the recogniser for the first recording that needs it, if any does."""
    first = next(new, None)
    if first is not None:
        recognizer = open_recognizer(settings.speech)
        yield from hear(chain((first,), new), recognizer, settings, words)


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
