"""How likely a person will uphold a flag, learned from what people decided, one model per item.

    probability = 1 / (1 + exp(−score))
    score = intercept + Σ weight · (number − mean) / spread + Σ weight of each word

Fitted by logistic regression (scikit-learn, L2, C = 1) to the earlier decisions, and measured on
the later ones, which it has not seen: `Measured` belongs to exactly this model. A model is plain
JSON and is applied without scikit-learn. No item has one before `needed` decisions are there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, exp
from typing import Any

from pipeline.insight.calibration import Measured, Threshold, measured, thresholds

FORMAT = 1
"""Of the JSON; a model of another format is not read."""
LATER = 0.25
"""Of the decisions, the latest, are for measuring."""
FEWEST = 200
FEWEST_OF_EACH = 20
"""Upheld, and rejected, in all: ten for each weight that a small model moves (Peduzzi 1996)."""
SEEN = 5
"""A word (a phrase, a topic) that was seen less often weighs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of a flag before a person looks at it; what is not known is left out."""

    numbers: Mapping[str, float]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said of a flag. at: when, in milliseconds since 1970."""

    traits: Traits
    upheld: bool
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFew:
    """Not learned: what there is of decisions, and how many there should be, if those to come are
    like those that are there; needed is None where only one kind has ever been seen."""

    item: str
    decisions: int
    upheld: int
    needed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What was learned of one item. numbers: name -> mean, spread, weight; words: name -> word ->
    weight. version: the newest decision in it, so that what is learned later sorts later."""

    item: str
    version: int
    decisions: int
    intercept: float
    numbers: Mapping[str, tuple[float, float, float]]
    words: Mapping[str, Mapping[str, float]]

    def probability(self, traits: Traits) -> float:
        """That a person upholds the flag. What is not known counts as average."""
        score = self.intercept
        for name, (mean, spread, weight) in self.numbers.items():
            if name in traits.numbers:
                score += weight * (traits.numbers[name] - mean) / spread
        for name, weights in self.words.items():
            score += weights.get(traits.words.get(name, ""), 0.0)
        return 1 / (1 + exp(-max(-500.0, min(500.0, score))))

    def as_json(self) -> dict[str, Any]:
        """To be stored."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Model | None":
        """None where another version of the product wrote it."""
        if stored.get("format") != FORMAT:
            return None
        fields = {name: value for name, value in stored.items() if name != "format"}
        fields["numbers"] = {name: tuple(three) for name, three in fields["numbers"].items()}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Learned:
    """A model, and how it did on later decisions than those that it was made from; from which
    probability on these were nearly always upheld."""

    model: Model
    measured: Measured
    thresholds: tuple[Threshold, ...] = ()


def learned(item: str, answers: Sequence[Answer]) -> Learned | TooFew:
    """A model of one item from what people answered."""
    upheld = sum(answer.upheld for answer in answers)
    fewest = min(upheld, len(answers) - upheld)
    ordered = sorted(answers, key=lambda answer: answer.at)
    cut = _cut(ordered)
    earlier, later = ordered[:cut], ordered[cut:]
    enough = len(answers) >= FEWEST and fewest >= FEWEST_OF_EACH
    if not enough or not later or len({answer.upheld for answer in earlier}) < 2:
        needed = ceil(FEWEST_OF_EACH * len(answers) / fewest) if fewest else None
        most = max(FEWEST, len(answers) + 1, needed or 0)
        return TooFew(
            item=item, decisions=len(answers), upheld=upheld, needed=most if needed else None
        )
    model = _fitted(item, earlier)
    base = sum(answer.upheld for answer in earlier) / len(earlier)
    pairs = [(model.probability(answer.traits), answer.upheld) for answer in later]
    return Learned(model, measured(pairs, base), thresholds(pairs))


def _cut(ordered: Sequence[Answer]) -> int:
    """Where the later decisions begin; those of one moment are not parted."""
    cut = len(ordered) - int(LATER * len(ordered))
    while 0 < cut < len(ordered) and ordered[cut - 1].at == ordered[cut].at:
        cut += 1
    return cut


def _fitted(item: str, answers: Sequence[Answer]) -> Model:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    numbers = {name: _spread(answers, name) for name in _names(a.traits.numbers for a in answers)}
    words = [
        (name, word)
        for name in _names(answer.traits.words for answer in answers)
        for word, count in _counts(answers, name).items()
        if SEEN <= count < len(answers)
    ]
    table = np.zeros((len(answers), len(numbers) + len(words)))
    for row, answer in zip(table, answers, strict=True):
        for column, (name, (mean, spread)) in enumerate(numbers.items()):
            row[column] = (answer.traits.numbers.get(name, mean) - mean) / spread
        for column, (name, word) in enumerate(words, len(numbers)):
            row[column] = answer.traits.words.get(name) == word
    fit = LogisticRegression(max_iter=1_000).fit(table, [answer.upheld for answer in answers])
    weights = [round(float(weight), 6) for weight in fit.coef_[0]]
    kept: dict[str, dict[str, float]] = {}
    for (name, word), weight in zip(words, weights[len(numbers) :], strict=True):
        kept.setdefault(name, {})[word] = weight
    return Model(
        item=item,
        version=answers[-1].at,
        decisions=len(answers),
        intercept=round(float(fit.intercept_[0]), 6),
        numbers={
            name: (mean, spread, weight)
            for (name, (mean, spread)), weight in zip(numbers.items(), weights, strict=False)
        },
        words=kept,
    )


def _names(known: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({name for one in known for name in one})


def _counts(answers: Sequence[Answer], name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for answer in answers:
        if word := answer.traits.words.get(name):
            counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))


def _spread(answers: Sequence[Answer], name: str) -> tuple[float, float]:
    """Mean and standard deviation, 1 where there is none."""
    values = [a.traits.numbers[name] for a in answers if name in a.traits.numbers]
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return round(mean, 6), round(variance**0.5, 6) or 1.0
