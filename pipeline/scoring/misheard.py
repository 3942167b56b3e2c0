"""How much of what was said was recognised wrongly, beside what a person says was said.

Compared is the normal form (no punctuation or spaces, simplified, lower case) with figures that are
said one by one as digits: whoever corrects a transcript need not care for marks, nor for 三 or 3.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text.normal import normal

DRAWS = 2_000
FEWEST = 5
"""Of fewer calls, drawing them again tells nothing about others."""
FIGURES = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Characters said, and those of them replaced and lost, and others added.

    swapped: what was said and what was heard instead, a pair for each place."""

    said: int
    replaced: int
    lost: int
    added: int
    swapped: tuple[tuple[str, str], ...] = ()

    @property
    def wrong(self) -> int:
        """All errors."""
        return self.replaced + self.lost + self.added


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors per character said (CER), with a 95 % interval: percentiles of calls drawn again.

    rate is None where nothing was said, the interval where there are too few calls."""

    wrong: int
    said: int
    low: float | None
    high: float | None

    @property
    def rate(self) -> float | None:
        """0 is perfect; above 1 where more was invented than said."""
        return self.wrong / self.said if self.said else None


def errors(said: str, heard: str) -> Errors:
    """The fewest changes that make what was heard of what was said (Levenshtein)."""
    from rapidfuzz.distance import Levenshtein

    wanted, got = _form(said), _form(heard)
    counts = {"replace": 0, "delete": 0, "insert": 0}
    swapped = []
    for step in Levenshtein.opcodes(wanted, got):
        if step.tag == "equal":
            continue
        counts[step.tag] += max(step.src_end - step.src_start, step.dest_end - step.dest_start)
        if step.tag == "replace":
            pair = wanted[step.src_start : step.src_end], got[step.dest_start : step.dest_end]
            swapped.append(pair)
    return Errors(
        said=len(wanted),
        replaced=counts["replace"],
        lost=counts["delete"],
        added=counts["insert"],
        swapped=tuple(swapped),
    )


def together(parts: Sequence[Errors]) -> Errors:
    """The errors of several stretches as one."""
    return Errors(
        said=sum(part.said for part in parts),
        replaced=sum(part.replaced for part in parts),
        lost=sum(part.lost for part in parts),
        added=sum(part.added for part in parts),
        swapped=tuple(pair for part in parts for pair in part.swapped),
    )


def error_rate(calls: Sequence[Errors]) -> ErrorRate:
    """The rate over calls, each with all its errors: calls are drawn, as errors in one call are
    alike. The same calls give the same interval."""
    wrong, said = sum(call.wrong for call in calls), sum(call.said for call in calls)
    if len(calls) < FEWEST or not said:
        return ErrorRate(wrong, said, None, None)
    dice = random.Random(0)  # noqa: S311 - draws, no secrets
    drawn = sorted(_drawn(dice.choices(calls, k=len(calls))) for _ in range(DRAWS))
    return ErrorRate(wrong, said, drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS) - 1])


def _drawn(calls: Sequence[Errors]) -> float:
    said = sum(call.said for call in calls)
    return sum(call.wrong for call in calls) / said if said else 0.0


def _form(text: str) -> str:
    return normal(text).text.translate(FIGURES)
