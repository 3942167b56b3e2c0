"""Arithmetic of spans of time. "Spans" below are ordered and disjoint, as `union` makes them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from pipeline.call import Interval

Spans = tuple[Interval, ...]


def union(spans: Iterable[Interval]) -> Spans:
    """Any intervals, in any order, as spans; empty ones fall away."""
    whole: list[Interval] = []
    for span in sorted((s for s in spans if s.start < s.end), key=lambda s: s.start):
        if whole and span.start <= whole[-1].end:
            span = Interval(whole[-1].start, max(whole.pop().end, span.end))
        whole.append(span)
    return tuple(whole)


def bridge(spans: Spans, gap_seconds: float) -> Spans:
    """Spans with the gaps below gap_seconds filled; outer edges stay."""
    whole: list[Interval] = []
    for span in spans:
        if whole and span.start - whole[-1].end < gap_seconds:
            span = Interval(whole.pop().start, span.end)
        whole.append(span)
    return tuple(whole)


def intersection(one: Spans, other: Spans) -> Spans:
    """Where both are."""
    shared: list[Interval] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start < end:
            shared.append(Interval(start, end))
        if one[i].end <= other[j].end:
            i += 1
        else:
            j += 1
    return tuple(shared)


def within(spans: Spans, start: float, end: float) -> Spans:
    """The parts of the spans between two moments."""
    first = bisect_right(spans, start, key=lambda span: span.end)
    last = bisect_left(spans, end, key=lambda span: span.start)
    return tuple(Interval(max(s.start, start), min(s.end, end)) for s in spans[first:last])


def covers(spans: Spans, at: float) -> bool:
    """Whether the moment lies in one of them (start included, end not)."""
    index = bisect_right(spans, at, key=lambda span: span.start) - 1
    return index >= 0 and at < spans[index].end


def seconds(spans: Iterable[Interval]) -> float:
    """Their total length."""
    return sum(span.seconds for span in spans)
