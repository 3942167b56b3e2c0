"""Calls like one call, and pairs in the same situation, handled well and badly.

Likeness is the cosine of TF-IDF weights (1 + ln count) of the customer's terms: 1 for the same
words, 0 for none in common. The situation is what the customer says; how it is handled is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.insight.talks import Bag

MOST = 10
SAME_SITUATION = 0.35
"""Likeness from which on two calls count as the same situation."""
APART = 15.0
"""Points between a call that was handled well and one that was not."""
ROWS = 1_000
"""Calls that are compared with all others at a time."""


@dataclass(frozen=True, slots=True)
class Like:
    """A call, and how like it is, 0..1."""

    call: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two calls in the same situation, with their scores."""

    well: str
    badly: str
    likeness: float
    scores: tuple[float, float]


def calls_like(call: str, bags: Sequence[Bag], most: int = MOST) -> tuple[Like, ...]:
    """The calls most like one of them, the likest first; none that has no word in common."""
    place = next(n for n, bag in enumerate(bags) if bag.id == call)
    table = _table(bags)
    near = (table @ table[place].T).toarray().ravel()
    order = sorted(range(len(bags)), key=lambda n: (-near[n], bags[n].id))
    kept = [n for n in order if n != place and near[n] > 0][:most]
    return tuple(Like(bags[n].id, round(min(1.0, float(near[n])), 4)) for n in kept)


def contrasts(
    bags: Sequence[Bag], scores: Mapping[str, float], most: int = MOST
) -> tuple[Pair, ...]:
    """Pairs in the same situation whose scores are far apart, the likest first; each call in one
    pair at most. bags: of one topic, best; scores: call -> points, of those that have any."""
    scored = [bag for bag in bags if bag.id in scores]
    pairs = sorted(_pairs(scored, scores), key=lambda p: (-p.likeness, p.well, p.badly))
    used: set[str] = set()
    kept: list[Pair] = []
    for pair in pairs:
        if len(kept) < most and not used & {pair.well, pair.badly}:
            used |= {pair.well, pair.badly}
            kept.append(pair)
    return tuple(kept)


def _pairs(scored: Sequence[Bag], scores: Mapping[str, float]) -> Iterable[Pair]:
    import numpy as np

    if not any(bag.terms for bag in scored):
        return
    table = _table(scored)
    points = np.array([scores[bag.id] for bag in scored])
    for start in range(0, len(scored), ROWS):
        near = (table[start : start + ROWS] @ table.T).tocoo()
        rows, columns = near.row + start, near.col
        fit = (near.data >= SAME_SITUATION) & (points[rows] >= points[columns] + APART)
        for row, column, like in zip(rows[fit], columns[fit], near.data[fit], strict=True):
            yield Pair(
                scored[row].id,
                scored[column].id,
                round(min(1.0, float(like)), 4),
                (float(points[row]), float(points[column])),
            )


def _table(bags: Sequence[Bag]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=_terms, sublinear_tf=True).fit_transform(bags)


def _terms(bag: Bag) -> tuple[str, ...]:
    return bag.terms
