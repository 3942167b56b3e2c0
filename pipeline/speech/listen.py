"""Recordings in, calls out: decode, find voice, recognise, judge, settle who speaks.

Windows of many recordings and channels share the recogniser's batches, so a few recordings are in
hand at a time; calls come out in the order of the sources, each as soon as it and all before it are
ready. What comes out is masked.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from pipeline.call import Call, Interval
from pipeline.configuration.resources import folder
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.activity import voice
from pipeline.speech.assembly import Pieces, assemble
from pipeline.speech.audio import Sound, decode
from pipeline.speech.batches import Batches, Settled
from pipeline.speech.leakage import without_leaks
from pipeline.speech.loads import loads
from pipeline.speech.mapping import forget
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.sources import Source
from pipeline.speech.tones import apart, tones
from pipeline.text.lexicon import Lexicon, load_lexicons
from pipeline.text.names import shown
from pipeline.text.private import masked
from pipeline.unexpected import note_unexpected

BATCHES_AHEAD = 4
"""So many batches of windows are gathered before the recogniser is asked..."""
RECORDINGS_AHEAD = 64
"""...unless so many recordings are in hand: their sound lies in temporary files."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a source: a call, or the reason why there is none."""

    source: Source
    call: Call | None = None
    refusal: Refusal | None = None


def hear(
    sources: Iterable[Source],
    recognizer: Recognizer,
    settings: Settings,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> Iterator[Heard]:
    """The call of every source, in order, or why there is none.

    lexicons: a centre's own; those that tell roles, prompts and phantoms are used. Default: the
    bundled ones. Memory is bounded by what lies ahead, not by the number of sources.
    """
    known = load_lexicons(folder("lexicons")) if lexicons is None else lexicons
    ear = _Ear(recognizer, settings, known)
    for source in sources:
        ear.take(source)
        yield from ear.ready()
    ear.batches.run_all()
    yield from ear.ready()


@dataclass(slots=True, eq=False)
class _InHand:
    """A recording of which some windows may still wait."""

    source: Source
    sound: Sound | None = None
    voices: list[tuple[Interval, ...]] = field(default_factory=list)
    tones: list[tuple[Interval, ...]] = field(default_factory=list)
    leaks: list[tuple[Interval, ...]] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    refusal: Refusal | None = None


class _Ear:
    """Recordings in hand, in order."""

    def __init__(
        self, recognizer: Recognizer, settings: Settings, lexicons: Mapping[str, Lexicon]
    ) -> None:
        self.recognizer = recognizer
        self.settings = settings
        self.lexicons = lexicons
        self.hand: deque[_InHand] = deque()
        phantoms = lexicons.get(settings.gate.phantoms)
        self.batches = Batches(recognizer, settings.gate, phantoms, _settled)

    def take(self, source: Source) -> None:
        """Take a recording in hand; ask the recogniser when enough windows wait."""
        taken = _InHand(source)
        self.hand.append(taken)
        with _hazards_of(taken):
            if source.refusal:
                raise source.refusal
            taken.sound = decode(source.paths, self.settings.audio)
            self._cut(taken, taken.sound)
        if self.batches.full() >= BATCHES_AHEAD:
            self.batches.run_full()
        if len(self.hand) >= RECORDINGS_AHEAD:
            self.batches.run_all()

    def _cut(self, taken: _InHand, sound: Sound) -> None:
        """Find the voice of every channel and let its windows wait."""
        heard = [voice(channel, self.settings.activity) for channel in sound.channels]
        parted = [apart(v, tones(c)) for v, c in zip(heard, sound.channels, strict=True)]
        taken.tones = [free for _, free in parted]
        parted = without_leaks(
            sound.channels, [kept for kept, _ in parted], self.settings.roles.leak_decibels
        )
        taken.voices = [kept for kept, _ in parted]
        taken.leaks = [leaked for _, leaked in parted]
        limit = self.recognizer.window_seconds
        pad = self.settings.activity.pad_ms / 1000
        self.batches.put(taken, loads(sound.channels, taken.voices, limit, pad))
        for channel in sound.channels:
            forget(channel)

    def ready(self) -> Iterator[Heard]:
        """Give out what is done, in order, and let go of its sound."""
        while self.hand and not self.batches.open[self.hand[0]]:
            done = self.hand.popleft()
            del self.batches.open[done]
            call = None
            with _hazards_of(done):
                call = self._call(done)
            done.settled.clear()
            if done.sound is not None:
                done.sound.close()
            yield Heard(done.source, call, done.refusal)

    def _call(self, done: _InHand) -> Call | None:
        if done.sound is None or done.refusal is not None:
            return None
        pieces = Pieces(done.source, done.sound, done.voices, done.tones, done.leaks, done.settled)
        return masked(assemble(pieces, self.recognizer, self.settings, self.lexicons))


@contextmanager
def _hazards_of(taken: _InHand) -> Iterator[None]:
    """Whatever is raised in here is this recording's misfortune, and no other's."""
    try:
        yield
    except Refusal as refusal:
        taken.refusal = refusal
    except Exception as error:
        note_unexpected(error, "hear")
        file = shown(taken.source.paths[0])
        taken.refusal = Refusal("speech.broke", file, error=type(error).__name__)


def _settled(owner: Hashable, settled: Settled) -> None:
    cast(_InHand, owner).settled.append(settled)
