"""Measure the demonstration recogniser, through the product's own speech code, at 8 kHz A-law.

    python -m models.train.evaluate                  # models/demo-zh, 300 sentences of each kind
    python -m models.train.evaluate --model FOLDER --sentences 60 --alone

    A  sentences never trained on, voices and speeds that were
    B  the same kind of sentences, in four voices and a band of speeds never trained on
    C  random words in a row, seen voices: syllables, since nobody could guess the characters

Each is measured alone, one sentence a recording, and inside whole calls of 20–120 s. “Never trained
on” is decided by a hash of the sentence (corpus.held_out); what training drew is tested the same
way, so no list has to be kept. Intervals: 95 %, bootstrap over sentences or calls, 2,000 draws.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.train import voice
from models.train.corpus import Utterance, held_out, plain, random_words, speakable, utterances
from models.train.synthesise import speaking_rate

DEMO = Path(__file__).parents[1] / "demo-zh"
GAPS = (0.4, 1.5)  # s between the sentences of a call, from and to
CALLS = (20.0, 120.0)  # s, from and to
NOISE = 1e-3  # RMS of the line's noise, of 1
DRAWS = 2_000
SEED = 20_260  # of the sentences, the voices and the bootstrap


@dataclass(frozen=True)
class Said:
    """One sentence and how it is spoken."""

    text: str
    voice: dict[str, str | int]


def sense(random: Random) -> Iterator[str]:
    """Sentences of the grammar that are kept from training."""
    seen: set[str] = set()
    for said in utterances(random, train=False):
        text = plain(said.text)
        if is_sentence(said) and text not in seen:
            seen.add(text)
            yield said.text


def is_sentence(said: Utterance) -> bool:
    """Out of the grammar, and without a number so long that the product might mask it."""
    return said.kind == "single" and not re.search(r"[零一二三四五六七八九幺,]{5}", said.text)


def chance(random: Random) -> Iterator[str]:
    """Random words in a row, kept from training."""
    while True:
        text = random_words(random)
        if speakable(text) and held_out(text):
            yield text


def heard_voice(random: Random) -> dict[str, str | int]:
    return {
        "variant": random.choice(voice.VARIANTS),
        "rate": speaking_rate(random),
        "pitch": random.randint(25, 75),
        "range": random.randint(25, 75),
    }


def unheard_voice(random: Random) -> dict[str, str | int]:
    slow, fast = voice.HELD_OUT_RATES
    return heard_voice(random) | {
        "variant": random.choice(voice.HELD_OUT_VARIANTS),
        "rate": random.randint(slow, fast),
    }


KINDS: dict[str, tuple[Callable[[Random], Iterator[str]], Callable[[Random], dict[str, str | int]]]]
KINDS = {"A": (sense, heard_voice), "B": (sense, unheard_voice), "C": (chance, heard_voice)}


def telephone(pieces: list[NDArray[np.float32]], random: Random) -> NDArray[np.float32]:
    """Sentences with pauses between them, on a faintly noisy line, at 8 kHz."""
    line = [np.zeros(int(8_000 * 0.3), np.float32)]
    for samples in pieces:
        narrow = resample_poly(samples, 1, 2)
        line += [narrow * 0.08 / np.sqrt(np.mean(narrow**2))]
        line += [np.zeros(int(8_000 * random.uniform(*GAPS)), np.float32)]
    sound = np.concatenate(line)
    noise = np.random.default_rng(random.getrandbits(32)).normal(size=len(sound)) * NOISE
    return (sound + noise).clip(-1, 1).astype(np.float32)


def calls(sentences: list[Said], alone: bool, random: Random) -> Iterator[list[Said]]:
    """The sentences, one by one or as many as make a call of 20–120 s."""
    call: list[Said] = []
    length, wanted = 0.0, random.uniform(*CALLS)
    for said in sentences:
        call.append(said)
        length += len(plain(said.text)) * 0.2 + sum(GAPS) / 2
        if alone or length > wanted:
            yield call
            call, length, wanted = [], 0.0, random.uniform(*CALLS)
    if call:
        yield call


def distance(wanted: list[str] | str, got: list[str] | str) -> int:
    """Insertions, deletions and substitutions between two rows of characters or syllables."""
    row = list(range(len(got) + 1))
    for i, a in enumerate(wanted, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(got, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def syllables(text: str) -> list[str]:
    """What a text sounds like, tones left out."""
    return [s[:-1] for s in voice.parse(text)[0]] if text else []


def rate(errors: list[tuple[int, int]], random: Random) -> tuple[float, float, float]:
    """Errors per unit in %, and its 95 % interval; errors: (errors, units) of each recording."""
    table = np.array(errors, float)
    generator = np.random.default_rng(random.getrandbits(32))
    drawn = table[generator.integers(len(table), size=(DRAWS, len(table)))].sum(1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return 100 * table[:, 0].sum() / table[:, 1].sum(), 100 * low, 100 * high


def spoken(calls_made: list[list[Said]], folder: Path, random: Random) -> list[Path]:
    """One A-law file for each call."""
    files = []
    for number, call in enumerate(calls_made):
        pieces = [voice.say(said.text, **said.voice).samples for said in call]  # type: ignore[arg-type]
        file = folder / f"{number:04d}.wav"
        soundfile.write(file, telephone(pieces, random), 8_000, subtype="ALAW")
        files.append(file)
    return files


def recognised(files: list[Path], model: str) -> list[str]:
    """What the product hears in each file: decoded, windowed, recognised and judged by it."""
    from pipeline.settings import Settings, Speech
    from pipeline.speech.listen import hear
    from pipeline.speech.recognizer import open_recognizer
    from pipeline.speech.sources import Source

    settings = Settings(speech=Speech(model=model))
    recognizer = open_recognizer(settings.speech)
    texts = []
    for heard in hear([Source(f.stem, (f,)) for f in files], recognizer, settings):
        turns = heard.call.turns if heard.call else ()
        texts.append(plain("".join(turn.text for turn in turns)))
    return texts


def measure(kind: str, alone: bool, count: int, model: str, show: int) -> dict[str, object]:
    """Characters and syllables wrong, in % with intervals, for `count` sentences of a kind."""
    random = Random(f"{SEED} {kind}")
    source, speaker = KINDS[kind]
    texts = source(random)
    sentences: list[Said] = []
    while len(sentences) < count:
        said = Said(next(texts), speaker(random))
        if len(voice.parse(said.text)[0]) == len(plain(said.text)):
            sentences.append(said)
    made = list(calls(sentences, alone, random))
    with tempfile.TemporaryDirectory() as folder:
        heard = recognised(spoken(made, Path(folder), random), model)
    characters, sounds = [], []
    for call, got in zip(made, heard, strict=True):
        wanted = plain("".join(said.text for said in call))
        characters.append((distance(wanted, got), len(wanted)))
        sounds.append((distance(syllables(wanted), syllables(got)), len(wanted)))
        if show > 0 and wanted != got:
            show -= 1
            print(f"    {wanted}\n  → {got}")
    return {
        "kind": kind,
        "alone": alone,
        "recordings": len(made),
        "sentences": count,
        "characters": rate(characters, random),
        "syllables": rate(sounds, random),
    }


def row(found: dict[str, Any]) -> str:
    cells = [
        f"{c:.1f} % ({low:.1f}–{high:.1f})"
        for c, low, high in (found["characters"], found["syllables"])
    ]
    place = "alone" if found["alone"] else "in calls"
    return f"| {found['kind']} | {place} | {found['sentences']} | {cells[0]} | {cells[1]} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--model", default=str(DEMO), help="a model folder or name")
    arguments.add_argument("--sentences", type=int, default=300, help="of each kind")
    arguments.add_argument("--kinds", default="ABC")
    arguments.add_argument("--alone", action="store_true", help="leave the whole calls out")
    arguments.add_argument("--show", type=int, default=0, help="print so many wrong ones of each")
    arguments.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = arguments.parse_args()
    print("| | | sentences | characters wrong | syllables wrong |\n|---|---|---|---|---|")
    results = []
    for kind in given.kinds:
        for alone in (True,) if given.alone else (True, False):
            results.append(measure(kind, alone, given.sentences, given.model, given.show))
            print(row(results[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
