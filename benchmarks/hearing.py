"""Loads through a recogniser, with nothing else of the pipeline."""

from collections.abc import Sequence
from itertools import chain
from math import ceil

from pipeline.speech.loads import Load
from pipeline.speech.recognizer import Recognizer
from pipeline.speech.tokens import Hypothesis


def hear_all(recognizer: Recognizer, loads: Sequence[Load]) -> list[Hypothesis]:
    """One hypothesis per load; loads of like length are decoded together, as the night does."""
    order = sorted(range(len(loads)), key=lambda i: -loads[i].seconds)
    size = max(1, min(recognizer.batch_windows, ceil(len(loads) / recognizer.side_by_side)))
    batches = [order[first : first + size] for first in range(0, len(order), size)]
    begun = [recognizer.begin([loads[i] for i in batch]) for batch in batches]
    answers = chain.from_iterable(one.result() for one in begun)
    found = dict(zip(chain.from_iterable(batches), answers, strict=True))
    return [found[i] for i in range(len(loads))]
