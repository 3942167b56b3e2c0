"""How a text sounds: one symbol per syllable, tone dropped, sounds that speakers confuse folded.

zh/z, ch/c, sh/s, n/l and ang/an, eng/en, ing/in are one to many speakers and to every recogniser.
Each character has one reading, whatever stands beside it: so the symbols of a text stand in the
same places as its normal form, at a hundredth of the cost of reading by words. A phrase that reads
otherwise by words (银行) is looked for in both readings.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from pipeline.text.normal import normal

NUMERALS = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")
DIGITS = {str(digit): syllable for digit, syllable in enumerate(NUMERALS)}
FOLDED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
FOLDED_FINALS = ("ang", "eng", "ing")
FIRST = 0xF0000
"""Syllables are numbered from here, in a private plane, so that automata can search them."""


@dataclass(frozen=True, slots=True)
class Syllables:
    """symbols, and for each the offset in the given text that it comes from."""

    symbols: tuple[str, ...]
    origin: tuple[int, ...]


def syllables(text: str) -> Syllables:
    """The syllables of text; a letter is its own syllable, a digit is read as a number."""
    form = normal(text)
    return Syllables(tuple(map(_symbol, form.text)), tuple(form.origin))


@lru_cache(maxsize=4096)
def sounds(form: str) -> str:
    """A normal form as one private character per syllable, in the same places."""
    return form.translate(_CODES)


@lru_cache(maxsize=4096)
def readings(form: str) -> tuple[str, ...]:
    """A phrase's sounds, character by character and, where it differs, as words are read."""
    from pypinyin import Style, lazy_pinyin

    plain = sounds(form)
    by_words = lazy_pinyin(form, style=Style.NORMAL, errors=_one_by_one)
    if len(by_words) != len(form):
        return (plain,)
    read = "".join(_code(DIGITS.get(syllable, fold(syllable))) for syllable in by_words)
    return (plain,) if read == plain else (plain, read)


def spelled(heard: str) -> tuple[str, ...]:
    """The syllables behind what sounds() and readings() give, which mean nothing to another
    process: 知音 -> zi, yin."""
    return tuple(_SYMBOLS[ord(code) - FIRST] for code in heard)


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """The first letter of each syllable, as people type them to find a name: wh for 问候."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def _one_by_one(rest: str) -> Any:
    return list(rest)  # pypinyin takes a list, though its types say otherwise


def fold(syllable: str) -> str:
    """zhong -> zong, lan and nang -> lan, qing -> qin."""
    for initial, plain in FOLDED_INITIALS:
        if syllable.startswith(initial):
            syllable = plain + syllable[len(initial) :]
            break
    return syllable[:-1] if syllable.endswith(FOLDED_FINALS) else syllable


@lru_cache(maxsize=50_000)
def _symbol(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    if character in DIGITS:
        return fold(DIGITS[character])
    read = lazy_pinyin(character, style=Style.NORMAL, errors="default")[0]
    return fold(read) if read != character else character


class _Codes(dict[int, str]):
    """code point of a character -> private code point of its syllable."""

    def __missing__(self, code: int) -> str:
        self[code] = _code(_symbol(chr(code)))
        return self[code]


_CODES = _Codes()
_NUMBERS: dict[str, int] = {}
_SYMBOLS: list[str] = []
_NEW_SYMBOL = Lock()


def _code(symbol: str) -> str:
    number = _NUMBERS.get(symbol)
    if number is None:
        with _NEW_SYMBOL:  # two threads must not give one number twice
            number = _NUMBERS.get(symbol, len(_SYMBOLS))
            if number == len(_SYMBOLS):
                _SYMBOLS.append(symbol)
                _NUMBERS[symbol] = number
    return chr(FIRST + number)
