"""How fast phrases are found, beside Python's compiled `re` on the same normal text.

    python -m benchmarks.match             # two minutes on two cores
    python -m benchmarks.match --quick     # the same on a tenth of the calls

1,000 phrases of the lexicons, 1,000 calls of 1,200 characters made of sample dialogues. Ours is
what detectors call: normal form, automaton, vetoes, offsets in the stored text, nothing cached from
one round to the next. `re` is given the normal text for nothing and returns bare spans: once as one
alternation of all phrases (which misses overlapping ones), once as a pattern for each. Rounds in
turn, medians of CPU seconds. The ratio is theirs ÷ ours: above 1, we are faster.

Two choices of phrases, as a text costs the automaton and a hit costs Python: first those that calls
are charged for, filled up to 1,000 with the longest others; then everyday ones, the shortest first
(您好, 请您, 好的).
"""

import argparse
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.configuration.resources import folder
from pipeline.hit import Kind
from pipeline.text import match, normal, sound, veto, words
from pipeline.text.lexicon import Lexicon, load_lexicons
from sample_audio.dialogues import dialogue

PHRASES, CALLS, CHARACTERS, ROUNDS = 1_000, 1_000, 1_200, 5
TARGET = 3.0
CHARGED = (
    *("forbidden", "insults", "restricting", "rhetorical", "jargon", "promises", "shirking"),
    *("pushing-to-end", "impolite-you", "refusing-complaints", "private-dealings"),
)
CACHES = (normal.normal, sound.sounds, words.boundaries, veto.questions, veto._clauses)

Way = Callable[[Sequence[str]], int]
"""Texts in, number of hits out."""


def thousand(kind: Kind, by_sound: bool = False, everyday: bool = False) -> Lexicon:
    """One lexicon of 1,000 different phrases without gaps, as the bundled lexicons have them."""
    listed = {
        phrase.parts[0].text: (lexicon.name in CHARGED, phrase)
        for lexicon in load_lexicons(folder("lexicons")).values()
        for phrase in lexicon.phrases
        if len(phrase.parts) == 1
    }

    def place(text: str) -> tuple[bool, int, str]:
        charged, length = listed[text][0], len(text)
        return (charged, length, text) if everyday else (not charged, -length, text)

    chosen = tuple(
        replace(listed[text][1], kind=kind, sound=by_sound and len(text) > 2)
        for text in sorted(listed, key=place)[:PHRASES]
    )
    return Lexicon("thousand", "", chosen)


def calls(count: int) -> list[str]:
    """Different texts of 1,200 characters."""
    texts, seed = [], 1
    while len(texts) < count:
        text = ""
        while len(text) < CHARACTERS:
            text += "".join(line.text for line in dialogue(seed).lines)
            seed += 1
        texts.append(text[:CHARACTERS])
    return texts


def ours(lexicon: Lexicon) -> Way:
    def find(texts: Sequence[str]) -> int:
        for cache in CACHES:
            cache.cache_clear()
        return sum(len(match.find_all(lexicon, text)) for text in texts)

    return find


def alternation(lexicon: Lexicon) -> Way:
    longest_first = sorted((p.parts[0].text for p in lexicon.phrases), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return lambda texts: sum(1 for text in texts for _ in pattern.finditer(text))


def one_by_one(lexicon: Lexicon) -> Way:
    patterns = [re.compile(re.escape(phrase.parts[0].text)) for phrase in lexicon.phrases]
    return lambda texts: sum(1 for text in texts for p in patterns for _ in p.finditer(text))


def race(ways: dict[str, tuple[Way, Sequence[str]]], rounds: int) -> dict[str, tuple[float, int]]:
    """Median seconds of each way and its hits; every round runs all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    hits: dict[str, int] = {}
    for _ in range(rounds):
        for name, (find, texts) in ways.items():
            began = time.process_time()
            hits[name] = find(texts)
            seconds[name].append(time.process_time() - began)
    return {name: (statistics.median(taken), hits[name]) for name, taken in seconds.items()}


def agree(lexicon: Lexicon, texts: Sequence[str]) -> None:
    """Ours finds nothing that `re` does not, and all of it but for what is excused or vetoed."""
    bare = Lexicon("bare", "", tuple(replace(p, unless_within=()) for p in lexicon.phrases))
    for text in texts[:50]:
        form = normal.normal(text)
        spans = {
            (*form.original(at.start(), at.start() + len(needle)), phrase.text)
            for phrase in lexicon.phrases
            for needle in [phrase.parts[0].text]
            for at in re.finditer(f"(?={re.escape(needle)})", form.text)
        }
        found = {(m.start, m.end, m.phrase) for m in match.find_all(bare, text)}
        assert found <= spans
        assert all(set("不没") & set(text[max(0, a - 2) : b + 2]) for a, b, _ in spans - found)
        assert set(match.find_all(lexicon, text)) <= set(match.find_all(bare, text))


def machine() -> str:
    """The processor's name, cores and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8", "replace").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = named[0] if named else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def compare(texts: Sequence[str], everyday: bool, rounds: int) -> float:
    """Print the table of one choice of phrases; the ratio of the faster re to ours."""
    text = thousand(Kind.TEXT, everyday=everyday)
    agree(text, texts)
    plain = [normal.normal(one).text for one in texts]
    ways: dict[str, tuple[Way, Sequence[str]]] = {
        "ours, text": (ours(text), texts),
        "ours, word (boundaries by jieba)": (ours(thousand(Kind.WORD, False, everyday)), texts),
        "ours, text and sound": (ours(thousand(Kind.TEXT, True, everyday)), texts),
        "re, one alternation": (alternation(text), plain),
        "re, a pattern each": (one_by_one(text), plain),
    }
    for find, some in ways.values():
        find(some[:5])
    result = race(ways, rounds)
    base = result["ours, text"][0]
    print("| way | ms a call | hits a call | ÷ ours, text |\n|---|---|---|---|")
    for name, (seconds, hits) in result.items():
        each = 1000 * seconds / len(texts)
        print(f"| {name} | {each:.3f} | {hits / len(texts):.1f} | {seconds / base:.1f} |")
    return min(result[name][0] for name in result if name.startswith("re")) / base


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls, 3 rounds")
    quick = parser.parse_args().quick
    texts = calls(CALLS // 10 if quick else CALLS)
    print(f"{machine()}; {PHRASES} phrases, {len(texts)} calls of {CHARACTERS} characters")
    for everyday in (False, True):
        print(f"\n{'Everyday phrases' if everyday else 'Phrases that are charged, mostly'}:\n")
        ratio = compare(texts, everyday, 3 if quick else ROUNDS)
        print(f"\nthe faster re ÷ ours: {ratio:.1f} (target {TARGET:.0f})")


if __name__ == "__main__":
    main()
