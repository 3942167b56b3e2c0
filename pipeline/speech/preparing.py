"""What is done to a recording before the recogniser hears it: decode, find voice, tones and leaks,
pack what remains into loads. It needs no recogniser, and so may be done in another process
(handing.py carries the result over).
"""

import errno
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.activity import voice
from pipeline.speech.audio import Sound, decode
from pipeline.speech.features import LogMel
from pipeline.speech.leakage import without_leaks
from pipeline.speech.loads import Load, loads
from pipeline.speech.mapping import forget, mapped_array
from pipeline.speech.sources import Source
from pipeline.speech.tones import apart, tones
from pipeline.text.names import shown
from pipeline.unexpected import note_unexpected


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording of which only the words are missing. voices, tones, leaks: per channel.

    mels: (loads, mels, frames), the spectrograms of the loads where they were made beforehand."""

    source: Source
    sound: Sound
    voices: Sequence[tuple[Interval, ...]]
    tones: Sequence[tuple[Interval, ...]]
    leaks: Sequence[tuple[Interval, ...]]
    loads: Sequence[Load]
    mels: NDArray[np.float32] | None = None

    @property
    def spectral_loads(self) -> Sequence[Load]:
        """The loads, with their spectrograms where there are any."""
        if self.mels is None:
            return self.loads
        return [replace(load, mel=mel) for load, mel in zip(self.loads, self.mels, strict=True)]


def prepare(
    source: Source, settings: Settings, window_seconds: float, log_mel: LogMel | None = None
) -> Prepared:
    """window_seconds: the longest load that the recogniser takes. log_mel: makes spectrograms, for
    a recogniser that has better things to do.

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
    mels = _mels(packed, log_mel) if log_mel and packed else None
    for channel in sound.channels:
        forget(channel)
    leaks = [leaked for _, leaked in parted]
    return Prepared(source, sound, voices, sounding, leaks, packed, mels)


def _mels(packed: Sequence[Load], log_mel: LogMel) -> NDArray[np.float32]:
    """One after the other into a nameless file: those of a long call are larger than its sound."""
    try:
        with tempfile.TemporaryFile() as file:
            for load in packed:
                file.write(log_mel([load.audio()]).tobytes())
            file.flush()
            return mapped_array(os.dup(file.fileno()), "float32", (len(packed), *log_mel.shape))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refusal("audio.no-space", folder=tempfile.gettempdir()) from error


def misfortune(error: Exception, source: Source) -> Refusal:
    """Why there is no call of this recording, whatever was raised: it is no other's concern."""
    if isinstance(error, Refusal):
        return error
    note_unexpected(error, "hear")
    return Refusal("speech.broke", shown(source.paths[0]), error=type(error).__name__)
