"""Windows of telephone sound for training, made on the fly from the spoken shards.

A window is what the product hands its recogniser: some utterances of one channel with short gaps,
padded with silence. Here they lie at random places, with another level, noise, band and codec each
time, so no two windows are alike however often an utterance comes back.

Features are those of faster-whisper's FeatureExtractor, computed for a whole batch at once. Sound
at 8 kHz is not resampled first: a frame of 200 samples at 8 kHz has the same bins up to 4 kHz as
one of 400 at 16 kHz, with half the amplitude.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.train.line import bands, distort, nonspeech
from models.train.synthesise import label
from models.train.tokenizer import Compact

IGNORED = -100  # a target that is not judged
FRAME = 0.02  # s: one row of the encoder, two columns of the spectrogram
NOTHING = 0.03  # share of windows without a word: silence, noise, music, ringing
MUSIC = 0.04  # share of windows where some of that stands beside the words
SAME_SCENE = 0.5  # share of windows that follow one scene, the others mix utterances
ONE_SIDE = 0.6  # of those, how many hear one speaker alone, as in a stereo recording
GAPS = (0.1, 0.15, 0.2, 0.3, 0.3, 0.5, 1.0)  # s between utterances, give or take
END_EARLY = 0.05  # after each utterance, the chance that the rest of the window is silence


@dataclass
class Batch:
    mel: Tensor  # (B, 80, 2n)
    frames: Tensor  # (B, n) label of the syllable in each 20 ms, 0: none
    tokens: Tensor  # (B, t) what the decoder is given
    targets: Tensor  # (B, t) what it should say next, or IGNORED


@dataclass
class Pool:
    """All utterances of one sample rate; index i is an utterance in every array."""

    rate: int
    audio: list[NDArray[np.int16]] = field(default_factory=list)  # one file per shard
    shard: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)  # samples
    text: list[str] = field(default_factory=list)
    labels: list[NDArray[np.int16]] = field(default_factory=list)
    spans: list[NDArray[np.float32]] = field(default_factory=list)
    scene: list[tuple[int, int]] = field(default_factory=list)
    customer: list[bool] = field(default_factory=list)

    def add(self, audio: Path, labels: dict[str, NDArray[np.generic]]) -> None:
        self.audio.append(np.load(audio, mmap_mode="r"))
        begin = syllable = 0
        numbers = np.array([label(str(name)) for name in labels["syllables"]], np.int16)
        for i, end in enumerate(labels["ends"].tolist()):
            text = str(labels["texts"][i])
            self.shard.append(len(self.audio) - 1)
            self.start.append(begin)
            self.length.append(end - begin)
            self.text.append(text)
            self.labels.append(numbers[syllable : syllable + len(text)])
            self.spans.append(labels["spans"][syllable : syllable + len(text)])
            self.scene.append((len(self.audio), int(labels["scenes"][i])))
            self.customer.append(bool(labels["customers"][i]))
            begin, syllable = end, syllable + len(text)

    def settle(self) -> None:
        """Sort by length, so that something that fits is found at once."""
        self.by_length = np.argsort(self.length)
        self.lengths = np.asarray(self.length)[self.by_length]

    def samples(self, i: int) -> NDArray[np.int16]:
        begin = self.start[i]
        return self.audio[self.shard[i]][begin : begin + self.length[i]]

    def fitting(self, room: int, random: Generator) -> int | None:
        """Any utterance of at most `room` samples."""
        count = int(np.searchsorted(self.lengths, room, side="right"))
        return int(self.by_length[random.integers(count)]) if count else None

    def following(self, i: int, same_side: bool) -> int | None:
        """The next utterance of the same scene."""
        for j in range(i + 1, min(i + 6, len(self.text))):
            if self.scene[j] != self.scene[i] or self.scene[i][1] < 0:
                return None
            if not same_side or self.customer[j] == self.customer[i]:
                return j
        return None


def load(*folders: Path) -> dict[int, Pool]:
    """All complete shards, by sample rate."""
    pools = {8_000: Pool(8_000), 16_000: Pool(16_000)}
    for folder in folders:
        for file in sorted(folder.glob("[0-9]*.npz")):
            labels = dict(np.load(file))
            pools[int(labels["rate"])].add(file.with_suffix(".npy"), labels)
    for pool in pools.values():
        pool.settle()
    return {rate: pool for rate, pool in pools.items() if pool.text}


def batch(
    pool: Pool, seconds: float, count: int, random: Generator, ids: Compact, timed: float
) -> Batch:
    """`count` windows of `seconds`; `timed`: the share whose text carries timestamps."""
    size = round(seconds * pool.rate)
    waves = np.zeros((count, size), np.float32)
    frames = np.zeros((count, round(seconds / FRAME)), np.int64)
    rows = []
    for i in range(count):
        said = fill(pool, waves[i], frames[i], random)
        distort(waves[i], pool.rate, random)
        rows.append(script(said, random.random() < timed, ids))
    longest = max(len(given) for given, _ in rows)
    tokens = np.full((count, longest), ids.end)
    targets = np.full((count, longest), IGNORED)
    for i, (given, wanted) in enumerate(rows):
        tokens[i, : len(given)] = given
        targets[i, : len(given)] = wanted
    mel = log_mel(torch.from_numpy(waves), pool.rate, bands(count, pool.rate, random))
    return Batch(mel, torch.from_numpy(frames), torch.from_numpy(tokens), torch.from_numpy(targets))


def script(
    said: list[tuple[float, float, str]], timed: bool, ids: Compact
) -> tuple[list[int], list[int]]:
    """What the decoder is given, and what it should say after each of these tokens.

    After the first, language or no-speech is judged, as Whisper's users read it there; the rest of
    the prompt is given and needs no learning.
    """
    prompt = [ids.start, ids.chinese, ids.transcribe]
    if not said:
        return [*prompt, ids.no_timestamps], [ids.no_speech, IGNORED, IGNORED, ids.end]
    if not timed:
        text = ids.text("".join(text for *_, text in said))
        wanted = [ids.chinese, IGNORED, IGNORED, *text, ids.end]
        return [*prompt, ids.no_timestamps, *text], wanted
    text = []
    for start, end, characters in said:
        text += [ids.time(start), *ids.text(characters), ids.time(end)]
    return [*prompt, *text], [ids.chinese, IGNORED, *text, ids.end]


def fill(
    pool: Pool, wave: NDArray[np.float32], frames: NDArray[np.int64], random: Generator
) -> list[tuple[float, float, str]]:
    """Put utterances into an empty window and name its frames; (start s, end s, text) of each."""
    said: list[tuple[float, float, str]] = []
    if random.random() < NOTHING:
        if random.random() < 0.6:
            wave[:] = nonspeech(len(wave), pool.rate, random)
        return said
    at = int(random.choice([0.0, random.uniform(0, 0.3), random.uniform(0, 0.8)]) * pool.rate)
    if random.random() < MUSIC:
        length = int(random.uniform(0.3, 0.4) * len(wave))
        wave[:length] = nonspeech(length, pool.rate, random)
        at = length
    in_scene, one_side = random.random() < SAME_SCENE, random.random() < ONE_SIDE
    i: int | None = None
    while True:
        room = len(wave) - at
        i = pool.following(i, one_side) if i is not None and in_scene else None
        if i is None or pool.length[i] > room:
            i = pool.fitting(room, random)
        if i is None:
            return said
        gain = 10 ** (random.uniform(-3, 3) / 20) / 32768
        wave[at : at + pool.length[i]] = pool.samples(i) * np.float32(gain)
        start = at / pool.rate
        edges = np.round((pool.spans[i] + start) / FRAME).astype(int)
        for name, (first, last) in zip(pool.labels[i], edges, strict=True):
            frames[first:last] = name
        at += pool.length[i]
        said.append((start, at / pool.rate, pool.text[i]))
        at += int(random.choice(GAPS) * random.uniform(0.7, 1.5) * pool.rate)
        if random.random() < END_EARLY:
            return said


@cache
def _mel_filters() -> Tensor:
    return torch.from_numpy(FeatureExtractor().mel_filters)  # (80, 201)


def log_mel(wave: Tensor, rate: int, gains: Tensor | None = None) -> Tensor:
    """(B, samples) at 8 or 16 kHz → (B, 80, samples / (rate / 100)), as faster-whisper has them.

    gains (B, 201): multiplies the spectrum, as a filter on the line would; without it, what is
    above half the rate is silent.
    """
    window = torch.hann_window(rate // 40)
    padded = functional.pad(wave[:, None], (rate // 80, rate // 80), mode="reflect")[:, 0]
    spectrum = torch.fft.rfft(padded.unfold(1, rate // 40, rate // 100)[:, :-1] * window)
    power = (spectrum.real**2 + spectrum.imag**2) * (16_000 / rate) ** 2
    if gains is not None:
        if rate == 8_000:
            power = torch.cat([power, power[..., :-1].flip(-1)], dim=-1)
        power = power * gains[:, None] ** 2
    mel = power @ _mel_filters()[:, : power.shape[-1]].T
    log = mel.clamp(min=1e-10).log10().transpose(1, 2)
    log = torch.maximum(log, log.amax((1, 2), keepdim=True) - 8)
    return (log + 4) / 4
