"""A query asked of the turns of a call: whether it holds, and where what it names is said.

Turns in which none of its phrases is said change nothing, so they may be left out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from pipeline.call import Speaker, Turn
from pipeline.text.normal import form_of, normal
from pipeline.text.query import All, Near, Not, Query, Said, Some
from pipeline.text.sound import sounds


class Line(NamedTuple):
    """A turn by its number in the call. at: the moment, in milliseconds, of the character at a
    place of the text."""

    turn: int
    speaker: Speaker
    text: str
    at: Callable[[int], int]


class Spot(NamedTuple):
    """Where a phrase is said: from start on and before end, in the normal form of a turn's text."""

    turn: int
    start: int
    end: int


Spots = tuple[Spot, ...]


def line_of(number: int, turn: Turn) -> Line:
    """A turn as it is searched."""
    return Line(number, turn.speaker, turn.text, lambda place: moment(turn, place))


def moment(turn: Turn, place: int) -> int:
    """When the character at that place of the turn's text was said, in milliseconds; the turn's
    own start where nobody knows."""
    ends = accumulate(len(word.text) for word in turn.words)
    word = next((word for word, end in zip(turn.words, ends, strict=True) if end > place), None)
    return round(1000 * (turn.start if word is None or word.start is None else word.start))


def find(query: Query, lines: Sequence[Line]) -> Spots | None:
    """Where a call says what the query names, in order; None where the query does not hold."""
    asked = _Asked({line.turn: line for line in lines})
    found = asked.spots(query)
    return None if found is None else tuple(sorted(set(found)))


def spans(text: str, spots: Collection[Spot]) -> tuple[tuple[int, int], ...]:
    """The stretches of a turn's text that its spots come from, joined where they overlap."""
    form = normal(text)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(form.original(spot.start, spot.end) for spot in spots):
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return tuple(joined)


def possible(query: Query, places: Mapping[Said, Collection[int]]) -> bool:
    """Whether it can hold, as every phrase can be said in those turns alone."""
    if isinstance(query, Said):
        return bool(places.get(query))
    if isinstance(query, All):
        return all(possible(part, places) for part in query.parts)
    if isinstance(query, Some):
        return any(possible(part, places) for part in query.parts)
    if isinstance(query, Not):
        return True
    first, second = _turns(query.first, places), _turns(query.second, places)
    if query.turns is None:
        return bool(first and second)
    return any(
        bisect_left(second, at if query.ordered else at - query.turns)
        < bisect_right(second, at + query.turns)
        for at in first
    )


def _turns(query: Said | Some, places: Mapping[Said, Collection[int]]) -> list[int]:
    if isinstance(query, Said):
        return sorted(places.get(query, ()))
    return sorted(at for part in query.parts for at in _turns_of_some(part, places))


def _turns_of_some(part: Query, places: Mapping[Said, Collection[int]]) -> Collection[int]:
    return places.get(part, ()) if isinstance(part, Said) else ()


class _Asked(NamedTuple):
    """The lines of one call, by number, that a query is asked of."""

    lines: Mapping[int, Line]

    def spots(self, query: Query) -> list[Spot] | None:
        if isinstance(query, Said):
            return [spot for line in self.lines.values() for spot in said_in(query, line)] or None
        if isinstance(query, Near):
            return self.near(query)
        if isinstance(query, Not):
            return [] if self.spots(query.part) is None else None
        found = [self.spots(part) for part in query.parts]
        holding = [spots for spots in found if spots is not None]
        if len(holding) < len(found) and (isinstance(query, All) or not holding):
            return None
        return [spot for spots in holding for spot in spots]

    def near(self, query: Near) -> list[Spot] | None:
        first = sorted(set(self.spots(query.first) or ()))
        second = sorted(set(self.spots(query.second) or ()))
        found = list(self.pairs(query, first, second))
        if not query.ordered:
            found += self.pairs(query, second, first)
        return found or None

    def pairs(self, query: Near, first: Sequence[Spot], second: Sequence[Spot]) -> Iterator[Spot]:
        """Both of each pair of which one follows the other, near enough."""
        timed = (*first, *second) if query.turns is None else ()
        moments = {spot: self.moment(spot) for spot in timed}
        for one in first:
            for other in second[bisect_left(second, (one.turn, one.end)) :]:
                if query.turns is not None:
                    if other.turn - one.turn > query.turns:
                        break
                elif abs(moments[other] - moments[one]) > (query.milliseconds or 0):
                    continue
                yield from (one, other)

    def moment(self, spot: Spot) -> int:
        line = self.lines[spot.turn]
        return line.at(normal(line.text).origin[spot.start])


def said_in(phrase: Said, line: Line) -> Iterator[Spot]:
    """Every place of a line where the phrase is said, overlapping ones too."""
    if phrase.speaker not in (None, line.speaker):
        return
    form = form_of(line.text)
    text = sounds(form) if phrase.sound else form
    for heard in phrase.heard:
        at = text.find(heard)
        while at >= 0:
            yield Spot(line.turn, at, at + len(heard))
            at = text.find(heard, at + 1)
