"""A call with its times: spoken by voices (staging.py), or only rehearsed, which is quick.

Rehearsed times are guessed from the speaker's rate; everything else is the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray

from sample_audio.script import Line, Script, Voice

SENTENCE = re.compile(r"[^。？！]+[。？！]?")
HAN = re.compile(r"[㐀-鿿]")
BREATH = (0.16, 0.3)  # seconds between two sentences of one line
ENDING = (0.5, 1.5)  # seconds after the last word


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line as it was spoken, in seconds.

    starts, ends: of every Chinese character of the text; parts: stretches of voice.
    """

    line: Line
    start: float
    end: float
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    parts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A spoken call: tracks by speaker, (n,) float32 at 16 kHz; answered: when the agent came.

    A rehearsed one has no tracks.
    """

    script: Script
    duration: float
    spoken: tuple[Spoken, ...]
    answered: float = 0.0
    tracks: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


def rehearse(script: Script) -> Scene:
    """The call with guessed times and no sound: thousands in a minute."""
    random = Random(f"stage/{script.seed}")
    spoken: list[Spoken] = []
    end = 0.0
    for line in script.lines:
        start = max(0.0, end + line.gap)
        spoken.append(_rehearse(line, script.voices[line.speaker], start, random))
        end = max(end, spoken[-1].end)
    return Scene(script, round(end + random.uniform(*ENDING), 3), tuple(spoken))


def _rehearse(line: Line, voice: Voice, at: float, random: Random) -> Spoken:
    step = 60 / (264 + 1.9 * (voice.rate - 190))  # seconds a character, measured on the voice
    starts: list[float] = []
    parts: list[tuple[float, float]] = []
    for sentence in SENTENCE.findall(line.text):
        count = len(HAN.findall(sentence))
        starts += [at + i * step for i in range(count)]
        parts.append((at, at + count * step))
        at += count * step + random.uniform(*BREATH)
    ends = tuple(start + step for start in starts)
    return Spoken(line, parts[0][0], parts[-1][1], tuple(starts), ends, tuple(parts))
