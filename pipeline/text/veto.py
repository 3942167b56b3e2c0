"""What looks like a phrase and is none. A wrong accusation is the costly error.

Word boundaries alone do not settle it: jieba cuts 能不能 into 能/不能. Nor do lists alone. So a
span must pass all of these, and the unless_within of its phrase.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from pipeline.text.normal import Normal, normal
from pipeline.text.sound import sounds
from pipeline.text.words import boundaries

SENTENCE_END = re.compile("[。？！?!]")
CLAUSE_END = re.compile("[。？！?!，,；;：:…]")
PUNCTUATION = re.compile(r"[^\w\s*]")
AROUND = 16
"""Characters on either side that are cut into words with a span in a long clause: what lies
farther does not move its boundaries, and cutting all would cost more than all the rest."""
CLAUSE = 48


@cache
def _not() -> frozenset[str]:
    """不 and 没, in writing and in sound. Not worked out on import: readings take half a second to
    load, and many who import this never ask."""
    return frozenset("不没") | frozenset(sounds("不没"))


@lru_cache(maxsize=1024)
def questions(text: str) -> dict[int, tuple[int, int]]:
    """Where A不A stands: 能不能, 知不知道 (知不知), 知道不知道; in a normal form or in its sounds.

    For every offset in a question, where that begins and ends. 不知道不知道 is said twice, not
    asked.
    """
    found = {}
    for at in _all_of(_not(), text):
        for size in (1, 2):
            left, right = at - size, at + 1 + size
            if left < 0 or text[left:at] != text[at + 1 : right]:
                continue
            if left == 0 or text[left - 1] not in _not():
                found.update(dict.fromkeys(range(left, right), (left, right)))
    return found


def _all_of(characters: Iterable[str], text: str) -> Iterator[int]:
    for character in characters:
        at = text.find(character)
        while at >= 0:
            yield at
            at = text.find(character, at + 1)


def cuts_a_question(
    form: Normal, span: tuple[int, int], asked: Mapping[int, tuple[int, int]]
) -> bool:
    """Whether span begins or ends within a question without holding the whole of it.

    What a clause ends is no part of one: 已经发货了，不了解 asks nothing.
    """
    start, end = span
    around = [asked[at] for at in (start, end - 1) if at in asked]
    return any(
        (left < start and not CLAUSE_END.search(form.source, form.origin[left], form.origin[start]))
        or (end < right and not CLAUSE_END.search(form.source, *form.original(end - 1, right)))
        for left, right in around
    )


def is_one_clause(form: Normal, span: tuple[int, int]) -> bool:
    """Whether nothing ends inside span; what excuses a phrase stands in its own clause.

    不知道您是否方便 is polite, 不知道，您问别人 is not.
    """
    return not CLAUSE_END.search(form.source[slice(*form.original(*span))])


def leaves_words_whole(form: Normal, span: tuple[int, int], phrase: str) -> bool:
    """Whether span starts and ends between words, and no sentence ends inside it."""
    start, end = span
    inside = form.source[slice(*form.original(start, end))]
    if SENTENCE_END.search(inside) and not SENTENCE_END.search(phrase):
        return False
    clauses = _clauses(form.source)
    return _is_edge(form.text, start, start, clauses) and _is_edge(form.text, end, end - 1, clauses)


def _is_edge(text: str, at: int, inside: int, clauses: Sequence[int]) -> bool:
    """Whether at lies between words of the clause that the character at inside belongs to."""
    clause = bisect_right(clauses, inside) - 1
    first, last = clauses[clause], clauses[clause + 1]
    if last - first > CLAUSE:
        first, last = max(first, at - AROUND), min(last, at + AROUND)
    return at in (first, last) or at - first in boundaries(text[first:last])


@lru_cache(maxsize=1024)
def _clauses(source: str) -> tuple[int, ...]:
    """Offsets in the normal form at which clauses begin, and its length."""
    form = normal(source)
    begins = {bisect_left(form.origin, found.end()) for found in PUNCTUATION.finditer(source)}
    return tuple(sorted(begins | {0, len(form.text)}))


def looks_plausible(form: Normal, span: tuple[int, int], wanted: str) -> bool:
    """Whether a sound-alike may be the phrase misheard: half of its characters are the phrase's.

    A recogniser that hears a phrase writes some of it rightly; a stretch that shares the sounds
    alone is other words. Written wholly alike is no sound-alike: it was judged by its spelling.
    """
    from rapidfuzz.distance import LCSseq

    written = form.text[slice(*span)]
    same = LCSseq.similarity(written, wanted)
    return len(wanted) // 2 <= same < len(wanted)
