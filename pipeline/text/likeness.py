"""How alike sentences are in their characters, or in their words.

Likeness is the cosine of TF-IDF weights (scikit-learn, which enters here and in speech/). What is
rare in the lexicon weighs more, and what is in none of its phrases most; the weights rest on the
lexicon alone, so that a score does not depend on what else was said.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from pipeline.text.lexicon import Lexicon
from pipeline.text.match import Near
from pipeline.text.normal import normal
from pipeline.text.words import parts_of_word, words

Unit = Literal["characters", "words"]
Units = tuple[str, ...]
CUTS: dict[Unit, Callable[[str], Units]] = {"characters": tuple, "words": words}
STEPS = 12
"""A long text is compared in windows of a phrase's length; so many of them begin within one."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Units of a text, which is numbered by its place in the list; start and end are offsets."""

    text: int
    start: int
    end: int
    units: Units


def most_alike(lexicon: Lexicon, texts: Sequence[str], unit: Unit) -> tuple[Near | None, ...]:
    """For each text what in it is most like a phrase of the lexicon; None if nothing is like it."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    spelled = [phrase for phrase in lexicon.phrases if phrase.parts]
    wanted = [CUTS[unit]("".join(part.text for part in phrase.parts)) for phrase in spelled]
    forms = [normal(text) for text in texts]
    lengths = {sum(map(len, units)) for units in wanted}
    windows = [
        window
        for number, form in enumerate(forms)
        for window in _windows(number, CUTS[unit](form.text), lengths)
    ]
    if not wanted or not windows:
        return (None,) * len(texts)
    counter = CountVectorizer(analyzer=_with_pairs if unit == "characters" else _with_parts)
    counts = counter.fit_transform([*wanted, *(window.units for window in windows)])
    weights = TfidfTransformer().fit(counts[: len(wanted)]).transform(counts)
    scores = (weights[len(wanted) :] @ weights[: len(wanted)].T).toarray()
    best: list[Near | None] = [None] * len(texts)
    for window, row in zip(windows, scores, strict=True):
        phrase = int(row.argmax())
        score, known = round(float(row[phrase]), 6), best[window.text]
        if score > (known.score if known is not None else 0.0):
            span = forms[window.text].original(window.start, window.end)
            best[window.text] = Near(*span, spelled[phrase].text, score)
    return tuple(best)


def _windows(number: int, units: Units, lengths: set[int]) -> Iterator[_Window]:
    """Stretches of whole units that are as long as a phrase, or little longer."""
    offsets = tuple(accumulate(map(len, units), initial=0))
    for length in sorted(lengths):
        past = -1
        for first, start in enumerate(offsets[:-1]):
            if start >= past + max(1, length // STEPS) or past < 0:
                last = min(bisect_left(offsets, start + length), len(units))
                yield _Window(number, start, offsets[last], units[first:last])
                past = start
                if last == len(units):
                    break


def _with_pairs(characters: Units) -> Units:
    """Characters, and each with the one after it."""
    return (*characters, *(one + other for one, other in pairwise(characters)))


def _with_parts(cut: Units) -> Units:
    """Words, and the words inside long ones: 解除合同 holds 解除 and 合同."""
    return tuple(part for word in cut for part in parts_of_word(word))
