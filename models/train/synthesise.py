"""Speak the corpus into shards that training reads: audio, text, and when each syllable was said.

    python -m models.train.synthesise FOLDER --shards 40     # the missing ones of forty

A shard is 2,000 utterances, about 1.4 h: `0007.npy`, int16 samples of all utterances one after the
other, to be memory-mapped, and `0007.npz`, the labels. It depends on its number and the corpus
alone, so it can be made anywhere, in any order, while training goes on with those that exist.
espeak-ng speaks 300 × real time on one core.

Telephone speech has nothing above 4 kHz, so most shards are kept at 8 kHz; every eighth is at
16 kHz, so that the model has met wide-band recordings too.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
from scipy.signal import resample_poly

from models.train import voice
from models.train.corpus import Utterance, plain, utterances
from models.train.tokenizer import characters

SHARD = 2_000  # utterances
WIDE_EVERY = 8  # shards
LOUDNESS = 2_000  # RMS of every utterance, of 32,768; windows.py draws the real level
MOST_USED = 0.6  # share of the voices that sample calls use; the rest are for variety


@cache
def syllables() -> dict[str, int]:
    """Every toned syllable that some character can have → its label, from 1; 0 is silence."""
    import pypinyin

    style = pypinyin.Style.TONE3
    found = set()
    for character in characters():
        readings = pypinyin.pinyin(
            character, style=style, heteronym=True, neutral_tone_with_five=True
        )[0]
        for reading in readings:
            base, tone = reading[:-1], reading[-1]
            found.add(voice.INTERJECTIONS.get(base, base) + tone)
    return {name: i for i, name in enumerate(sorted(found), start=1)}


@cache
def label(syllable: str) -> int:
    """The label of a syllable; of the same syllable in another tone where no character has it."""
    known = syllables()
    for tone in (syllable[-1], *"43215"):
        if syllable[:-1] + tone in known:
            return known[syllable[:-1] + tone]
    raise KeyError(syllable)


def speaking_rate(random: Random) -> int:
    """Words a minute, outside the band kept for evaluation."""
    while True:
        rate = random.randint(180, 320)
        if not voice.HELD_OUT_RATES[0] <= rate <= voice.HELD_OUT_RATES[1]:
            return rate


def any_voice(random: Random) -> dict[str, str | int]:
    """Arguments of `voice.say`, never those of a held-out variant or rate."""
    used = voice.VARIANTS if random.random() < MOST_USED else voice.MORE_VARIANTS
    return {
        "variant": random.choice(used),
        "rate": speaking_rate(random),
        "pitch": random.randint(20, 80),
        "range": random.randint(20, 80),
    }


def make(folder: Path, number: int) -> None:
    """Write shard `number` into `folder`."""
    random = Random(f"shard {number}")
    rate = 16_000 if number % WIDE_EVERY == WIDE_EVERY - 1 else 8_000
    mix = "listen" if number % 2 else "speak"
    spoken: list[Utterance] = []
    audio: list[np.ndarray] = []
    names: list[str] = []
    spans: list[np.ndarray] = []
    voices: dict[tuple[int, bool], dict[str, str | int]] = {}
    for said in islice(utterances(random, mix=mix), SHARD):
        if said.scene < 0 or (said.scene, said.customer) not in voices:
            voices[said.scene, said.customer] = any_voice(random)
        try:
            speech = voice.say(said.text, **voices[said.scene, said.customer])  # type: ignore[arg-type]
            for name in speech.syllables:
                label(name)
        except (ValueError, KeyError):
            continue  # a reading that espeak-ng or pypinyin does not know: one in some thousands
        if len(speech.syllables) != len(plain(said.text)):
            continue
        samples = speech.samples if rate == 16_000 else resample_poly(speech.samples, 1, 2)
        samples = samples * LOUDNESS / np.sqrt(np.mean(samples**2))
        spoken.append(said)
        audio.append(samples.clip(-32768, 32767).astype(np.int16))
        names += speech.syllables
        spans.append(np.stack([speech.starts, speech.ends], axis=1))
    part = folder / f".{number:04d}.{os.getpid()}.npz"
    np.savez(
        part,
        rate=rate,
        ends=np.cumsum([len(a) for a in audio]),  # samples
        texts=np.array([plain(s.text) for s in spoken]),
        syllables=np.array(names),
        spans=np.concatenate(spans).astype(np.float32),  # s, within its utterance
        scenes=np.array([s.scene for s in spoken]),
        customers=np.array([s.customer for s in spoken]),
    )
    np.save(folder / f"{number:04d}.npy", np.concatenate(audio))
    part.rename(folder / f"{number:04d}.npz")  # last: a shard with labels is complete


def missing(folder: Path, count: int) -> list[int]:
    return [n for n in range(count) if not (folder / f"{n:04d}.npz").exists()]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--shards", type=int, default=40)
    arguments.add_argument("--processes", type=int, default=os.cpu_count())
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(given.processes) as pool:
        jobs = {n: pool.submit(make, given.folder, n) for n in missing(given.folder, given.shards)}
        for number, job in jobs.items():
            job.result()
            print(f"shard {number} of {given.shards}", flush=True)


if __name__ == "__main__":
    main()
