"""What looking for sound-alikes is worth: phrases found in what a recogniser misheard, and wrongly.

    python -m benchmarks.sound_alikes --replies jddc_test.dec.txt   # 25 minutes on two busy cores
    python -m benchmarks.sound_alikes --count 40                    # the same on a few sentences

Every phrase of the charged lexicons that may be found by sound is spoken once between two clauses
of sentences that were kept from the recogniser's training, and so are the two clauses without it,
by voices that it never heard, over a telephone line (A-law, 8 kHz): quiet, noisy, very noisy. What
the product hears is searched by spelling alone, and by spelling and sound. Recall: a phrase of the
lexicon that was planted is found where it was planted. False: a charged phrase is found by sound in
the twin without one, or in agents' replies as they wrote them (--replies, one a line). Writes its
section of docs/lexicons.md. What was heard is kept in --work.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import soundfile

from models.train import voice
from models.train.corpus import plain
from models.train.evaluate import distance, recognised, sense, telephone, unheard_voice
from pipeline.configuration.resources import folder
from pipeline.hit import Kind
from pipeline.scoring.agreement import Share
from pipeline.speech.model_folder import find_model
from pipeline.text.lexicon import MIN_SOUND_SYLLABLES, Lexicon, load_lexicons
from pipeline.text.match import find_all
from sample_audio.noise import line_noise

CHARGED = ("forbidden", "promises", "pushing-to-end", "restricting", "rhetorical", "shirking")
LINES = {"安静 quiet": None, "有噪声 noisy": -38.0, "很吵 very noisy": -34.0}
"""Noise in dB of full scale; the voice is at -22, and -60 is everywhere."""
PAGE = Path(__file__).parent.parent / "docs" / "lexicons.md"
HEADING = "## 音近值不值 · What sound-alikes are worth"
TEXT = """{heading}

`python -m benchmarks.sound_alikes`: {count} sentences, each with a charged phrase between two
clauses, and the same without it; spoken by voices and at speeds that the recogniser (demo-zh) never
heard, on an A-law line, searched in what the product heard. A phrase found by spelling is charged,
one found by sound alone asks a person. Wilson's 95 % intervals.

{table}

{replies}Synthetic speech and a small recogniser: others err otherwise. What the rules find in a
centre's own calls, `zhiyin measure` tells ([measuring.md](measuring.md)).
"""
SEED = 20_261
"""Of clauses, voices and noise."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence with a phrase, and its twin without; the phrases that may be found there."""

    lexicon: str
    with_phrase: str
    without: str
    wanted: frozenset[str]


def sentences(lexicons: dict[str, Lexicon], random: Random) -> Iterator[Planted]:
    """Every phrase that may be found by sound, once, in an order by chance."""
    clauses = _clauses(lexicons, random)
    phrases = [
        (name, phrase.text)
        for name in CHARGED
        for phrase in lexicons[name].phrases
        if phrase.sound
        and len(phrase.parts) == 1
        and len(phrase.parts[0].text) >= MIN_SOUND_SYLLABLES
    ]
    for name, phrase in random.sample(phrases, len(phrases)):
        before, after = next(clauses), next(clauses)
        text = f"{before},{phrase},{after}"
        wanted = frozenset(m.phrase for m in find_all(lexicons[name], text))
        if wanted and len(voice.parse(text)[0]) == len(plain(text)):
            yield Planted(name, text, f"{before},{after}", wanted)


def _clauses(lexicons: dict[str, Lexicon], random: Random) -> Iterator[str]:
    """Short clauses, kept from training, in which no charged phrase is found."""
    for text in sense(random):
        for clause in re.split("[，。,？?！!、]", text):
            if 3 <= len(clause) <= 9 and not _charged(lexicons, clause):
                yield clause


def _charged(lexicons: dict[str, Lexicon], text: str) -> list[Kind]:
    """The kinds of all charged hits in a text."""
    return [match.kind for name in CHARGED for match in find_all(lexicons[name], text)]


