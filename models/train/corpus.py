"""What is said: an endless stream of utterances, calls, sentences and random words.

Sense gives the model the language of calls; random words make it listen instead of guess, and
teach it to spell what no pattern holds. Utterances of a scene come in their natural order.

    python -m models.train.corpus 20        # print twenty of each kind

A sentence of five characters or more whose hash falls into `HELD_OUT` is for evaluation and never
spoken in training, whatever pattern, scene or chance made it. Shorter replies are in both.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from models.train.phrases import Grammar, mixed
from models.train.tokenizer import characters

TEXT = Path(__file__).with_name("text")
CALLS = Path(__file__).parents[2] / "sample_audio" / "grammar"

MIXES = {  # draws of each kind, of 100; a scene is a whole call, so it weighs fifteen times
    "listen": {"scene": 3, "single": 28, "disturbed": 19, "words": 35, "numbers": 15},
    "speak": {"scene": 5, "single": 60, "disturbed": 11, "words": 19, "numbers": 5},
}  # the first teaches to tell sounds apart, the second which of the homophones people mean
HELD_OUT = 20  # one sentence in so many is kept for evaluation
SHORTEST_HELD_OUT = 5  # characters
LONGEST = 44  # characters: about 8 s, so that it fits into a window
FIRST_CALL = 10_000_000  # seeds of the calls told here; those of samples and tests are smaller
WORDS = 30_000  # the most frequent words of jieba's dictionary
EVENNESS = 0.35  # words are drawn with frequency ** this: rare ones are heard too


@dataclass(frozen=True)
class Utterance:
    text: str  # characters and punctuation; punctuation is a pause
    customer: bool
    scene: int  # utterances with the same number belong to one scene, in order; -1: to none
    kind: str  # one of those in `MIXES`


def plain(text: str) -> str:
    """The characters alone, as the recogniser writes them."""
    return "".join(c for c in text if c.isalnum())


def held_out(text: str) -> bool:
    """Whether a sentence is kept for evaluation."""
    text = plain(text)
    return len(text) >= SHORTEST_HELD_OUT and zlib.crc32(text.encode()) % HELD_OUT == 0


@cache
def grammar() -> Grammar:
    return Grammar().read([*sorted(CALLS.glob("*.txt")), *sorted(TEXT.glob("*.txt"))])


@cache
def words() -> tuple[list[str], list[float]]:
    """Words and their cumulative weights: jieba's, in characters that the model can write."""
    import jieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    known = set(characters())
    counted = [
        (count, word)
        for word, count in jieba.dt.FREQ.items()
        if count > 0 and len(word) <= 4 and known.issuperset(word)
    ]
    counted.sort(reverse=True)
    singles = {c for _, word in counted[:WORDS] for c in word}
    most = counted[:WORDS] + [(n, w) for n, w in counted[WORDS:] if not singles.issuperset(w)]
    return [w for _, w in most], list(accumulate(n**EVENNESS for n, _ in most))


def word(random: Random) -> str:
    found, weights = words()
    return random.choices(found, cum_weights=weights)[0]


def random_words(random: Random) -> str:
    """Two to nine words that have nothing to do with each other, sometimes with a pause."""
    count = random.choice([1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8])
    return "".join(
        word(random) + ("," if random.random() < 0.08 else "") for _ in range(count)
    ).rstrip(",")


def disturbed(text: str, random: Random) -> str:
    """A sentence with a random word put into it, over a part of it, or around it."""
    start, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
    end = min(end, start + random.choice([0, 0, 0, 2, 3, 4]))
    middle = word(random) if random.random() < 0.8 else word(random) + word(random)
    changed = text[:start] + middle + text[end:]
    if random.random() < 0.3:  # a piece alone: sentences begin and end anywhere
        cut = random.randint(0, len(changed) // 2)
        changed = changed[cut : cut + random.randint(2, 20)]
    return changed.lstrip(",。?!、")


def numbers(random: Random) -> str:
    before = word(random) if random.random() < 0.6 else ""
    after = word(random) if random.random() < 0.5 else ""
    return before + mixed(random) + after


def speakable(text: str) -> bool:
    known = characters_set()
    said = plain(text)
    return 0 < len(said) <= LONGEST and known.issuperset(said)


@cache
def characters_set() -> frozenset[str]:
    return frozenset(characters())


def sentence(random: Random) -> str:
    """One sentence of the grammar, from any of its patterns."""
    while True:
        lines, weights = _lines()
        pattern = random.choices(lines, cum_weights=weights)[0]
        text = grammar().expand(pattern, random)
        if speakable(text):
            return text


@cache
def _lines() -> tuple[list[str], list[float]]:
    """The patterns that can be filled, and their weights: more for those that can say more."""
    usable = []
    for line in grammar().lines():
        try:
            grammar().expand(line, Random(0))
        except KeyError:
            continue
        usable.append(line)
    weights = [min(25.0, len(s) / 8 + s.count("|") / 3 + s.count("{")) for s in usable]
    return usable, list(accumulate(weights))


def scene(random: Random) -> list[tuple[bool, str]]:
    """A call as the generator of the sample calls tells it: (by the customer?, text) of each line.

    Lines too long for a window are cut at a comma.
    """
    from sample_audio.dialogues import dialogue

    call = dialogue(random.randrange(FIRST_CALL, 10 * FIRST_CALL))
    return [(line.speaker == "customer", part) for line in call.lines for part in cut(line.text)]


def cut(text: str) -> list[str]:
    """A text in parts that fit, cut at commas; what has none stays as it is."""
    if len(plain(text)) <= LONGEST:
        return [text]
    commas = [m.end() for m in re.finditer("[，。,]", text) if m.end() < len(text)]
    if not commas:
        return [text]
    middle = min(commas, key=lambda place: abs(place - len(text) / 2))
    return cut(text[:middle]) + cut(text[middle:])


def utterances(random: Random, train: bool = True, mix: str = "speak") -> Iterator[Utterance]:
    """Without end. train=False: only sentences kept for evaluation, never a scene."""
    kinds = {kind: n for kind, n in MIXES[mix].items() if train or kind != "scene"}
    number = 0
    while True:
        kind = random.choices(list(kinds), list(kinds.values()))[0]
        number += 1
        lines = scene(random) if kind == "scene" else [(random.random() < 0.5, say(kind, random))]
        for customer, text in lines:
            if speakable(text) and held_out(text) != train:
                yield Utterance(text, customer, number if kind == "scene" else -1, kind)


def say(kind: str, random: Random) -> str:
    """An utterance of one kind: single, disturbed, words or numbers."""
    if kind == "single":
        return sentence(random)
    if kind == "disturbed":
        return disturbed(sentence(random), random)
    return random_words(random) if kind == "words" else numbers(random)


if __name__ == "__main__":
    shown = Random(0)
    for name in ("single", "disturbed", "words", "numbers"):
        print(f"\n{name}")
        for _ in range(int(sys.argv[1]) if sys.argv[1:] else 20):
            print("  ", say(name, shown))
    print("\nscene")
    for by_customer, text in scene(shown):
        print("  ", "客" if by_customer else "坐", text)
