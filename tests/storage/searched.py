"""Searches by reading everything, as plainly as can be: what an index must not do otherwise."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.call import Call, Speaker, Turn
from pipeline.text.normal import normal
from pipeline.text.query import All, Near, Not, Query, Said, Some
from pipeline.text.sound import readings, sounds

Place = tuple[int, int, int]
"""Turn, and from where to where in the normal form of its text."""


def said(phrase: Said, turn: Turn) -> Iterator[tuple[int, int]]:
    """Where a turn says the phrase."""
    if phrase.speaker is not None and turn.speaker != phrase.speaker:
        return
    form = normal(turn.text).text
    wanted = readings(phrase.form) if phrase.sound else (phrase.form,)
    text = sounds(form) if phrase.sound else form
    for start in range(len(text)):
        for one in wanted:
            if text[start : start + len(one)] == one:
                yield start, start + len(one)


def scan(query: Query, call: Call) -> set[Place] | None:
    """Where a call says what the query names; None where it does not hold."""
    if isinstance(query, Said):
        found = {
            (number, start, end)
            for number, turn in enumerate(call.turns)
            for start, end in said(query, turn)
        }
        return found or None
    if isinstance(query, Not):
        return set() if scan(query.part, call) is None else None
    if isinstance(query, Near):
        return near(query, call) or None
    parts = [scan(part, call) for part in query.parts]
    if isinstance(query, All) and None in parts:
        return None
    if isinstance(query, Some) and all(part is None for part in parts):
        return None
    return {place for part in parts if part is not None for place in part}


def near(query: Near, call: Call) -> set[Place]:
    """Every place of a pair that is near enough."""
    found: set[Place] = set()
    for one in scan(query.first, call) or ():
        for other in scan(query.second, call) or ():
            after = other[0] > one[0] or (other[0] == one[0] and other[1] >= one[2])
            before = one[0] > other[0] or (one[0] == other[0] and one[1] >= other[2])
            if not (after or (before and not query.ordered)):
                continue
            if query.turns is not None:
                close = abs(one[0] - other[0]) <= query.turns
            else:
                close = abs(moment(call, one) - moment(call, other)) <= (query.milliseconds or 0)
            if close:
                found |= {one, other}
    return found


def moment(call: Call, place: Place) -> int:
    """In milliseconds, of the first character at a place."""
    turn = call.turns[place[0]]
    at = normal(turn.text).origin[place[1]]
    for word in turn.words:
        if at < len(word.text):
            return round(1000 * (turn.start if word.start is None else word.start))
        at -= len(word.text)
    raise AssertionError("outside of the turn")


def turns_of(places: Iterable[Place]) -> list[int]:
    """The turns that a search shows, in order."""
    return sorted({place[0] for place in places})


def agent_or_customer(number: int) -> Speaker:
    """Alternating."""
    return (Speaker.AGENT, Speaker.CUSTOMER)[number % 2]


def shown(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The words that are marked."""
    return [text[start:end] for start, end in spans]
