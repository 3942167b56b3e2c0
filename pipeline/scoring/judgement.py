"""The judgement of one item: its verdict, the reason, and what it rests on."""

from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.call import Reason
from pipeline.hit import Hit, Verdict
from pipeline.scoring.answer import Answer, Look


class Part(StrEnum):
    """What a condition is to an item."""

    REQUIRE = "require"
    FORBID = "forbid"
    FOR_EACH = "for_each"
    WHEN = "when"
    UNLESS = "unless"


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition of an item and its answer; this: the occasion that it was asked about."""

    part: Part
    answer: Answer
    this: Hit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one item. times: failing hits (or occasions). asked: what it rests on."""

    verdict: Verdict
    reason: Reason
    evidence: tuple[Hit, ...] = ()
    times: int = 1
    asked: tuple[Asked, ...] = ()
    remarks: tuple[Reason, ...] = ()

    @property
    def looks(self) -> tuple[Look, ...]:
        """Where it was looked."""
        return tuple(look for asked in self.asked for look in asked.answer.looks)


NOTHING = Judgement(verdict=Verdict.UNSURE, reason=Reason("scoring.person-answers"))


def unsure(judgement: Judgement, key: str, **values: str | float) -> Judgement:
    """A failure that a person should decide; other verdicts stay."""
    if judgement.verdict != Verdict.FAIL:
        return judgement
    return for_a_person(judgement, key, **values)


def for_a_person(judgement: Judgement, key: str, **values: str | float) -> Judgement:
    """Whatever the verdict was, a person decides; its reason stays as a remark."""
    return replace(
        judgement,
        verdict=Verdict.UNSURE,
        reason=Reason(f"scoring.{key}", values),
        remarks=(*judgement.remarks, judgement.reason),
    )


def plain(verdict: Verdict, key: str, **values: str | float) -> Judgement:
    """A verdict with its reason and no evidence."""
    return Judgement(verdict=verdict, reason=Reason(f"scoring.{key}", values))
