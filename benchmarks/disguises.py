"""A phrase as other hands and ears write it, and the polite clauses that it is put among."""

import random
from collections.abc import Iterable, Mapping
from functools import cache

from opencc import OpenCC

from pipeline.text.phrase import Phrase
from pipeline.text.sound import sounds

POLITE = (
    *("好的,这边看到了", "请问还是上次的地址吗", "您的订单已经发货了", "我帮您登记一下"),
    *("今天下午送到", "费用一共是八十元", "没有关系", "李女士", "是这样的", "这个月的账单"),
)
FILLERS = ("嗯", "啊", "那个")
WIDE = {code: code + 0xFEE0 for code in range(33, 127)}


def said(phrase: Phrase) -> str:
    """The phrase with nothing in its gaps."""
    return "".join(part.text for part in phrase.parts)


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def disguises(text: str) -> dict[str, str]:
    """The same saying as other hands write it."""
    return {
        "plain": text,
        "traditional": _traditional().convert(text),
        "full width": text.translate(WIDE),
        "spaced": " ".join(text),
        "with points": "、".join(text),
    }


def with_filler(text: str, dice: random.Random) -> str:
    """With a word of hesitation somewhere inside."""
    at = dice.randrange(1, len(text))
    return text[:at] + dice.choice(FILLERS) + text[at:]


def by_sound(texts: Iterable[str]) -> Mapping[str, str]:
    """Syllable -> the characters of the texts that sound like it."""
    found: dict[str, str] = {}
    for character in sorted({c for text in texts for c in text}):
        found[sounds(character)] = found.get(sounds(character), "") + character
    return found


def misheard(text: str, count: int, pool: Mapping[str, str], dice: random.Random) -> str:
    """With so many characters replaced by others of the same sound; "" where there are too few."""
    others = [pool.get(sounds(c), "").replace(c, "") for c in text]
    places = [at for at, choice in enumerate(others) if choice]
    if len(places) < count:
        return ""
    chosen = dice.sample(places, count)
    return "".join(dice.choice(others[at]) if at in chosen else c for at, c in enumerate(text))
