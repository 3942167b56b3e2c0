"""Recordings in, calls out: decode, find voice, recognise, judge, settle who speaks.

Windows of many recordings and channels share the recogniser's batches, so a few recordings are in
hand at a time. What comes out is masked.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from pipeline.call import Call
from pipeline.configuration.resources import folder
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.assembly import Pieces, assemble
from pipeline.speech.batches import Batches, Settled
from pipeline.speech.preparing import Prepared, misfortune, prepare
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.sources import Source
from pipeline.text.lexicon import Lexicon, load_lexicons
from pipeline.text.private import masked

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
    """The call of every source, in order, or why there is none; each as soon as it and all before
    it are ready.

    lexicons: a centre's own; those that tell roles, prompts and phantoms are used. Default: the
    bundled ones. Memory is bounded by what lies ahead, not by the number of sources.
    """
    known = load_lexicons(folder("lexicons")) if lexicons is None else lexicons
    ear = Ear(recognizer, settings, known)
    order: deque[int] = deque()
    done: dict[int, Heard] = {}

    def ready() -> Iterator[Heard]:
        for whole in ear.ready():
            done[cast(int, whole.owner)] = ear.call(whole)
        while order and order[0] in done:
            yield done.pop(order.popleft())

    for number, source in enumerate(sources):
        order.append(number)
        try:
            ear.take(number, prepare(source, settings, recognizer.window_seconds))
        except Exception as error:
            done[number] = Heard(source, refusal=misfortune(error, source))
        if ear.batches.full() >= BATCHES_AHEAD:
            ear.batches.run_full()
        if len(ear.hand) >= RECORDINGS_AHEAD:
            ear.batches.run_all()
        yield from ready()
    ear.batches.run_all()
    yield from ready()


@dataclass(slots=True, eq=False)
class InHand:
    """A recording of which some windows may still wait. owner: what it is known by."""

    owner: Hashable
    prepared: Prepared
    settled: list[Settled] = field(default_factory=list)


class Ear:
    """Recordings in hand and the recogniser that they share, whoever prepared them."""

    def __init__(
        self, recognizer: Recognizer, settings: Settings, lexicons: Mapping[str, Lexicon]
    ) -> None:
        self.hand: list[InHand] = []
        phantoms = lexicons.get(settings.gate.phantoms)
        self.batches = Batches(recognizer, settings.gate, phantoms, _settled)
        self._recognizer = recognizer
        self._settings = settings
        self._lexicons = lexicons

    def take(self, owner: Hashable, prepared: Prepared) -> None:
        """Take a recording in hand; its windows wait until a batch is asked for."""
        taken = InHand(owner, prepared)
        self.hand.append(taken)
        self.batches.put(taken, prepared.spectral_loads)

    def ready(self) -> list[InHand]:
        """Those of which nothing waits any more, the oldest first; they are in hand no longer."""
        whole = [one for one in self.hand if not self.batches.open[one]]
        self.hand = [one for one in self.hand if self.batches.open[one]]
        for one in whole:
            del self.batches.open[one]
        return whole

    def call(self, whole: InHand) -> Heard:
        """Its call, or why there is none; its sound is let go of. Any thread may ask."""
        source = whole.prepared.source
        try:
            return Heard(source, self._call(whole))
        except Exception as error:
            return Heard(source, refusal=misfortune(error, source))
        finally:
            whole.settled.clear()
            whole.prepared.sound.close()

    def _call(self, whole: InHand) -> Call:
        pieces = Pieces(whole.prepared, whole.settled)
        return masked(assemble(pieces, self._recognizer, self._settings, self._lexicons))


def _settled(owner: Hashable, settled: Settled) -> None:
    cast(InHand, owner).settled.append(settled)
