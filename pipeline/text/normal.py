"""The normal form of a text, in which phrases are looked for, with an exact map back.

Compatibility form (full-width letters become ASCII), simplified characters, lower case;
punctuation, spaces and control characters are dropped. Every character is turned by itself,
whatever stands beside it: so a phrase has the same normal form alone and inside any text, and
offsets map back exactly. The stored text itself is never rewritten.
"""

import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

# What OpenCC leaves to the context (t2s keeps 著 for 著名) and what people write for each other.
# As the normal form is only compared with normal forms, 着名 does no harm.
VARIANTS = {"著": "着", "妳": "你", "瞭": "了", "祇": "只", "甚": "什"}
DROPPED = frozenset("PZCMS")
"""Unicode categories that carry no speech: punctuation, spaces, controls, marks, symbols."""
SPOKEN_SYMBOLS = frozenset("%+=$￥¥€£℃°")
LONG = 64
"""From so many characters on, numpy is faster than str.translate (4 times, at 1,200)."""


@dataclass(frozen=True, slots=True)
class Normal:
    """text is the normal form of source; both are measured in code points.

    origin: for every character of text, the offset in source that it comes from.
    """

    text: str
    origin: Sequence[int]
    source: str

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of source that text[start:end] comes from; start < end."""
        return self.origin[start], self.origin[end - 1] + 1


@lru_cache(maxsize=4096)
def normal(text: str) -> Normal:
    """The normal form of text. Cached: a night asks for the same turn once per lexicon."""
    if len(text) >= LONG and (form := _by_table(text)):
        return form
    forms = [_FORMS[ord(character)] for character in text]
    origin = tuple(at for at, form in enumerate(forms) for _ in form)
    return Normal("".join(forms), origin, text)


def form_of(text: str) -> str:
    """normal(text).text, where nobody asks what came from where: a search reads many turns."""
    return text.translate(_FORMS)


def _by_table(text: str) -> Normal | None:
    """The same for a long text; None where a character becomes several or is a rare one."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if codes.max() >= len(_TABLE):
        return None
    turned = _TABLE[codes]
    if turned.max() >= _SEVERAL:
        for code in np.unique(codes[turned == _UNKNOWN]):
            form = _FORMS[int(code)]
            _TABLE[code] = _SEVERAL if len(form) > 1 else ord(form) if form else _NONE
        turned = _TABLE[codes]
        if turned.max() == _SEVERAL:
            return None
    kept = np.flatnonzero(turned)
    form = turned[kept].tobytes().decode("utf-32-le")
    return Normal(form, array("q", kept.astype(np.int64).tobytes()), text)


_NONE, _UNKNOWN, _SEVERAL = 0, 0xFFFFFFFF, 0xFFFFFFFE
_TABLE: NDArray[np.uint32] = np.full(0x10000, _UNKNOWN, np.uint32)
"""code point -> its normal form, or nothing, not met yet, several characters."""


class _Forms(dict[int, str]):
    """code point -> its normal form, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        form = _form(chr(code))
        if len(self) < 50_000:
            self[code] = form
        return form


_FORMS = _Forms()


def _form(character: str) -> str:
    form, before = character, ""
    while form != before:  # a step may make way for another: ㍿ 株式会社, Ａ → A → a
        before = form
        form = "".join(_step(part) for part in unicodedata.normalize("NFKD", form.lower()))
    return form


def _step(character: str) -> str:
    if character in SPOKEN_SYMBOLS:
        return character
    if unicodedata.category(character)[0] in DROPPED:
        return ""
    if character < "\u2e80":
        return character
    return VARIANTS.get(character, "") or str(_simplified().convert(character))


@cache
def _simplified():  # type: ignore[no-untyped-def]  # OpenCC ships no types
    from opencc import OpenCC

    return OpenCC("t2s")