def heard(said: Sequence[str], noise: float | None, work: Path, model: str) -> list[str]:
    """What the product hears in sentences on a line, a file each; kept."""
    random = Random(f"{SEED} {noise}")
    speakers = [unheard_voice(random) for _ in said]
    digest = find_model(model).digest[:12]
    kept = work / f"{digest}-{noise}-{len(said)}.json"
    if kept.exists():
        return list(json.loads(kept.read_text("utf-8")))
    with tempfile.TemporaryDirectory() as place:
        files = []
        for number, (text, speaker) in enumerate(zip(said, speakers, strict=True)):
            spoken: Any = voice.say(text, **speaker)  # type: ignore[arg-type]
            sound = telephone([spoken.samples], random)
            if noise is not None:
                sound = sound + line_noise(len(sound), 8_000, noise, number)
            files.append(Path(place) / f"{number:04d}.wav")
            soundfile.write(files[-1], sound.clip(-1, 1), 8_000, subtype="ALAW")
        texts = recognised(files, model)
    kept.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    return texts


@dataclass(frozen=True, slots=True)
class Found:
    """One line's figures."""

    wrong: float
    spelled: Share
    either: Share
    false_sound: Share


def figures(
    planted: Sequence[Planted], texts: Sequence[str], lexicons: dict[str, Lexicon]
) -> Found:
    """texts: what was heard of all sentences, then of all twins."""
    half = len(planted)
    kinds = [
        {m.kind for m in find_all(lexicons[p.lexicon], text) if m.phrase in p.wanted}
        for p, text in zip(planted, texts[:half], strict=True)
    ]
    twins = [_charged(lexicons, text) for text in texts[half:]]
    wanted = [plain(p.with_phrase) for p in planted]
    errors = sum(distance(w, t) for w, t in zip(wanted, texts[:half], strict=True))
    return Found(
        wrong=errors / sum(map(len, wanted)),
        spelled=Share(sum(bool(found - {Kind.SOUND}) for found in kinds), half),
        either=Share(sum(bool(found) for found in kinds), half),
        false_sound=Share(sum(Kind.SOUND in f for f in twins), half),
    )


def table(found: dict[str, Found]) -> str:
    """A row for each line."""
    rows = [
        "| 线路 line | 字错率 characters wrong | 只按字 by spelling | 加音近 and by sound | ÷ "
        "| 不含短语的句子，音近误报 false by sound |",
        "|" + "---|" * 6,
    ]
    for name, of in found.items():
        ratio = of.either.part / max(1, of.spelled.part)
        cells = (name, f"{of.wrong:.1%}", shown(of.spelled), shown(of.either), f"**{ratio:.2f}**")
        rows.append(f"| {' | '.join(cells)} | {shown(of.false_sound)} |")
    return "\n".join(rows)


def replies_line(file: Path | None, lexicons: dict[str, Lexicon]) -> str:
    """Hits in agents' replies as they wrote them."""
    if file is None:
        return ""
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    kinds = [set(_charged(lexicons, line)) for line in lines]
    spelled = sum(bool(found - {Kind.SOUND}) for found in kinds)
    sound = sum(found == {Kind.SOUND} for found in kinds)
    return (
        f"In {len(lines):,} agents' replies as they were written ({file.name}) sound alone finds "
        f"{sound} ({shown(Share(sound, len(lines)))}), spelling {spelled}.\n\n"
    )


def shown(share: Share) -> str:
    return (
        f"{share.part}/{share.whole} = {share.rate or 0:.1%} "
        f"({share.low or 0:.1%}–{share.high or 0:.1%})"
    )


def write_section(section: str) -> None:
    """Put the section into docs/lexicons.md, before the heading that follows it."""
    page = PAGE.read_text("utf-8")
    parts = re.split(r"(?m)^(?=## )", page)
    kept = [part for part in parts if not part.startswith(HEADING)]
    at = next(i for i, part in enumerate(kept) if part.startswith("## 遮盖"))
    PAGE.write_text("".join([*kept[:at], section + "\n", *kept[at:]]), "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--count", type=int, default=10_000, help="phrases at most")
    arguments.add_argument("--model", default="demo-zh")
    arguments.add_argument("--replies", type=Path, help="agents' replies, one a line")
    arguments.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "alikes")
    chosen = arguments.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    lexicons = load_lexicons(folder("lexicons"))
    planted = list(islice(sentences(lexicons, Random(SEED)), chosen.count))
    said = [p.with_phrase for p in planted] + [p.without for p in planted]
    found = {
        name: figures(planted, heard(said, noise, chosen.work, chosen.model), lexicons)
        for name, noise in LINES.items()
    }
    section = TEXT.format(
        heading=HEADING,
        count=len(planted),
        table=table(found),
        replies=replies_line(chosen.replies, lexicons),
    )
    print(section)
    if chosen.count > len(planted):
        write_section(section)


if __name__ == "__main__":
    main()
