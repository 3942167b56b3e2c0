"""Score recordings: hear what is new, draft the scorecards, keep both; one recording at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.scorecard import Scorecard
from pipeline.settings import Settings
from pipeline.speech.listen import Heard, hear
from pipeline.speech.recognizer import Recognizer, open_recognizer
from pipeline.speech.sources import Source, singly, sources
from pipeline.storage import Store
from pipeline.text.lexicon import Lexicon
from pipeline.workflow.content import Ear, ear_of
from pipeline.workflow.drafting import (
    Drafting,
    Known,
    Wish,
    looked_up,
    outcome_without,
    read,
    recording_of,
)
from pipeline.workflow.opening import opened
from pipeline.workflow.rules import lexicons, rulesets
from pipeline.written import ENDINGS, Reader, is_written


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

    @property
    def wish(self) -> Wish:
        """What is asked of each recording."""
        return Wish(self.again, self.swap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What became of one recording: a call with its cards, or why it failed.

    cards are empty where no template is for such a call. reused: the transcript was stored."""

    source: Source
    call: Call | None = None
    cards: tuple[Scorecard, ...] = ()
    refusal: Refusal | None = None
    reused: bool = False


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


def score(asked: Asked) -> Iterator[Scored]:
    """The recordings in the order given, each kept before it is handed out.

    Raises Refusal where settings, templates, lexicons or the home are wrong: nothing is scored
    then. A recording that cannot be heard is handed out with its reason."""
    found = _sources(asked)
    words = lexicons(asked.home)
    rules = rulesets(asked.settings.scoring.template, asked.home, words)
    with Store(asked.home, asked.settings.storage) as store:
        drafting = Drafting(rules, asked.settings.scoring, store)
        for known, heard in _in_order(found, asked, words, store):
            if heard is not None and heard.call is None:
                yield _failed(known, heard, store)
            else:
                yield _scored(known, heard.call if heard else None, asked, drafting)


def _sources(asked: Asked) -> list[Source]:
    if asked.transcripts:
        return singly(asked.paths, ENDINGS)
    return sources(asked.paths, asked.settings.audio)


def _in_order(
    found: Sequence[Source], asked: Asked, words: Mapping[str, Lexicon], store: Store
) -> Iterator[tuple[Known, Heard | None]]:
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
                place = str(source.paths[0].resolve())
                yield read(source, place), Heard(source, source.call, source.refusal)
        else:
            yield from _heard(list(group), asked, ears, store)


def _heard(
    found: Sequence[Source], asked: Asked, ears: _Ears, store: Store
) -> Iterator[tuple[Known, Heard | None]]:
    """Each recording, in order, with what was heard; None where the store knows it already."""
    order: list[Known] = []
    ready: dict[str, Heard] = {}
    given = 0

    def unheard() -> Iterator[Source]:
        for source in found:
            known = looked_up(source, recording_of(source), ears.ear, asked.wish, store)
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


def _scored(known: Known, heard: Call | None, asked: Asked, drafting: Drafting) -> Scored:
    """Draft and keep. heard is None where the transcript is stored."""
    entry = drafting.entry(known, heard, asked.wish)
    drafting.store.keep(entry)
    return Scored(
        source=known.source,
        call=entry.transcript.call(known.recording, known.source.id),
        cards=tuple(card for card, _ in entry.cards),
        reused=not entry.newly_heard,
    )


def _failed(known: Known, heard: Heard, store: Store) -> Scored:
    refusal = heard.refusal or Refusal("workflow.not-heard")
    store.keep_failure(known.recording, outcome_without(refusal), refusal.reason)
    return Scored(source=known.source, refusal=refusal)
