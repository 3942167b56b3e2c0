"""What looks like a phrase and is none. A wrong accusation is the costly error.

Word boundaries alone do not settle it: jieba cuts 能不能 into 能/不能. Nor do lists alone. So a
span must pass all of these, and the unless_within of its phrase.
"""

import re

from pipeline.text.normal import Normal
from pipeline.text.sound import sounds
from pipeline.text.words import boundaries

NOT = frozenset("不没") | frozenset(sounds("不没"))
SENTENCE_END = re.compile("[。？！?!]")
CLAUSE_END = re.compile("[。？！?!，,；;：:…]")
PUNCTUATION = re.compile(r"[^\w\s*]")
AROUND = 16
"""Characters on either side that are cut into words with a span: what lies farther does not move
its boundaries, and cutting whole transcripts would cost more than all the rest."""


def is_question(text: str, span: tuple[int, int]) -> bool:
    """Whether span touches an A不A question that begins or ends outside it.

    能不能, 知不知道, 清不清楚, 知道不知道; but 不知道不知道 is said twice, not asked. Works on
    a normal form and on its sounds alike.
    """
    start, end = span
    return any(
        text[at] in NOT and _asks(text, at, span)
        for at in range(max(1, start - 2), min(len(text) - 1, end + 2))
    )


def _asks(text: str, at: int, span: tuple[int, int]) -> bool:
    for size in (1, 2):
        left, right = at - size, at + 1 + size
        if left < 0 or text[left:at] != text[at + 1 : right]:
            continue
        if left > 0 and text[left - 1] in NOT:
            continue
        overlaps = left < span[1] and span[0] < right
        inside = span[0] <= left and right <= span[1]
        if overlaps and not inside:
            return True
    return False


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
    first, last = max(0, start - AROUND), min(len(form.text), end + AROUND)
    edges = _edges(form, first, last)
    return start in edges and end in edges


def _edges(form: Normal, first: int, last: int) -> set[int]:
    """Offsets between words in form.text[first:last]; punctuation in the source cuts as well."""
    edges, piece = {first, last}, first
    for at in (*_breaks(form, first, last), last):
        edges.update(piece + offset for offset in boundaries(form.text[piece:at]))
        piece = at
    return edges


def _breaks(form: Normal, first: int, last: int) -> list[int]:
    origin = form.origin
    return [
        at
        for at in range(first + 1, last)
        if origin[at] - origin[at - 1] > 1
        and PUNCTUATION.search(form.source[origin[at - 1] + 1 : origin[at]])
    ]


def looks_plausible(form: Normal, span: tuple[int, int], wanted: str) -> bool:
    """Whether a sound-alike may be the phrase misheard: half of its characters are the phrase's.

    A recogniser that hears a phrase writes some of it rightly; a stretch that shares the sounds
    alone is other words. Written wholly alike is no sound-alike: it was judged by its spelling.
    """
    from rapidfuzz.distance import LCSseq

    written = form.text[slice(*span)]
    same = LCSseq.similarity(written, wanted)
    return len(wanted) // 2 <= same < len(wanted)
