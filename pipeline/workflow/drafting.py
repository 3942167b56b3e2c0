"""From what was heard or read to what is kept: one recording, its transcript, its draft cards.

The one way there, whoever asks: `zhiyin score` for a few files, the night for all.
"""

from dataclasses import dataclass, field, replace

from pipeline.call import Call, CallRecord
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.speech.sources import Source
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored, carried
from pipeline.workflow.content import Ear, content_of, read_as, said_in
from pipeline.workflow.rules import ruleset_for

OUTCOMES = {
    "audio.no-audio": Outcome.NO_AUDIO,
    "audio.empty-file": Outcome.NO_AUDIO,
    "audio.unsupported": Outcome.UNSUPPORTED,
    "audio.too-long": Outcome.TOO_LONG,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A recording, and its transcript if that is stored."""

    source: Source
    recording: Recording
    fingerprint: str
    transcript: Transcript | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a recording that is known. again: recognise anew what was heard before.
    swap: exchange agent and customer (True), take the exchange back (False), leave it as it was
    decided (None)."""

    again: bool = False
    swap: bool | None = None


@dataclass(frozen=True, slots=True)
class Drafting:
    """What all recordings of a run share. renewed: content and fingerprint of what it heard."""

    rules: tuple[Ruleset, ...]
    settings: Scoring
    store: Store
    renewed: set[tuple[str, str]] = field(default_factory=set)

    def entry(self, known: Known, heard: Call | None, wish: Wish) -> Entry:
        """What is to be kept. heard is None where the transcript is stored."""
        transcript, new = self._transcript(known, heard, wish)
        call = transcript.call(known.recording, known.source.id)
        ruleset = ruleset_for(call, self.rules, self.settings.template)
        return Entry(
            recording=known.recording,
            fingerprint=known.fingerprint,
            transcript=transcript,
            newly_heard=new,
            outcome=outcome_of(call),
            cards=((draft(call, ruleset, self.settings), ruleset),) if ruleset else (),
        )

    def _transcript(self, known: Known, heard: Call | None, wish: Wish) -> tuple[Transcript, bool]:
        """The transcript with its speakers as people decided last, and whether its words are new.

        Copies may all be heard in one run: the words of the first are everybody's."""
        content = known.recording.content
        key = content, known.fingerprint
        found = known.transcript
        if heard is not None and content and (not wish.again or key in self.renewed):
            found = self.store.transcript(*key)
        new = found is None
        if found is None:
            if heard is None:
                raise LookupError(known.source.id)
            before = self.store.transcript(*key) if content else None
            found = Transcript(as_stored(heard), corrections=before.corrections if before else ())
            self.renewed.add(key)
        swapped = wish.swap
        if swapped is None and (last := self.store.decided(content)):
            swapped = carried(last, found.heard)
        return replace(found, swapped=swapped), new


def recording_of(source: Source) -> Recording:
    """A recording that is to be heard, known by the bytes of its files."""
    return Recording(
        content=content_of(source.paths),
        name=(source.record.id if source.record else None) or str(source.paths[0].resolve()),
        sources=tuple(str(path.resolve()) for path in source.paths),
        about=source.record or CallRecord(),
    )


def looked_up(source: Source, recording: Recording, ear: Ear, wish: Wish, store: Store) -> Known:
    """The recording with its transcript, where these bytes were heard by this ear before."""
    fingerprint = ear.fingerprint(source.record)
    stored = None
    if recording.content and not wish.again:
        stored = store.transcript(recording.content, fingerprint)
    return Known(source, recording, fingerprint, stored)


def read(source: Source, place: str) -> Known:
    """A conversation that was read: known by what is said in it, so that a log that grows by a
    chat keeps the others; one that cannot be read, by the bytes of its file. place: its path or
    URL."""
    call = source.call
    about = call.about if call else CallRecord()
    recording = Recording(
        content=said_in(call) if call else content_of(source.paths),
        name=about.id or (f"{place}#{source.part}" if source.part else place),
        sources=(place,),
        about=about,
    )
    return Known(source, recording, read_as(call) if call else "")


def outcome_of(call: Call) -> Outcome:
    """What became of a recording that was heard or read."""
    if any(remark.key == "audio.partial" for remark in call.remarks):
        return Outcome.PARTIAL
    return Outcome.SPEECH if call.turns or any((call.speech or {}).values()) else Outcome.SILENT


def outcome_without(refusal: Refusal) -> Outcome:
    """What became of a recording of which there is no call."""
    key = refusal.reason.key
    return next((to for known, to in OUTCOMES.items() if key.startswith(known)), Outcome.FAILED)
