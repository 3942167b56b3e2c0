"""Phrases that a lexicon lacks, proposed from what people decided.

Candidates are a word of jieba's dictionary of two characters or more, or two to six words in a row
of four to twelve characters, from the passages that people marked: what they said was missed (漏判)
or upheld. (我不 is a fragment, 后台 is none.) A candidate is worth proposing where it is said in
enough marked passages and hardly elsewhere:

    precision = marked passages with it ÷ (marked passages with it + calls with it elsewhere)
    recall    = marked passages with it ÷ all marked passages

The one that finds most passages not found yet (times precision squared) is taken; rather than that
a longer one around it that finds nine in ten of them, as it will find less of what nobody meant.
Then the next.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.scoring.agreement import Share
from pipeline.text.normal import normal
from pipeline.text.words import boundaries

MOST_WORDS, SHORTEST, LONGEST = 6, 2, 12
FEWEST = 4
"""Marked passages with a phrase, before it is proposed."""
WHOLE = 4
"""Characters from which on words in a row are no fragment, as a rule."""
NEARLY = 0.9
"""Of the passages that a phrase finds, for a longer one to be taken in its place."""
AT_LEAST = 0.5
"""Precision, whose lower end has to reach it."""
MOST = 50
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage by which an item fails, as a person marked it."""

    call: str
    text: str


@dataclass(frozen=True, slots=True)
class Other:
    """What the same speakers said elsewhere: in calls where people decided on the item and marked
    nothing, and outside the marked passages."""

    call: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A phrase for a lexicon. more: passages that none of the phrases proposed before it finds;
    where: examples, by call."""

    phrase: str
    precision: Share
    recall: Share
    more: int
    where: tuple[str, ...]


def proposals(
    marked: Sequence[Marked], others: Iterable[Other], known: Sequence[str] = ()
) -> tuple[Proposal, ...]:
    """Phrases that would find passages which those of the lexicon (known) do not, the most useful
    first."""
    forms = [normal(phrase).text for phrase in known]
    passages = [one for one in marked if not any(f and f in normal(one.text).text for f in forms)]
    found: dict[str, set[int]] = defaultdict(set)
    for number, passage in enumerate(passages):
        for phrase in _candidates(passage.text):
            found[phrase].add(number)
    likely = {phrase: places for phrase, places in found.items() if len(places) >= FEWEST}
    elsewhere = _elsewhere(likely, others)
    precision = {p: Share(len(n), len(n) + elsewhere[p]) for p, n in likely.items()}
    good = {p: n for p, n in likely.items() if (precision[p].low or 0.0) >= AT_LEAST}
    return tuple(
        Proposal(
            phrase=phrase,
            precision=precision[phrase],
            recall=Share(len(good[phrase]), len(passages)),
            more=more,
            where=tuple(sorted({passages[n].call for n in good[phrase]}))[:EXAMPLES],
        )
        for phrase, more in _chosen(good, precision)
    )


def _candidates(text: str) -> set[str]:
    """Words in a row, in normal form; none goes over a mark of punctuation."""
    found: set[str] = set()
    for run in _runs(text):
        for first in range(len(run)):
            for last in range(first + 1, min(len(run), first + MOST_WORDS) + 1):
                phrase = "".join(run[first:last])
                fewest = SHORTEST if last == first + 1 else WHOLE
                if fewest <= len(phrase) <= LONGEST:
                    found.add(phrase)
    return found


def _runs(text: str) -> Iterator[list[str]]:
    run: list[str] = []
    for start, end in pairwise(sorted(boundaries(text))):
        form = normal(text[start:end]).text
        if form:
            run.append(form)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _elsewhere(likely: Mapping[str, set[int]], others: Iterable[Other]) -> Counter[str]:
    """Phrase -> calls in which it is said where nobody marked it, at any boundary of characters: as
    a lexicon would find it."""
    counts: Counter[str] = Counter()
    if not likely:
        return counts
    from ahocorasick_rs import AhoCorasick

    names = sorted(likely)
    search = AhoCorasick(names)
    for other in others:
        hits = {
            names[place]
            for text in other.texts
            for place, _, _ in search.find_matches_as_indexes(normal(text).text, overlapping=True)
        }
        counts.update(hits)
    return counts


def _chosen(
    good: Mapping[str, set[int]], precision: Mapping[str, Share]
) -> Iterator[tuple[str, int]]:
    """One after the other, the one that adds most, or a longer one that adds nearly as much."""
    left = dict(good)
    covered: set[int] = set()
    for _ in range(MOST):
        worth = {
            phrase: len(places - covered) * (precision[phrase].rate or 0.0) ** 2
            for phrase, places in left.items()
            if len(places - covered) >= FEWEST
        }
        if not worth:
            return
        most = max(sorted(worth), key=lambda phrase: worth[phrase])
        around = [p for p in worth if most in p and worth[p] >= NEARLY * worth[most]]
        best = min(around, key=lambda phrase: (-len(phrase), -worth[phrase], phrase))
        yield best, len(left[best] - covered)
        covered |= left.pop(best)
