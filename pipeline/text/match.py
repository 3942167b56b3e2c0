"""Finding a lexicon's phrases in a text: the spelled, the sound-alike, and the nearest thing said.

One pass of an automaton over the normal form finds every phrase, overlapping ones too; another,
over syllables, finds sound-alikes. What looks like a phrase and is none is vetoed (veto.py).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pipeline.hit import Kind
from pipeline.text.lexicon import Lexicon, quiet
from pipeline.text.normal import Normal, normal
from pipeline.text.phrase import Part, Phrase
from pipeline.text.sound import readings, sounds
from pipeline.text.veto import is_one_clause, is_question, leaves_words_whole, looks_plausible

Span = tuple[int, int]
Places = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: text[start:end] of the given text, in code points."""

    start: int
    end: int
    phrase: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Near:
    """The stretch of the given text that comes nearest to a phrase; score is 0..1."""

    start: int
    end: int
    phrase: str
    score: float


def find_all(lexicon: Lexicon, text: str) -> tuple[Match, ...]:
    """Every phrase of the lexicon in text, overlapping ones too, by start, end and phrase."""
    form, finder = normal(text), _finder(lexicon)
    if not form.text:
        return ()
    found = list(_spelled(finder.written, form))
    if finder.heard is not None:
        found += _sounding(finder.heard, form, [span for span, _, _ in found])
    if not found:
        return ()
    matches = {Match(*form.original(*span), phrase, kind) for span, phrase, kind in found}
    return tuple(sorted(matches, key=lambda m: (m.start, m.end, m.phrase)))


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


def broken_examples(lexicon: Lexicon) -> tuple[tuple[str, int, str], ...]:
    """Examples that the lexicon does not live up to: (must_match or must_not_match, line, text)."""
    missed = (("must_match", e) for e in lexicon.must_match if not find_all(lexicon, e.text))
    wrong = (("must_not_match", e) for e in lexicon.must_not_match if find_all(lexicon, e.text))
    return tuple((key, e.line, e.text) for key, e in (*missed, *wrong))


@lru_cache(maxsize=256)
def _wanted(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    return tuple(
        (phrase.text, sounds("".join(part.text for part in phrase.parts)))
        for phrase in lexicon.phrases
        if phrase.parts
    )


@lru_cache(maxsize=256)
def _finder(lexicon: Lexicon) -> "_Finder":
    written = [(phrase, phrase.parts, phrase.unless_within) for phrase in lexicon.phrases]
    heard = [
        (phrase, read, tuple(r for unless in phrase.unless_within for r in _as_heard(unless)))
        for phrase in lexicon.phrases
        if phrase.sound
        for read in _as_heard(phrase.parts)
    ]
    return _Finder(_net(written), _net(heard) if heard else None)


def _as_heard(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], ...]:
    plain = tuple(Part(sounds(p.text), p.gap, p.either) for p in parts)
    by_words = tuple(Part(readings(p.text)[-1], p.gap, p.either) for p in parts)
    return (plain,) if plain == by_words else (plain, by_words)


@dataclass(frozen=True, slots=True)
class _Entry:
    phrase: Phrase
    parts: tuple[Part, ...]
    unless: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class _Net:
    """One automaton over all the parts of entries and of their unless_within."""

    needles: tuple[str, ...]
    automaton: Any
    by_first_part: Mapping[str, tuple[_Entry, ...]]
    patterns: tuple[tuple[_Entry, Any], ...]

    def places(self, text: str) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for n, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
            found.setdefault(self.needles[n], []).append((start, end))
        return found

    def candidates(self, form: Normal, text: str) -> Iterator[tuple[_Entry, Span]]:
        """Entries with the spans of text (of form or its sounds) where no unless_within holds."""
        places = self.places(text) if self.needles else {}
        for entry in [e for part in places for e in self.by_first_part.get(part, ())]:
            for span in _chains(entry.parts, places):
                if not _excused(span, entry, places, form):
                    yield entry, span
        for entry, pattern in self.patterns:
            for match in pattern.finditer(text):
                span = match.span()
                if span[0] < span[1] and not _excused(span, entry, places, form):
                    yield entry, span


def _net(rows: Iterable[tuple[Phrase, tuple[Part, ...], tuple[tuple[Part, ...], ...]]]) -> _Net:
    from ahocorasick_rs import AhoCorasick

    entries = [_Entry(*row) for row in rows]
    chains = [chain for e in entries for chain in (e.parts, *e.unless)]
    needles = tuple(dict.fromkeys(part.text for chain in chains for part in chain))
    firsts: dict[str, tuple[_Entry, ...]] = {}
    for entry in entries:
        if entry.parts:
            first = entry.parts[0].text
            firsts[first] = (*firsts.get(first, ()), entry)
    patterns = tuple((e, _regex(e.phrase.text)) for e in entries if not e.parts)
    return _Net(needles, AhoCorasick(needles) if needles else None, firsts, patterns)


@cache
def _regex(text: str) -> Any:
    import re2

    return re2.compile(text, quiet())


@dataclass(frozen=True, slots=True)
class _Finder:
    written: _Net
    heard: _Net | None


def _spelled(net: _Net, form: Normal) -> Iterator[tuple[Span, str, Kind]]:
    for entry, span in net.candidates(form, form.text):
        phrase = entry.phrase
        if phrase.kind != Kind.REGEX and is_question(form.text, span):
            continue
        if phrase.kind == Kind.WORD and not leaves_words_whole(form, span, phrase.text):
            continue
        yield span, phrase.text, Kind.TEXT if phrase.kind == Kind.SOUND else phrase.kind


def _sounding(net: _Net, form: Normal, exact: Sequence[Span]) -> Iterator[tuple[Span, str, Kind]]:
    heard = sounds(form.text)
    for entry, span in net.candidates(form, heard):
        if any(start <= span[0] and span[1] <= end for start, end in exact):
            continue
        wanted = "".join(part.text for part in entry.phrase.parts)
        if (
            looks_plausible(form, span, wanted)
            and not is_question(heard, span)
            and leaves_words_whole(form, span, entry.phrase.text)
        ):
            yield span, entry.phrase.text, Kind.SOUND


def _excused(span: Span, entry: _Entry, places: Places, form: Normal) -> bool:
    return any(
        start <= span[0] and span[1] <= end and is_one_clause(form, (start, end))
        for chain in entry.unless
        if chain[0].text in places
        for start, end in _chains(chain, places)
    )


def _chains(parts: tuple[Part, ...], places: Places) -> list[Span]:
    """Where parts stand in their order with their gaps; the shortest spans only, in order."""
    spans = list(places.get(parts[0].text, ()))
    for part in parts[1:]:
        there = places.get(part.text, ())
        before = _before(spans, part, there) if part.either else ()
        spans = _shortest((*_after(spans, part, there), *before))
    return spans


def _after(spans: Sequence[Span], part: Part, there: Sequence[Span]) -> Iterator[Span]:
    ends = [end for _, end in spans]
    for start, end in there:
        at = bisect_right(ends, start) - 1
        if at >= 0 and start - ends[at] <= part.gap:
            yield spans[at][0], end


def _before(spans: Sequence[Span], part: Part, there: Sequence[Span]) -> Iterator[Span]:
    starts = [start for start, _ in spans]
    for start, end in there:
        at = bisect_left(starts, end)
        if at < len(starts) and starts[at] - end <= part.gap:
            yield start, spans[at][1]


def _shortest(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda s: (-s[0], s[1])):
        if not kept or end < kept[-1][1]:
            kept.append((start, end))
    return kept[::-1]
