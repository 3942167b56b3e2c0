"""Speaks a script: every line by its voice at its time, one track for each speaker.

Times in the truth come from here, by construction: a line starts where it is put.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from random import Random

import numpy as np

from models.train.voice import RATE, say
from sample_audio import noise
from sample_audio.noise import Track
from sample_audio.scene import BREATH, ENDING, HAN, SENTENCE, Scene, Spoken
from sample_audio.script import AGENT, CUSTOMER, OTHER, Line, Script, Voice

PROMPTER = Voice("f2", 205, 50, 40)
PROMPTS = (
    "感谢您的来电，为提高服务质量，您的通话将被录音，正在为您转接人工客服，请稍候。",
    "您的来电正在转接，通话可能会被录音，请不要挂机。",
)


def stage(script: Script, *, prompt: bool = False) -> Scene:
    """Speak all lines; with prompt, music, an announcement and ringing come first."""
    random = Random(f"stage/{script.seed}")
    spoken: list[Spoken] = []
    pieces: list[tuple[str, int, Track]] = []
    if prompt:
        spoken, pieces = _prompt(random)
    answered = end = spoken[-1].end if spoken else 0.0
    for line in script.lines:
        start = max(0.0, end + line.gap)
        said, samples = _speak(line, script.voices[line.speaker], start, random)
        spoken.append(said)
        pieces += [(line.speaker, at, sound) for at, sound in samples]
        end = max(end, said.end)
    duration = round(end + random.uniform(*ENDING), 3)
    tracks = {name: np.zeros(int(duration * RATE), np.float32) for name in (AGENT, CUSTOMER, OTHER)}
    for speaker, at, sound in pieces:
        tracks[speaker][at : at + len(sound)] += sound[: len(tracks[speaker]) - at]
    return Scene(script, duration, tuple(spoken), answered, tracks)


def stage_afresh(script: Script, *, prompt: bool = False) -> Scene:
    """The same in a new process, so that it does not depend on what was spoken before.

    espeak-ng carries the rate of a voice and the phase of its noise from one utterance to the
    next: in one process the same call comes out up to 2 % longer or shorter each time.
    """
    return _fresh_processes().submit(stage, script, prompt=prompt).result()


@cache
def _fresh_processes() -> ProcessPoolExecutor:
    context = get_context("forkserver")
    context.set_forkserver_preload(["sample_audio.staging", "pypinyin"])
    return ProcessPoolExecutor(1, context, max_tasks_per_child=1)


def _speak(
    line: Line, voice: Voice, start: float, random: Random
) -> tuple[Spoken, list[tuple[int, Track]]]:
    starts: list[float] = []
    ends: list[float] = []
    parts, samples = [], []
    at = round(start * RATE / 2) * 2  # an even sample: the recording has half the rate
    for sentence in SENTENCE.findall(line.text):
        speech = say(sentence, voice.variant, voice.rate, voice.pitch, voice.range)
        samples.append((at, speech.samples))
        starts += [at / RATE + float(t) for t in speech.starts]
        ends += [at / RATE + float(t) for t in speech.ends]
        parts.append((at / RATE, (at + len(speech.samples)) / RATE))
        at += len(speech.samples) + round(random.uniform(*BREATH) * RATE / 2) * 2
        at += at % 2
    if len(starts) != len(HAN.findall(line.text)):
        raise ValueError(f"a syllable for every character, but not in {line.text}")
    return (
        Spoken(line, parts[0][0], parts[-1][1], tuple(starts), tuple(ends), tuple(parts)),
        samples,
    )


def _prompt(random: Random) -> tuple[list[Spoken], list[tuple[str, int, Track]]]:
    """Music, an announcement, ringing."""
    music = noise.music(random.uniform(3.0, 4.5), RATE)
    begin = 0.3
    end = begin + len(music) / RATE
    line = Line(OTHER, random.choice(PROMPTS), 0.5)
    said, samples = _speak(line, PROMPTER, end + line.gap, random)
    ringing = noise.ringing(RATE)
    at = said.end + 0.6
    silent = Line(OTHER, "", 0.0)
    spoken = [
        Spoken(silent, begin, end, (), (), ((begin, end),)),
        said,
        Spoken(silent, at, at + 1.0, (), (), ((at, at + 1.0),)),
    ]
    pieces = [(OTHER, int(begin * RATE), music), (OTHER, int(at * RATE), ringing)]
    return spoken, pieces + [(OTHER, place, sound) for place, sound in samples]
