"""The transcript on the call page. An hour of talk has a thousand turns: their text is put together
here, escaped once each, and the moments of their words travel as short numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.call import Medium, Speaker, Turn
from pipeline.report.events import happened
from pipeline.report.transcript import Piece, Row
from pipeline.report.view import CallView
from pipeline.wording import clock, word

SURE_OF_ROLE = 0.6
TENTH = 10
NOTHING = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the transcript. turn: whether it is one; claim: what to hear by a click."""

    turn: bool
    number: int
    start: float
    clock: str
    speaker: str = ""
    who: str = ""
    unsure: bool = False
    html: Markup = NOTHING
    tone: str = ""
    claim: int | str = ""
    said: str = ""


def rows(view: CallView, numbers: Mapping[int, int], language: str) -> Iterator[Line]:
    chat = view.call.medium == Medium.CHAT
    names = {who: _name(who, chat, language) for who in Speaker}
    number = 0
    for row in view.rows:
        if row.turn is None:
            yield _between(row, numbers, language)
            continue
        yield Line(
            turn=True,
            number=number,
            start=row.start,
            clock=clock(row.start),
            speaker=row.turn.speaker.value,
            who=names[row.turn.speaker],
            unsure=_is_unsure(row.turn),
            html=Markup().join(_piece(piece, numbers) for piece in row.pieces),
        )
        number += 1


def _name(speaker: Speaker, chat: bool, language: str) -> str:
    kind = "system" if chat and speaker == Speaker.OTHER else speaker.value
    return word(f"report.speaker-{kind}", language)


def _is_unsure(turn: Turn) -> bool:
    people = turn.speaker in (Speaker.AGENT, Speaker.CUSTOMER)
    return people and turn.role_confidence < SURE_OF_ROLE


def _between(row: Row, numbers: Mapping[int, int], language: str) -> Line:
    assert row.found is not None  # noqa: S101 - it is a turn, or something that was found
    return Line(
        turn=False,
        number=-1,
        start=row.start,
        clock=clock(row.start),
        tone=row.found.tone,
        claim=numbers.get(row.found.number, ""),
        said=happened(row.found.hit, language),
    )


def _piece(piece: Piece, numbers: Mapping[int, int]) -> Markup:
    text = escape(piece.text)
    faint = " faint" if piece.faint else ""
    if piece.found is None:
        return Markup('<span class="faint">{}</span>').format(text) if faint else text
    tone = f"{piece.found.tone}{faint}"
    if (number := numbers.get(piece.found.number)) is not None:
        return Markup('<mark class="{}" data-claim="{}">{}</mark>').format(tone, number, text)
    start = piece.found.hit.start
    return Markup('<mark class="{}" data-seek="{}">{}</mark>').format(tone, start, text)


def moments(turn: Turn) -> list[int]:
    """When each character of a turn begins, in tenths of a second from its start; nothing where
    its words have no times."""
    if any(word.start is None for word in turn.words):
        return []
    starts = (word.start or 0.0 for word in turn.words for _ in word.text)
    return [max(0, round(TENTH * (start - turn.start))) for start in starts]
