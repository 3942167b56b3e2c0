"""Where a condition looks in a call: windows of time, from its scope and its anchor."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.call import Call, Interval, Speaker, Turn
from pipeline.hit import Hit
from pipeline.scoring.answer import Answer, Truth, in_order
from pipeline.scoring.condition import Anchor, Place, Scope

FOREVER = float("inf")
SLOWEST = 0.25
"""Seconds a character, for distances in a turn whose words have no times: slower ones paused, and
written messages take none."""
Windows = tuple[Interval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The hits that an anchor may stand for, and those of them that it stands for without doubt.

    unheard: where it may have been missed, if there are none; deaf: nothing there could be judged.
    """

    possible: tuple[Hit, ...] = ()
    sure: tuple[Hit, ...] = ()
    unheard: Windows = ()
    deaf: bool = False


def tie(anchor: Anchor, answer: Answer) -> Tie:
    """What a condition is tied to that names another one, whose answer this is."""
    possible = in_order((*answer.certain, *answer.doubtful))
    sure = answer.certain
    if anchor.nth is not None:
        possible, sure = _nth(possible, frozenset(sure), anchor.nth)
    if not possible and answer.truth != Truth.NOT_FOUND:
        return Tie(unheard=answer.unheard, deaf=answer.deaf)
    return Tie(possible=possible, sure=sure)


def _nth(
    hits: tuple[Hit, ...], certain: frozenset[Hit], nth: int
) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    """Those that may be the nth, and the one that is: none where a doubtful one is in question."""
    ordered = hits if nth > 0 else hits[::-1]
    before = abs(nth) - 1
    possible = in_order(
        hit
        for at, hit in enumerate(ordered)
        if at >= before and sum(other in certain for other in ordered[:at]) <= before
    )
    return possible, possible if certain.issuperset(ordered[: abs(nth)]) else ()


def windows(call: Call, scope: Scope, anchors: Iterable[Hit]) -> Windows:
    """The stretches that a scope stands for; anchors are the hits of its anchor, if it has one."""
    whole = _position(call, scope)
    if scope.anchor is None:
        return (whole,) if whole.start <= whole.end else ()
    near = (_near(call, scope.anchor, hit) for hit in anchors)
    cut = (Interval(max(w.start, whole.start), min(w.end, whole.end)) for w in near)
    return tuple(window for window in cut if window.start <= window.end)


def inside(call: Call, hit: Hit, scope: Scope, spans: Windows, anchors: tuple[Hit, ...]) -> bool:
    """Whether a hit lies in one of the windows, on the right side of an anchor."""
    within = any(overlap(hit, span) for span in spans)
    if scope.anchor is None:
        return within
    place = scope.anchor.place
    if within and any(_right_side(hit, anchor, place) for anchor in anchors):
        return True
    written = any(_written_beside(call, hit, anchor, scope.anchor) for anchor in anchors)
    return written and overlap(hit, _position(call, scope))


def overlap(one: Hit | Interval | Turn, other: Hit | Interval | Turn) -> bool:
    """Whether two stretches share a moment; touching counts for a stretch without length."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def part_of(turn: Turn, speakers: frozenset[Speaker]) -> bool:
    """Whether a turn is by one of the speakers; with no speakers named, by any person."""
    return turn.speaker in speakers if speakers else turn.speaker != Speaker.OTHER


def _position(call: Call, scope: Scope) -> Interval:
    start, end = 0.0, FOREVER
    mine = [turn for turn in call.turns if part_of(turn, scope.speakers)]
    if scope.percent is not None:
        start, end = (call.duration * share / 100 for share in scope.percent)
    if mine and scope.first_seconds is not None:
        end = min(end, mine[0].start + scope.first_seconds)
    if mine and scope.last_seconds is not None:
        start = max(start, max(turn.end for turn in mine) - scope.last_seconds)
    if mine and scope.first_turns is not None:
        end = min(end, mine[: scope.first_turns][-1].end)
    if mine and scope.last_turns is not None:
        start = max(start, mine[-scope.last_turns :][0].start)
    for span in _between(mine, scope):
        start, end = max(start, span.start), min(end, span.end)
    return Interval(start, end)


def _between(mine: list[Turn], scope: Scope) -> Iterator[Interval]:
    """From and to, each counted from the first words on or, negative, from the last ones back."""
    if mine and scope.between_seconds is not None:
        first, last = mine[0].start, max(turn.end for turn in mine)
        moments = [(last if at < 0 else first) + at for at in scope.between_seconds]
        yield Interval(*moments)
    if mine and scope.between_turns is not None:
        places = [at - 1 if at > 0 else len(mine) + at for at in scope.between_turns]
        inside = mine[max(0, places[0]) : max(0, places[1] + 1)]
        yield Interval(inside[0].start, inside[-1].end) if inside else Interval(FOREVER, 0.0)


def _near(call: Call, anchor: Anchor, hit: Hit) -> Interval:
    reach = FOREVER if anchor.within_seconds is None else anchor.within_seconds
    start, end = hit.start - reach, hit.end + reach
    if anchor.within_turns is not None and call.turns:
        at = hit.turn if hit.turn is not None else turn_at(call, hit.start)
        start = max(start, call.turns[max(0, at - anchor.within_turns)].start)
        end = min(end, call.turns[min(len(call.turns) - 1, at + anchor.within_turns)].end)
    if anchor.place == Place.BEFORE:
        return Interval(start, hit.start)
    return Interval(hit.end if anchor.place == Place.AFTER else start, end)


def turn_at(call: Call, moment: float) -> int:
    """The index of the last turn that began by then."""
    return max((i for i, turn in enumerate(call.turns) if turn.start <= moment), default=0)


def written_later(call: Call, one: Hit, other: Hit) -> float | None:
    """Seconds from one hit to another that stands behind it in a turn whose words have no times.

    They are those that the characters between them take at the turn's pace. None: it does not.
    """
    turn = None if one.turn is None or one.turn != other.turn else call.turns[one.turn]
    if turn is None or any(word.start is not None for word in turn.words):
        return None
    gaps = [
        start - end
        for end in (at + len(one.quote) for at in _places(turn.text, one.quote))
        for start in _places(turn.text, other.quote)
        if start >= end
    ]
    pace = min(SLOWEST, (turn.end - turn.start) / max(1, len(turn.text)) or SLOWEST)
    return round(min(gaps) * pace, 3) if gaps else None


def _written_beside(call: Call, hit: Hit, anchor: Hit, scope: Anchor) -> bool:
    """Whether a hit stands on the right side of an anchor in a turn whose words have no times."""
    if scope.place == Place.AROUND:
        return False
    pair = (hit, anchor) if scope.place == Place.BEFORE else (anchor, hit)
    apart = written_later(call, *pair)
    return apart is not None and (scope.within_seconds is None or apart <= scope.within_seconds)


def _places(text: str, quote: str) -> list[int]:
    return [i for i in range(len(text)) if quote and text.startswith(quote, i)]


def _right_side(hit: Hit, anchor: Hit, place: Place) -> bool:
    """Around takes in the anchor itself; before and after do not."""
    if place == Place.BEFORE:
        return hit.start < anchor.start
    return place == Place.AROUND or hit.start > anchor.start
