"""A recording as something to look at and to listen to in a page: peaks, and small MP3 audio; and
a stretch of it to take along, with a tone where nothing may be heard.

MP3 at a constant rate plays and seeks in every browser; the encoder's delay is taken out, so that
a moment of the page is the same moment of the recording.
"""

import io
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.call import Interval
from pipeline.settings import Audio
from pipeline.speech.audio import RATE, decode
from pipeline.speech.mapping import Channel

MEDIA_TYPE = "audio/mpeg"
DELAY = 1105
"""Samples by which LAME and a decoder put the sound later: 576 + 529."""
BLOCK = 1152 * 400
LONG_SECONDS = 3600.0
BITS = {1: 24_000, 2: 32_000}
"""Bits per second by channels; a recording longer than an hour is mixed down to LONG_BITS."""
LONG_BITS = 16_000
FULL_SCALE = 32_768
HURRY = {"compression_level": "7"}
"""LAME's: half the time of its usual 5, with no difference that telephone sound would show."""

TONE_HERTZ = 1000
TONE_LEVEL = 0.1
"""Of full scale: heard, and no louder than speech."""
RAMP = 80
"""Samples in which the tone comes and goes, so that it does not click."""


@dataclass(frozen=True, slots=True)
class Clip:
    """audio: MP3 bytes. peaks: per channel, the loudest sample of each bin, 0..1. duration: s."""

    audio: bytes
    peaks: tuple[tuple[float, ...], ...]
    duration: float


def clip(paths: Sequence[Path], settings: Audio, bins: int) -> Clip:
    """The recording of these files. Raises Refusal where it cannot be decoded (any more)."""
    with decode(paths, settings) as sound:
        channels = sound.channels[:2]
        return Clip(
            audio=_mp3(channels, sound.duration),
            peaks=tuple(_peaks(channel, bins) for channel in sound.channels),
            duration=sound.duration,
        )


def excerpt(
    paths: Sequence[Path], settings: Audio, span: Interval, beeps: Sequence[Interval]
) -> bytes:
    """A stretch of the recording of these files as MP3, with nothing but a tone on all channels
    during beeps (seconds of the recording). Raises Refusal as clip()."""
    with decode(paths, settings) as sound:
        first, last = (round(at * RATE) for at in (span.start, min(span.end, sound.duration)))
        cut = [beeped(channel[first:last], span.start, beeps) for channel in sound.channels[:2]]
        return _mp3(cut, (last - first) / RATE)


def beeped(samples: Channel, start: float, beeps: Sequence[Interval]) -> Channel:
    """A copy of samples that begin at that second, with a tone in the place of these stretches."""
    made = np.array(samples)
    for beep in beeps:
        first = max(0, math.floor((beep.start - start) * RATE))
        last = min(len(made), math.ceil((beep.end - start) * RATE))
        if first < last:
            made[first:last] = _tone(last - first)
    return made


def _tone(length: int) -> Channel:
    at = np.arange(length)
    ramp = np.minimum(1.0, np.minimum(at + 1, length - at) / RAMP)
    wave = np.sin(2 * np.pi * TONE_HERTZ / RATE * at)
    tone: Channel = np.round(TONE_LEVEL * FULL_SCALE * ramp * wave).astype(np.int16)
    return tone


def _peaks(channel: Channel, bins: int) -> tuple[float, ...]:
    edges = np.linspace(0, len(channel), bins + 1).astype(int)
    parts = itertools.pairwise(edges)
    loudest = (np.abs(channel[a:b].astype(np.int32)).max(initial=0) for a, b in parts)
    return tuple(round(float(peak) / FULL_SCALE, 4) for peak in loudest)


def _mp3(channels: Sequence[Channel], seconds: float) -> bytes:
    import av  # takes a while to load, and is needed for pages only

    mono = len(channels) == 1 or seconds > LONG_SECONDS
    target = io.BytesIO()
    options = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(target, "w", format="mp3", options=options) as container:
        stream: Any = container.add_stream("libmp3lame", rate=RATE, options=HURRY)
        stream.layout = "mono" if mono else "stereo"
        stream.format = "s16p"
        stream.bit_rate = LONG_BITS if seconds > LONG_SECONDS else BITS[1 if mono else 2]
        for at in range(DELAY, len(channels[0]), BLOCK):
            block = np.stack([channel[at : at + BLOCK] for channel in channels])
            if mono and len(channels) > 1:
                block = (block.astype(np.int32).sum(axis=0, keepdims=True) // 2).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block, "s16p", "mono" if mono else "stereo")
            frame.sample_rate, frame.pts = RATE, at - DELAY
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
