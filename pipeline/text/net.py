"""All phrases of a lexicon in one automaton: where they stand in a text, gaps and excuses heeded.

The same net is cast over normal forms and over their sounds: both are strings, and aligned.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.hit import Kind
from pipeline.text.normal import Normal
from pipeline.text.pattern import compiled
from pipeline.text.phrase import Part, Phrase
from pipeline.text.veto import is_one_clause

Span = tuple[int, int]
SHARED = 2
"""Characters that a phrase has in common with what excuses it, at least."""
Chain = tuple[Part, ...]
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase as this net looks for it, and the numbers of what excuses it.

    kind: what it is called when found; a phrase that is sought by sound may be spelled as well.
    """

    text: str
    kind: Kind
    parts: Chain
    excuses: frozenset[int]
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Net:
    """One automaton over entries and what excuses them, of several parts the longest alone.

    joined: needles from this one on stand for several parts; whole: for each needle, the entries
    that are just that; in_parts: the other entries, by their longest part; excuses: number and
    parts of every unless_within, by its longest part; sieve: all patterns as one, None without.
    """

    needles: tuple[str, ...]
    automaton: Any
    joined: int
    whole: tuple[tuple[Entry, ...], ...]
    in_parts: Mapping[str, Sequence[Entry]]
    excuses: Mapping[str, Sequence[tuple[int, Chain]]]
    patterns: tuple[tuple[Entry, Any], ...]
    sieve: Any
    has_words: bool

    def candidates(self, form: Normal, text: str) -> list[tuple[int, int, Entry]]:
        """(start, end, entry) in text, the form or its sounds, where no unless_within holds."""
        raw = self.automaton.find_matches_as_indexes(text, overlapping=True) if text else ()
        patterns = self.patterns if self.sieve is not None and self.sieve.search(text) else ()
        if not raw and not patterns:  # nearly every turn, for nearly every lexicon
            return []
        found = [(start, end, entry) for n, start, end in raw for entry in self.whole[n]]
        met = {self.needles[n] for n, _, _ in raw if n >= self.joined}
        places = _Places(text)
        for part in met & self.in_parts.keys():
            for entry in self.in_parts[part]:
                found += [(*span, entry) for span in _chains(entry.parts, places)]
        for entry, pattern in patterns:
            spans = (match.span() for match in pattern.finditer(text))
            found += [(start, end, entry) for start, end in spans if start < end]
        chains = {number: chain for part in met for number, chain in self.excuses.get(part, ())}
        if not found or not chains:
            return found
        excuses = _Excuses(chains, places, form)
        return [
            row
            for row in found
            if not row[2].excuses or row[2].excuses.isdisjoint(chains) or not excuses.cover(row)
        ]


class _Excuses(dict[int, list[Span]]):
    """Number of an excuse -> where it stands; looked for when first asked, as most have nothing
    to excuse."""

    def __init__(self, chains: Mapping[int, Chain], places: "_Places", form: Normal):
        super().__init__()
        self.chains, self.places, self.form = chains, places, form

    def __missing__(self, number: int) -> list[Span]:
        spans = self[number] = _chains(self.chains[number], self.places)
        return spans

    def cover(self, row: tuple[int, int, Entry]) -> bool:
        """Whether one, within a clause, covers the row or two of its characters: 我不知道 in
        我[不知道您]贵姓."""
        start, end, entry = row
        least = min(SHARED, end - start)
        return any(
            min(end, last) - max(start, first) >= least and is_one_clause(self.form, (first, last))
            for number in entry.excuses & self.chains.keys()
            for first, last in self[number]
        )


def weave(rows: Iterable[tuple[Phrase, Chain, Sequence[Chain]]]) -> Net:
    """The net of phrases, each with its parts and the parts of what excuses it."""
    from ahocorasick_rs import AhoCorasick, Implementation

    numbers: dict[Chain, int] = {}
    entries = [
        Entry(
            phrase.text,
            Kind.TEXT if phrase.kind == Kind.SOUND else phrase.kind,
            parts,
            frozenset(numbers.setdefault(chain, len(numbers)) for chain in unless),
            phrase,
        )
        for phrase, parts, unless in rows
    ]
    whole = _by_longest_part((e.parts, e) for e in entries if len(e.parts) == 1)
    in_parts = _by_longest_part((e.parts, e) for e in entries if len(e.parts) > 1)
    excuses = _by_longest_part((chain, (number, chain)) for chain, number in numbers.items())
    joined = sorted(in_parts.keys() | excuses.keys())
    alone = [needle for needle in whole if needle not in joined]
    needles = (*alone, *joined)
    return Net(
        needles,
        # A DFA takes half the time of the default; needles are few enough for its memory.
        AhoCorasick(needles, implementation=Implementation.DFA),
        len(alone),
        tuple(tuple(whole.get(needle, ())) for needle in needles),
        in_parts,
        excuses,
        tuple((e, compiled(e.phrase.text)) for e in entries if e.phrase.kind == Kind.REGEX),
        _sieve([e.phrase.text for e in entries if e.phrase.kind == Kind.REGEX]),
        any(entry.kind == Kind.WORD for entry in entries),
    )


def _by_longest_part(rows: Iterable[tuple[Chain, Kept]]) -> dict[str, list[Kept]]:
    kept: dict[str, list[Kept]] = {}
    for chain, row in rows:
        longest = max((part.text for part in chain), key=len)
        kept.setdefault(longest, []).append(row)
    return kept


def _sieve(patterns: Sequence[str]) -> Any:
    return compiled("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


class _Places(dict[str, list[Span]]):
    """part -> where it stands in the text; looked for when first asked."""

    def __init__(self, text: str):
        super().__init__()
        self.text = text

    def __missing__(self, part: str) -> list[Span]:
        found, at = [], self.text.find(part)
        while at >= 0:
            found.append((at, at + len(part)))
            at = self.text.find(part, at + 1)
        self[part] = found
        return found


def _chains(parts: Chain, places: _Places) -> list[Span]:
    """Where parts stand in their order with their gaps; the shortest spans only, in order."""
    spans = places[parts[0].text]
    for part in parts[1:]:
        there = places[part.text]
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
