"""The normal form of a text, in which phrases are looked for, with an exact map back.

Compatibility form (full-width letters become ASCII), simplified characters, lower case;
punctuation, spaces and control characters are dropped. Every character is turned by itself,
whatever stands beside it: so a phrase has the same normal form alone and inside any text, and
offsets map back exactly. The stored text itself is never rewritten.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

# What OpenCC leaves to the context (t2s keeps 著 for 著名) and what people write for each other.
# As the normal form is only compared with normal forms, 着名 does no harm.
VARIANTS = {"著": "着", "妳": "你", "瞭": "了", "祇": "只", "甚": "什"}
DROPPED = frozenset("PZCM")
"""Unicode categories that carry no speech: punctuation, spaces, controls, combining marks."""
SPOKEN_SYMBOLS = frozenset("%+=$￥¥€£℃°")


@dataclass(frozen=True, slots=True)
class Normal:
    """text is the normal form of source; both are measured in code points."""

    text: str
    source: str

    @property
    def origin(self) -> tuple[int, ...]:
        """For every character of text, the offset in source that it comes from."""
        return _origin(self.source)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of source that text[start:end] comes from; start < end."""
        origin = self.origin
        return origin[start], origin[end - 1] + 1


@lru_cache(maxsize=4096)
def normal(text: str) -> Normal:
    """The normal form of text. Cached: a night asks for the same turn once per lexicon."""
    return Normal(text.translate(_TABLE), text)


@lru_cache(maxsize=4096)
def _origin(source: str) -> tuple[int, ...]:
    forms = _TABLE
    return tuple(at for at, character in enumerate(source) for _ in forms[ord(character)])


class _Table(dict[int, str]):
    """code point -> its normal form, filled as characters are met (str.translate's protocol)."""

    def __missing__(self, code: int) -> str:
        form = _form(chr(code))
        if len(self) < 50_000:
            self[code] = form
        return form


_TABLE = _Table()


def _form(character: str) -> str:
    form, before = character, ""
    while form != before:  # a step may make way for another: ㍿ 株式会社, Ａ → A → a
        before = form
        form = "".join(_step(part) for part in unicodedata.normalize("NFKD", form.lower()))
    return form


def _step(character: str) -> str:
    if character in SPOKEN_SYMBOLS:
        return character
    if unicodedata.category(character)[0] in DROPPED | {"S"}:
        return ""
    if character < "\u2e80":
        return character
    return VARIANTS.get(character, "") or str(_simplified().convert(character))


@cache
def _simplified():  # type: ignore[no-untyped-def]  # OpenCC ships no types
    from opencc import OpenCC

    return OpenCC("t2s")
