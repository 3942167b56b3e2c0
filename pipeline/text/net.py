"""All phrases of a lexicon in one automaton: where they stand in a text, gaps and excuses heeded.

The same net is cast over normal forms and over their sounds: both are strings, and aligned.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipeline.hit import Kind
from pipeline.text.lexicon import quiet
from pipeline.text.normal import Normal
from pipeline.text.phrase import Part, Phrase
from pipeline.text.veto import is_one_clause

Span = tuple[int, int]
Places = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase as this net looks for it: its parts, and those of what excuses it."""

    phrase: Phrase
    parts: tuple[Part, ...]
    unless: tuple[tuple[Part, ...], ...]
    excuses: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "excuses", frozenset(chain[0].text for chain in self.unless))


@dataclass(frozen=True, slots=True)
class Net:
    """One automaton over the parts of all entries and of their unless_within.

    whole: for each needle, the entries that are just that; in_parts: the others, by first part.
    """

    needles: tuple[str, ...]
    automaton: Any
    whole: tuple[tuple[Entry, ...], ...]
    in_parts: Mapping[str, tuple[Entry, ...]]
    patterns: tuple[tuple[Entry, Any], ...]

    def candidates(self, form: Normal, text: str) -> list[tuple[int, int, Entry]]:
        """(start, end, entry) in text, the form or its sounds, where no unless_within holds."""
        raw = self.automaton.find_matches_as_indexes(text, overlapping=True) if text else ()
        found = [(start, end, entry) for n, start, end in raw for entry in self.whole[n]]
        places: dict[str, list[Span]] = {}
        for n, start, end in raw:
            places.setdefault(self.needles[n], []).append((start, end))
        for part in places.keys() & self.in_parts.keys():
            for entry in self.in_parts[part]:
                found += [(*span, entry) for span in _chains(entry.parts, places)]
        for entry, pattern in self.patterns:
            spans = (match.span() for match in pattern.finditer(text))
            found += [(start, end, entry) for start, end in spans if start < end]
        return [
            row
            for row in found
            if row[2].excuses.isdisjoint(places) or not _is_excused(row, places, form)
        ]


def weave(rows: Iterable[tuple[Phrase, tuple[Part, ...], tuple[tuple[Part, ...], ...]]]) -> Net:
    """The net of phrases, each with its parts and the parts of what excuses it."""
    from ahocorasick_rs import AhoCorasick, Implementation

    entries = [Entry(*row) for row in rows]
    chains = [chain for entry in entries for chain in (entry.parts, *entry.unless)]
    needles = tuple(dict.fromkeys(part.text for chain in chains for part in chain))
    whole: dict[str, tuple[Entry, ...]] = {}
    in_parts: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        if entry.parts:
            kept = in_parts if len(entry.parts) > 1 else whole
            first = entry.parts[0].text
            kept[first] = (*kept.get(first, ()), entry)
    return Net(
        needles,
        # A DFA takes half the time of the default; needles are few enough for its memory.
        AhoCorasick(needles, implementation=Implementation.DFA),
        tuple(whole.get(needle, ()) for needle in needles),
        in_parts,
        tuple((e, _regex(e.phrase.text)) for e in entries if e.phrase.kind == Kind.REGEX),
    )


@cache
def _regex(text: str) -> Any:
    import re2

    return re2.compile(text, quiet())


def _is_excused(row: tuple[int, int, Entry], places: Places, form: Normal) -> bool:
    start, end, entry = row
    return any(
        first <= start and end <= last and is_one_clause(form, (first, last))
        for chain in entry.unless
        if chain[0].text in places
        for first, last in _chains(chain, places)
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
    for start, end in sorted(spans, key=lambda span: (-span[0], span[1])):
        if not kept or end < kept[-1][1]:
            kept.append((start, end))
    return kept[::-1]
