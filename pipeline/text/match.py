"""Finding a lexicon's phrases in a text: the spelled, the sound-alike, and the nearest thing said.

One pass of an automaton over the normal form finds every phrase, overlapping ones too; another,
over syllables, finds sound-alikes (net.py). What looks like a phrase and is none is vetoed
(veto.py).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.hit import Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.net import Net, weave
from pipeline.text.normal import Normal, normal
from pipeline.text.phrase import Part
from pipeline.text.sound import readings, sounds
from pipeline.text.veto import cuts_a_question, leaves_words_whole, looks_plausible, questions

Found = tuple[int, int, str, Kind]
"""Start and end in the normal form, phrase, kind."""


class Match(NamedTuple):
    """A phrase found: text[start:end] of the given text, in code points.

    A tuple and no dataclass: a call can hold a hundred, and making them was a third of the time.
    """

    start: int
    end: int
    phrase: str
    kind: Kind


class Near(NamedTuple):
    """The stretch of the given text that comes nearest to a phrase; score is 0..1."""

    start: int
    end: int
    phrase: str
    score: float


class Broken(NamedTuple):
    """An example that does not come true. list: must_match or must_not_match, where the phrase
    says what was found in it."""

    line: int
    list: str
    text: str
    phrase: str = ""


def find_all(lexicon: Lexicon, text: str) -> tuple[Match, ...]:
    """Every phrase of the lexicon in text, overlapping ones too, by start, end and phrase."""
    form, (written, heard) = normal(text), _nets(lexicon)
    found = _spelled(written, form)
    if heard is not None:
        found += _sounding(heard, form, found)
    if not found:
        return ()
    at = form.origin
    new = tuple.__new__  # Match(...) takes thrice the time
    matches = [
        new(Match, (at[start], at[end - 1] + 1, phrase, kind)) for start, end, phrase, kind in found
    ]
    matches.sort()
    return tuple(matches)


def nearest(lexicon: Lexicon, text: str) -> Near | None:
    """The nearest thing in text to any phrase of the lexicon, by sound; None if nothing is near."""
    from rapidfuzz import fuzz

    form = normal(text)
    heard, best = sounds(form.text), Near(0, 0, "", 0.0)
    for phrase, wanted in _wanted(lexicon):
        if len(heard) <= len(wanted):  # partial_ratio would call 好 the whole of 您好
            score, start, end = fuzz.ratio(wanted, heard), 0, len(heard)
        else:
            near = fuzz.partial_ratio_alignment(wanted, heard, score_cutoff=best.score * 100)
            if near is None:
                continue
            score, start, end = near.score, near.dest_start, near.dest_end
        if score > best.score * 100 and start < end:
            best = Near(*form.original(start, end), phrase, score / 100)
    return best if best.score > 0 else None


def broken_examples(lexicon: Lexicon) -> tuple[Broken, ...]:
    """The lexicon's own examples that do not come true, by line."""
    missed = [
        Broken(example.line, "must_match", example.text)
        for example in lexicon.must_match
        if not find_all(lexicon, example.text)
    ]
    wrong = [
        Broken(example.line, "must_not_match", example.text, found[0].phrase)
        for example in lexicon.must_not_match
        if (found := find_all(lexicon, example.text))
    ]
    return tuple(sorted(missed + wrong))


@lru_cache(maxsize=256)
def _wanted(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    return tuple(
        (phrase.text, sounds("".join(part.text for part in phrase.parts)))
        for phrase in lexicon.phrases
        if phrase.parts
    )


@lru_cache(maxsize=256)
def _nets(lexicon: Lexicon) -> tuple[Net, Net | None]:
    written = [(phrase, phrase.parts, phrase.unless_within) for phrase in lexicon.phrases]
    heard = [
        (phrase, read, tuple(r for unless in phrase.unless_within for r in _as_heard(unless)))
        for phrase in lexicon.phrases
        if phrase.sound
        for read in _as_heard(phrase.parts)
    ]
    return weave(written), weave(heard) if heard else None


def _as_heard(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], ...]:
    plain = tuple(Part(sounds(p.text), p.gap, p.either) for p in parts)
    by_words = tuple(Part(readings(p.text)[-1], p.gap, p.either) for p in parts)
    return (plain,) if plain == by_words else (plain, by_words)


def _spelled(net: Net, form: Normal) -> list[Found]:
    candidates = net.candidates(form, form.text)
    if not candidates:
        return []
    asked = questions(form.text)
    found = [
        (start, end, entry.text, entry.kind)
        for start, end, entry in candidates
        if (start not in asked and end - 1 not in asked)
        or entry.kind is Kind.REGEX
        or not cuts_a_question(form, (start, end), asked)
    ]
    if net.has_words:
        found = [
            row
            for row in found
            if row[3] is not Kind.WORD or leaves_words_whole(form, row[:2], row[2])
        ]
    return found


def _sounding(net: Net, form: Normal, exact: Sequence[Found]) -> list[Found]:
    heard = sounds(form.text)
    candidates = net.candidates(form, heard)
    asked = questions(heard) if candidates else {}
    found: set[Found] = set()
    for start, end, entry in candidates:
        if any(first <= start and end <= last for first, last, _, _ in exact):
            continue
        wanted = "".join(part.text for part in entry.phrase.parts)
        if (
            looks_plausible(form, (start, end), wanted)
            and not cuts_a_question(form, (start, end), asked)
            and leaves_words_whole(form, (start, end), entry.text)
        ):
            found.add((start, end, entry.text, Kind.SOUND))
    return list(found)  # of two readings
