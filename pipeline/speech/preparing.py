"""What is done to a recording before the recogniser hears it: decode, find voice, tones and leaks,
pack what remains into loads. It needs no recogniser, and so may be done in another process
(handing.py carries the result over).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Interval
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.activity import voice
from pipeline.speech.audio import Sound, decode
from pipeline.speech.leakage import without_leaks
from pipeline.speech.loads import Load, loads
from pipeline.speech.mapping import forget
from pipeline.speech.sources import Source
from pipeline.speech.tones import apart, tones
from pipeline.text.names import shown
from pipeline.unexpected import note_unexpected


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording of which only the words are missing. voices, tones, leaks: per channel."""

    source: Source
    sound: Sound
    voices: Sequence[tuple[Interval, ...]]
    tones: Sequence[tuple[Interval, ...]]
    leaks: Sequence[tuple[Interval, ...]]
    loads: Sequence[Load]


def prepare(source: Source, settings: Settings, window_seconds: float) -> Prepared:
    """window_seconds: the longest load that the recogniser takes.

    Raises Refusal where the files are no recording that can be heard."""
    if source.refusal:
        raise source.refusal
    sound = decode(source.paths, settings.audio)
    heard = [voice(channel, settings.activity) for channel in sound.channels]
    parted = [apart(v, tones(c)) for v, c in zip(heard, sound.channels, strict=True)]
    sounding = [free for _, free in parted]
    parted = without_leaks(
        sound.channels, [kept for kept, _ in parted], settings.roles.leak_decibels
    )
    voices = [kept for kept, _ in parted]
    packed = loads(sound.channels, voices, window_seconds, settings.activity.pad_ms / 1000)
    for channel in sound.channels:
        forget(channel)
    return Prepared(source, sound, voices, sounding, [leaked for _, leaked in parted], packed)


def misfortune(error: Exception, source: Source) -> Refusal:
    """Why there is no call of this recording, whatever was raised: it is no other's concern."""
    if isinstance(error, Refusal):
        return error
    note_unexpected(error, "hear")
    return Refusal("speech.broke", shown(source.paths[0]), error=type(error).__name__)
