"""Calls as bags of terms: what is left of them to be counted.

A term is a word by jieba in its normal form (simplified, lower case), of two characters or more,
that is no number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.call import Call, Speaker
from pipeline.text.normal import normal
from pipeline.text.words import words

SHORTEST = 2
NUMBERS = frozenset(
    "零〇一二三四五六七八九十百千万亿两俩几幺半多第点号块元角分年月日个号天位0123456789.%*"
)
"""A word of nothing but these says how many, not what; `*` is a number that was masked."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Who said what in a call, turn by turn."""

    id: str
    turns: tuple[tuple[Speaker, str], ...]

    def said(self, speaker: Speaker) -> tuple[str, ...]:
        """The turns of one of them."""
        return tuple(text for who, text in self.turns if who == speaker)


@dataclass(frozen=True, slots=True)
class Bag:
    """The terms that somebody said in a call, in order; or all of it."""

    id: str
    terms: tuple[str, ...]


def talk(call: Call) -> Talk:
    """The words of a call."""
    return Talk(call.id, tuple((turn.speaker, turn.text) for turn in call.turns))


def bag(talk: Talk, speaker: Speaker = Speaker.CUSTOMER) -> Bag:
    """What a speaker said, as terms."""
    return Bag(talk.id, tuple(terms(talk.said(speaker))))


def terms(texts: Iterable[str]) -> Iterator[str]:
    """The terms of texts, one after the other."""
    for text in texts:
        for word in words(text):
            if term := _term(word):
                yield term


@lru_cache(maxsize=65_536)
def _term(word: str) -> str:
    """Its normal form, or nothing where it is no term."""
    form = normal(word).text
    return form if len(form) >= SHORTEST and not NUMBERS.issuperset(form) else ""
