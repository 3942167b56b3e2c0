"""The transcript as rows for a page: turns cut at what was found in them, silences between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.call import Call, Interval, Medium, Speaker, Turn
from pipeline.hit import Hit, Verdict

TONES = {
    Verdict.FAIL: "fail",
    Verdict.CRASHED: "unsure",
    Verdict.UNSURE: "unsure",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "pass",
}
AVERAGE = "average_reply"
"""A mean: its hit has a length, but no place."""
WEIGHT = {"fail": 3, "unsure": 2, "pass": 1, "": 0}


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its number on the page, the item that it is evidence for, and a tone."""

    number: int
    hit: Hit
    item: str
    tone: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn's text. found is None where nothing was found; faint: not trusted."""

    text: str
    found: Found | None
    faint: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A turn in pieces, or (turn None) something found between the words: a silence, a wait."""

    start: float
    end: float
    turn: Turn | None
    pieces: tuple[Piece, ...]
    found: Found | None


def rows(call: Call, findings: Sequence[Found]) -> tuple[Row, ...]:
    """Everything in the order of time; a silence that two items charge stands there once."""
    in_turns: dict[int, list[Found]] = {}
    between: dict[tuple[float, float, str], Found] = {}
    for found in findings:
        if found.hit.turn is not None and found.hit.quote:
            in_turns.setdefault(found.hit.turn, []).append(found)
        elif found.tone != "pass" and not found.hit.quote and _local(found.hit, call):
            between.setdefault((found.hit.start, found.hit.end, found.hit.what), found)
    said = [
        Row(turn.start, turn.end, turn, _pieces(turn, in_turns.get(i, []), call.untrusted), None)
        for i, turn in enumerate(call.turns)
    ]
    gaps = [Row(f.hit.start, f.hit.end, None, (), f) for f in between.values()]
    chat = call.medium == Medium.CHAT
    return tuple(sorted((*said, *gaps), key=lambda row: _order(row, chat)))


def _order(row: Row, chat: bool) -> tuple[float, bool]:
    """By start; in a chat a wait, which begins at a message, stands before the one that ends it."""
    return (row.end if chat and row.turn is None else row.start), row.turn is not None


def _local(hit: Hit, call: Call) -> bool:
    """A moment of the call; a figure of the whole call has no place among the turns."""
    if hit.what == AVERAGE:
        return False
    if call.medium == Medium.CHAT:
        agents = (turn.start for turn in call.turns if turn.speaker == Speaker.AGENT)
        return not any(hit.start < start < hit.end for start in agents)
    return hit.end - hit.start <= call.duration / 2


def _pieces(
    turn: Turn, findings: Iterable[Found], untrusted: Sequence[Interval]
) -> tuple[Piece, ...]:
    """The text cut where what is found or trusted changes; of two findings the graver shows."""
    text = turn.text
    marks: list[Found | None] = [None] * len(text)
    for found in sorted(findings, key=lambda found: WEIGHT[found.tone]):
        start, end = place(turn, found.hit)
        marks[start:end] = [found] * (end - start)
    looks = list(zip(marks, _faint(turn, untrusted), strict=True))
    cuts = [i for i in range(1, len(text)) if looks[i] != looks[i - 1]]
    edges = [0, *cuts, len(text)] if text else []
    return tuple(Piece(text[a:b], *looks[a]) for a, b in pairwise(edges))


def place(turn: Turn, hit: Hit) -> tuple[int, int]:
    """Where in the turn's text the hit's quote stands: of several places the nearest in time."""
    text, quote = turn.text, hit.quote
    places = [i for i in range(len(text) - len(quote) + 1) if text.startswith(quote, i)]
    if not places:
        return 0, 0
    starts = _starts(turn)
    start = min(places, key=lambda i: abs(starts[i] - hit.start))
    return start, start + len(quote)


def _starts(turn: Turn) -> list[float]:
    """When each character begins; words without times take the turn's."""
    return [
        turn.start if word.start is None else word.start for word in turn.words for _ in word.text
    ]


def _faint(turn: Turn, untrusted: Sequence[Interval]) -> Iterator[bool]:
    for word in turn.words:
        middle = ((word.start or turn.start) + (word.end or turn.end)) / 2
        doubted = any(span.start <= middle <= span.end for span in untrusted)
        yield from [word.confidence == 0 or doubted] * len(word.text)
