"""All that was found out about one recording becomes a Call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pipeline
from pipeline.call import Call, CallRecord, Interval, Reason, Speaker, Turn, Word
from pipeline.settings import Activity, Settings
from pipeline.speech.batches import Settled
from pipeline.speech.gate import in_voice
from pipeline.speech.leakage import leak_remarks
from pipeline.speech.mapping import forget
from pipeline.speech.preparing import Prepared
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.sources import Source
from pipeline.speech.speakers import Role, mono_roles, stereo_roles
from pipeline.speech.turns import Utterance, Voiced, level, utterances
from pipeline.speech.voices import two_voices
from pipeline.speech.windows import to_recording
from pipeline.text.lexicon import Lexicon

STRANGE_SHARE = 0.3
"""Share of the voice in doubted windows from which a demonstration model is out of its depth..."""
FAMILIAR = 0.75
"""...and the mean probability of its characters below which it is."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """One recording as it was prepared, and its windows with their text."""

    prepared: Prepared
    settled: Sequence[Settled]


def assemble(
    pieces: Pieces, recognizer: Recognizer, settings: Settings, lexicons: Mapping[str, Lexicon]
) -> Call:
    """The call, not masked yet."""
    about = pieces.prepared.source.record or CallRecord()
    strange = recognizer.demonstration and is_strange(pieces.settled)
    said = _utterances(pieces, trusted=not strange)
    roles, remarks = _roles(said, pieces, settings, lexicons)
    turns = tuple(_turn(u, role) for u, role in zip(said, roles, strict=True) if u.words)
    return Call(
        id=pieces.prepared.source.id,
        duration=pieces.prepared.sound.duration,
        turns=turns,
        speech=_speech(said, roles, pieces.prepared.tones),
        untrusted=_untrusted(pieces, strange),
        remarks=(*pieces.prepared.sound.remarks, *_remarks(pieces, strange), *remarks),
        sources=tuple(path.name for path in pieces.prepared.source.paths),
        engine=_engine(recognizer, settings.activity),
        about=about,
    )


def is_strange(settled: Sequence[Settled]) -> bool:
    """Whether this is not the speech that a demonstration model was made from.

    So much is doubted, or it is so unsure of its characters: on the samples their probability is
    0.95 and more on average, on 38 recordings of people, Mandarin and English, 0.27–0.58.
    """
    voiced = sum(s.window.voiced for s in settled)
    doubted = sum(s.window.voiced for s in settled if s.doubts)
    sure = [token.probability for s in settled for token in s.hypothesis.tokens]
    return doubted > STRANGE_SHARE * voiced or sum(sure) < FAMILIAR * len(sure)


def _utterances(pieces: Pieces, trusted: bool) -> list[Utterance]:
    voiced = list(_voiced(pieces))
    words = sorted(_words(pieces, trusted), key=lambda pair: pair[1].start or 0.0)
    said = [
        replace(u, level=level(pieces.prepared.sound.channels[u.channel], u.voice))
        for u in utterances(voiced, words)
    ]
    for channel in pieces.prepared.sound.channels:
        forget(channel)
    return said


def _voiced(pieces: Pieces) -> Iterator[Voiced]:
    """Who speaks when: in stereo each channel is a person, on one channel the voices differ."""
    if len(pieces.prepared.voices) == 1:
        for part in two_voices(pieces.prepared.sound.channels[0], pieces.prepared.voices[0]):
            yield Voiced(part.start, part.end, 0, part.voice, part.sure)
        return
    for channel, voice in enumerate(pieces.prepared.voices):
        for v in voice:
            yield Voiced(v.start, v.end, channel, channel)


def _words(pieces: Pieces, trusted: bool) -> Iterator[tuple[int, Word]]:
    """(channel, word) on the recording's clock; those in silence are dropped."""
    for settled in pieces.settled:
        window = settled.window
        for token in settled.hypothesis.tokens:
            span = to_recording(window, token.start, token.end)
            if in_voice(span, window.voice):
                sure = token.probability if trusted and settled.trusted else 0.0
                yield window.channel, Word(token.text, span.start, span.end, round(sure, 3))


def _roles(
    said: Sequence[Utterance], pieces: Pieces, settings: Settings, lexicons: Mapping[str, Lexicon]
) -> tuple[list[Role], tuple[Reason, ...]]:
    """Who speaks, and what is to be said about it."""
    numbers = pieces.prepared.sound.numbers
    if len(numbers) == 1:
        return mono_roles(said, settings.roles, lexicons)
    asked = _agent_channel(pieces.prepared.source, settings)
    if asked in numbers:
        return stereo_roles(said, numbers.index(asked), lexicons, asked)
    roles, _ = mono_roles(said, settings.roles, lexicons)
    there = "、".join(str(number + 1) for number in numbers)
    return roles, (Reason("speech.no-agent-channel", {"channel": asked + 1, "channels": there}),)


def _turn(said: Utterance, role: Role) -> Turn:
    return Turn(
        role.speaker, said.start, said.end, said.words, said.channel, role.confidence, said.level
    )


def _speech(
    said: Sequence[Utterance], roles: Sequence[Role], tones: Sequence[tuple[Interval, ...]]
) -> dict[Speaker, tuple[Interval, ...]]:
    """Per speaker, all voice; agent and customer are there even if they are never heard."""
    found: dict[Speaker, list[Interval]] = {Speaker.AGENT: [], Speaker.CUSTOMER: []}
    for utterance, role in zip(said, roles, strict=True):
        found.setdefault(role.speaker, []).extend(utterance.voice)
    if any(tones):
        found.setdefault(Speaker.OTHER, []).extend(tone for channel in tones for tone in channel)
    return {
        speaker: tuple(sorted(voice, key=lambda v: v.start)) for speaker, voice in found.items()
    }


def _untrusted(pieces: Pieces, strange: bool) -> tuple[Interval, ...]:
    """Voice whose words are not believed, or for which there are none; ordered, disjoint."""
    found: list[Interval] = []
    for settled in pieces.settled:
        all_of_it = strange or not settled.trusted
        found += settled.window.voice if all_of_it else settled.unheard
    joined: list[Interval] = []
    for span in sorted(found, key=lambda v: v.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _remarks(pieces: Pieces, strange: bool) -> Iterator[Reason]:
    if not any(pieces.prepared.voices):
        yield Reason("speech.no-speech")
    yield from leak_remarks(pieces.prepared.leaks, pieces.prepared.sound.numbers)
    if strange:
        yield Reason("speech.demo-model")


def _agent_channel(source: Source, settings: Settings) -> int:
    """Its index in the file: the call record knows; of a pair of files the agent's is the first;
    else as it is set."""
    if source.record is not None and source.record.agent_channel is not None:
        return source.record.agent_channel
    return 0 if len(source.paths) > 1 else settings.speech.agent_channel


def _engine(recognizer: Recognizer, activity: Activity) -> str:
    """All that decides what is recognised; transcripts with the same line are alike."""
    return (
        f"zhiyin {pipeline.__version__}, {recognizer.engine}, voice {activity.threshold:g}/"
        f"{activity.negative_threshold:g}/{activity.min_silence_ms}/{activity.min_speech_ms} ms"
        f" + {activity.pad_ms} ms"
    )
