"""Which recognised words are not believed: every window is judged before its words count.

A recogniser that is given noise, music or a language it does not know still writes fluent text, and
repeats itself when it loses its place. A window's words are believed, decoded again in another way,
or kept with confidence 0. No text is changed, but that phrases known to be invented are taken out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import groupby

from pipeline.call import Interval
from pipeline.settings import Gate
from pipeline.speech.tokens import Hypothesis
from pipeline.speech.windows import Window, to_recording
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.text.normal import normal

DIGITS = frozenset("0123456789〇零一二两三四五六七八九十百千万幺点")
SENTENCE = 5
"""A group of so many characters is said twice in a row by nobody without a reason..."""
UNHURRIED = 6.0
"""...and if the window then holds more characters a second than this, it was said once."""
QUIET_DOUBT = 0.5
"""Share of the threshold of log-probability at which a high no-speech probability is believed:
alone it is often high where speech is clear."""
LONG_VOICE = 1.0
"""Seconds of voice that cannot be without a word."""
NEAR = 0.25
"""Seconds by which a word's time may miss the voice: times of words are that rough."""
MOSTLY = 0.6
"""Share of a text that phantom phrases must make up for the rest to be doubted as well."""
SCRAP = 2
"""Characters next to a phantom phrase that are a part of it: 请不吝点赞，订阅 + 转发."""
FEW = 4
"""Characters that are too few for a rate to mean something."""


class Doubt(StrEnum):
    """Why a window's words are not believed."""

    UNLIKELY = "unlikely"
    NO_SPEECH = "no-speech"
    REPEATED = "repeated"
    ECHO = "echo"
    TOO_FAST = "too-fast"
    CUT = "cut"
    PHANTOM = "phantom"
    UNHEARD = "unheard"


def doubts(
    hypothesis: Hypothesis, window: Window, gate: Gate, phantoms: Lexicon | None
) -> frozenset[Doubt]:
    """All that speaks against the hypothesis; empty: it is believed."""
    text = normal(hypothesis.text).text
    rate = len(text) / max(window.voiced, 0.1)
    found = {
        Doubt.CUT: hypothesis.cut,
        Doubt.UNHEARD: bool(unheard(hypothesis, window)),
        Doubt.PHANTOM: _is_phantom(hypothesis.text, phantoms),
        Doubt.UNLIKELY: bool(text) and hypothesis.log_probability < gate.min_log_probability,
        Doubt.NO_SPEECH: bool(text)
        and hypothesis.no_speech > gate.max_no_speech
        and hypothesis.log_probability < gate.min_log_probability * QUIET_DOUBT,
        Doubt.TOO_FAST: len(text) > FEW and rate > gate.max_characters_per_second,
        Doubt.REPEATED: is_repeated(text, gate.max_repeats),
        Doubt.ECHO: has_echo(text) and rate > UNHURRIED,
    }
    return frozenset(doubt for doubt, holds in found.items() if holds)


def is_repeated(text: str, most: int) -> bool:
    """A group of characters comes more than `most` times in a row (one alone: twice as often).

    Digits are exempt: 8888 is a number, and so are 对对对对 and 嗯嗯嗯 people.
    """
    groups = re.finditer(rf"(.{{2,40}}?)\1{{{most},}}|(.)\2{{{2 * most},}}", text)
    return any(not set(match[0]) <= DIGITS for match in groups)


def has_echo(text: str) -> bool:
    """A sentence comes twice in a row, with at most two characters between."""
    groups = re.finditer(rf"(?=(.{{{SENTENCE},60}}).{{0,2}}\1)", text)
    return any(not set(match[1]) <= DIGITS for match in groups)


def unheard(hypothesis: Hypothesis, window: Window) -> list[Interval]:
    """Long stretches of voice without a single word; without times, all of it or nothing."""
    if not hypothesis.tokens:
        return [v for v in window.voice if v.seconds >= LONG_VOICE]
    if hypothesis.tokens[-1].end == 0:
        return []
    spans = [to_recording(window, token.start, token.end) for token in hypothesis.tokens]
    return [
        v
        for v in window.voice
        if v.seconds >= LONG_VOICE
        and not any(s.start < v.end + NEAR and v.start - NEAR < s.end for s in spans)
    ]


def in_voice(span: Interval, voice: Sequence[Interval]) -> bool:
    """Whether a word's middle lies in the voice, or as near as its time can be trusted."""
    middle = (span.start + span.end) / 2
    return any(v.start - NEAR <= middle <= v.end + NEAR for v in voice)


def without_phantoms(hypothesis: Hypothesis, phantoms: Lexicon | None) -> Hypothesis:
    """The hypothesis less the phrases that recognisers invent: what is left may have been said."""
    if phantoms is None:
        return hypothesis
    left = _left("".join(token.text for token in hypothesis.tokens), phantoms)
    kept, at = [], 0
    for token in hypothesis.tokens:
        if left.issuperset(range(at, at + len(token.text))):
            kept.append(token)
        at += len(token.text)
    left = _left(hypothesis.text, phantoms)
    text = "".join(c for i, c in enumerate(hypothesis.text) if i in left)
    return replace(hypothesis, text=text, tokens=tuple(kept))


def _left(text: str, phantoms: Lexicon) -> frozenset[int]:
    """The places of what is not invented; scraps between and beside go with the phrases."""
    invented = _invented(text, phantoms)
    left: list[int] = []
    for is_invented, run in groupby(range(len(text)), key=invented.__contains__):
        places = list(run)
        said = normal(text[places[0] : places[-1] + 1]).text
        left += [] if is_invented or len(said) <= SCRAP else places
    return frozenset(left)


def _is_phantom(text: str, phantoms: Lexicon | None) -> bool:
    return phantoms is not None and len(_invented(text, phantoms)) > MOSTLY * len(text)


def _invented(text: str, phantoms: Lexicon) -> frozenset[int]:
    """The places of the characters that belong to an invented phrase."""
    matches = find_all(phantoms, text)
    return frozenset(i for match in matches for i in range(match.start, match.end))
