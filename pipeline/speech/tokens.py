"""The recogniser's tokens as characters with times and probabilities."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

SECONDS_PER_STEP = 0.02
"""Of the encoder's output, in every Whisper."""


@dataclass(frozen=True, slots=True)
class Token:
    """A character (or a foreign word) in the window's seconds; probability 0..1."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser believes to hear in one window or load.

    tokens: a character each (in Chinese), with times in its seconds.
    log_probability: mean per token, natural logarithm. no_speech: 0..1.
    cut: it stopped for want of room, not because it was done.
    """

    text: str = ""
    tokens: tuple[Token, ...] = ()
    log_probability: float = 0.0
    no_speech: float = 0.0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest run of token ids that spells whole characters."""

    text: str
    tokens: int


def units(tokenizer: Any, ids: list[int]) -> list[Unit]:
    """The ids' text, in units that spell whole characters."""
    texts, groups = tokenizer.split_tokens_on_unicode(ids)
    return [Unit(text, len(group)) for text, group in zip(texts, groups, strict=True)]


def spread(found: list[Unit], aligned: Any | None) -> tuple[Token, ...]:
    """Units with the times and probabilities of CTranslate2's alignment; None: without times.

    A unit of several Chinese characters is divided evenly among them; a foreign word keeps the
    space before it; what is no character at all is left out.
    """
    if not found:
        return ()
    starts, probabilities = _times(found, aligned)
    tokens: list[Token] = []
    first = 0
    for unit in found:
        last = first + unit.tokens
        probability = float(np.mean(probabilities[first:last]))
        tokens += _characters(unit.text, starts[first], starts[last], probability)
        first = last
    return tuple(tokens)


def _times(found: list[Unit], aligned: Any | None) -> tuple[list[float], list[float]]:
    """Per token where it begins, with the end of the last; and per token its probability."""
    count = sum(unit.tokens for unit in found)
    if aligned is None:
        return [0.0] * (count + 1), [1.0] * count
    starts = [0.0] * (count + 1)
    seen = -1
    for token, step in aligned.alignments:
        if token > seen and token <= count:
            starts[seen + 1 : token + 1] = [step * SECONDS_PER_STEP] * (token - seen)
            seen = token
    end = aligned.alignments[-1][1] * SECONDS_PER_STEP if aligned.alignments else 0.0
    starts[seen + 1 :] = [end] * (count - seen)
    probabilities = list(aligned.text_token_probs)[:count]
    return starts, probabilities + [0.0] * (count - len(probabilities))


def _characters(text: str, start: float, end: float, probability: float) -> list[Token]:
    kept = "".join(c for c in text if c.isprintable() and c != "\ufffd")
    if not kept.strip():
        return []
    parts = list(kept.strip()) if any(_is_wide(c) for c in kept) else [kept.rstrip()]
    parts = [_simplified(part) for part in parts]
    step = (end - start) / len(parts)
    return [
        Token(part, start + i * step, start + (i + 1) * step, probability)
        for i, part in enumerate(parts)
    ]


@lru_cache(maxsize=8192)
def _simplified(character: str) -> str:
    """Real recognisers fall into traditional characters now and then; stored text is simplified."""
    return character if character.isascii() else str(_converter().convert(character))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
