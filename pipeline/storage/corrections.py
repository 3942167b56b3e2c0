"""Words that people put right, laid over what was recognised.

A correction names code points of a turn as it was recognised, so that it means the same whatever
was corrected before or after it; the view is worked out when a call is read. Of two that overlap,
the later counts. One whose words are not there any more, as the recording was heard anew, is
passed over.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.call import Call, Interval, Turn, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """text in the place of first..last (last not included) of a turn; was: what is there; number:
    of the revision that it is."""

    turn: int
    first: int
    last: int
    was: str
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a turn as it is shown, and where it comes from."""

    start: int
    first: int
    last: int
    text: str
    plain: bool
    """As it was recognised."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def corrected(call: Call, corrections: Sequence[Correction]) -> Call:
    """The call with its corrections: the words that were put right have the times of those that
    they replace, and are trusted as a person's word."""
    if not corrections:
        return call
    turns, trusted = list(call.turns), []
    for number in sorted({one.turn for one in corrections if one.turn < len(turns)}):
        turn = turns[number]
        for one in reversed(_standing(turn, number, corrections)):  # from behind: places stay
            turn, span = _laid_over(turn, one)
            trusted += [span] if span else []
        turns[number] = turn
    untrusted = tuple(part for span in call.untrusted for part in _without(span, trusted))
    return replace(call, turns=tuple(turns), untrusted=untrusted)


def as_recognised(heard: Call, before: Sequence[Correction], shown: Correction) -> Correction:
    """A correction whose place is one of a turn as it is shown, with the corrections before, by
    the place in what was recognised. It takes over the rest of one that it cuts into.

    IndexError where the place is not there."""
    turn = heard.turns[shown.turn]
    pieces = list(_pieces(turn, _standing(turn, shown.turn, before)))
    if not 0 <= shown.first < shown.last <= sum(len(piece.text) for piece in pieces):
        raise IndexError(shown.turn, shown.first, shown.last)
    head = next(piece for piece in pieces if piece.start <= shown.first < piece.end)
    tail = next(piece for piece in pieces if piece.start < shown.last <= piece.end)
    first, last = head.first, tail.last
    text = shown.text
    if head.plain:
        first += shown.first - head.start
    else:
        text = head.text[: shown.first - head.start] + text
    if tail.plain:
        last -= tail.end - shown.last
    else:
        text += tail.text[shown.last - tail.start :]
    return replace(shown, first=first, last=last, was=turn.text[first:last], text=text)


def shown_at(heard: Call, corrections: Sequence[Correction], one: Correction) -> int:
    """Where the text of one of the corrections stands in its turn as it is shown."""
    turn = heard.turns[one.turn]
    pieces = _pieces(turn, _standing(turn, one.turn, corrections))
    return next((p.start for p in pieces if not p.plain and p.first == one.first), 0)


def _standing(turn: Turn, number: int, corrections: Iterable[Correction]) -> list[Correction]:
    """Those of a turn that count, in the order of its text."""
    standing: list[Correction] = []
    for one in corrections:
        if one.turn == number and turn.text[one.first : one.last] == one.was:
            standing = [s for s in standing if s.last <= one.first or one.last <= s.first]
            standing.append(one)
    return sorted(standing, key=lambda one: one.first)


def _pieces(turn: Turn, standing: Iterable[Correction]) -> Iterator[_Piece]:
    start = at = 0
    for one in standing:
        if at < one.first:
            yield _Piece(start, at, one.first, turn.text[at : one.first], True)
            start += one.first - at
        if one.text:
            yield _Piece(start, one.first, one.last, one.text, False)
        start, at = start + len(one.text), one.last
    if at < len(turn.text):
        yield _Piece(start, at, len(turn.text), turn.text[at:], True)


def _laid_over(turn: Turn, one: Correction) -> tuple[Turn, Interval | None]:
    """The turn with one correction, and when its words were said, where that is known."""
    before: list[Word] = []
    after: list[Word] = []
    under: list[Word] = []
    at = 0
    for word in turn.words:
        end = at + len(word.text)
        if end <= one.first or at >= one.last:
            (before if end <= one.first else after).append(word)
        else:
            under.append(word)
            if at < one.first:
                before.append(replace(word, text=word.text[: one.first - at]))
            if end > one.last:
                after.append(replace(word, text=word.text[one.last - at :]))
        at = end
    span = _span(under)
    words = (*before, *_words(one.text, span), *after)
    return replace(turn, words=words), span


def _span(words: Sequence[Word]) -> Interval | None:
    start, end = words[0].start, words[-1].end
    return None if start is None or end is None else Interval(start, end)


def _words(text: str, span: Interval | None) -> Iterator[Word]:
    """A word for each character, evenly over the time."""
    if span is None:
        yield from map(Word, text)
        return
    cuts = [span.start + span.seconds * i / len(text) for i in range(len(text))]
    yield from map(Word, text, cuts, (*cuts[1:], span.end))


def _without(span: Interval, others: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a stretch."""
    at = span.start
    for other in sorted(others, key=lambda one: one.start):
        if other.end <= at or other.start >= span.end:
            continue
        if other.start > at:
            yield Interval(at, other.start)
        at = max(at, other.end)
    if at < span.end or span.start == span.end:
        yield Interval(at, span.end)
