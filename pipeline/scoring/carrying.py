"""Marks of people carried from a card to the one that takes its place, as words were put right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.call import Interval
from pipeline.scoring.decision import alike, follows
from pipeline.scoring.review import Mark, Marking, in_force
from pipeline.scoring.risk import needs_eyes
from pipeline.scoring.scope import overlap
from pipeline.scoring.scorecard import ItemResult, Scorecard


def carried(before: Scorecard, now: Scorecard, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks that still hold, in their order, by whom and when they were made; numbers are to
    be given anew. A word on a hit goes with the hit, one on an item where that follows (decision),
    what the machine missed unless it finds it now, what is said of the whole call always,
    a step never."""
    then = {item.id: item for item in before.items}
    anew = {item.id: item for item in now.items}
    return tuple(_carried(in_force(marks), then, anew))


def _carried(
    marks: Iterable[Mark], then: Mapping[str, ItemResult], now: Mapping[str, ItemResult]
) -> Iterator[Mark]:
    for mark in marks:
        if mark.kind in (Marking.COMMENT, Marking.EXCELLENT):
            yield mark
        elif mark.kind != Marking.STEP and mark.item in then and mark.item in now:
            yield from _on_item(mark, then[mark.item], now[mark.item])


def _on_item(mark: Mark, then: ItemResult, now: ItemResult) -> Iterator[Mark]:
    if mark.kind == Marking.HIT:
        yield from _on_hit(mark, then, now)
    elif mark.kind == Marking.MISSED:
        span = mark.span
        said = Interval(span.start, span.end) if span else None
        if not (said and needs_eyes(now) and any(overlap(hit, said) for hit in now.evidence)):
            yield mark
    elif follows(then, now) and then.verdict == now.verdict:
        yield mark


def _on_hit(mark: Mark, then: ItemResult, now: ItemResult) -> Iterator[Mark]:
    """The same words of the same speaker are the same claim."""
    if not needs_eyes(now):
        return
    if mark.hit is None:
        if not now.evidence:
            yield mark
        return
    old = then.evidence[mark.hit]
    for number, hit in enumerate(now.evidence):
        if hit.speaker == old.speaker and alike(old, hit):
            yield replace(mark, hit=number)
            return
