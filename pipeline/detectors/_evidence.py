"""What detectors share: a quote as a hit, how far to trust it, and what nobody could hear."""

from math import exp, log

from pipeline.call import Call, Interval, Speaker, Turn, Word
from pipeline.hit import Hit, Kind
from pipeline.text.spans import Spans, covers, union, within
from pipeline.text.timing import voice

PEOPLE = (Speaker.AGENT, Speaker.CUSTOMER)


def quoted(call: Call, index: int, start: int, end: int, what: str, kind: Kind) -> Hit:
    """text[start:end] of a turn as a hit, with the times of its words (else of the turn).

    Its confidence is the geometric mean of its words' (one that is not to be relied on makes it 0)
    times the trust in the speaker's role; 0 inside an untrusted span.
    """
    turn = call.turns[index]
    words = _words(turn, start, end)
    begins = words[0].start if words and words[0].start is not None else turn.start
    ends = words[-1].end if words and words[-1].end is not None else turn.end
    doubted = covers(union(call.untrusted), (begins + ends) / 2)
    return Hit(
        start=begins,
        end=max(begins, ends),
        speaker=turn.speaker,
        what=what,
        kind=kind,
        quote=turn.text[start:end],
        confidence=0.0 if doubted else trust(words) * turn.role_confidence,
        turn=index,
    )


def trust(words: tuple[Word, ...]) -> float:
    """The geometric mean of the words' confidences; 0 if one of them is 0, or none is there."""
    if not words or min(word.confidence for word in words) <= 0:
        return 0.0
    return exp(sum(log(min(1.0, word.confidence)) for word in words) / len(words))


def unheard(call: Call, *speakers: Speaker) -> Spans:
    """Where words were spoken that nobody can rely on: untrusted spans, turns without words.

    With speakers, only where one of them, or someone unplaced, may be speaking.
    """
    wordless = (
        Interval(turn.start, turn.end)
        for turn in call.turns
        if turn.speaker != Speaker.OTHER and not any(word.confidence > 0 for word in turn.words)
    )
    spans = union((*call.untrusted, *wordless))
    if not speakers:
        return spans
    wanted = (*speakers, Speaker.UNKNOWN)
    turns = (Interval(t.start, t.end) for t in call.turns if t.speaker in wanted)
    heard = union((*voice(call, *wanted), *turns))
    return tuple(span for span in spans if within(heard, span.start, span.end))


def sure_of_roles(call: Call, start: float, end: float) -> float:
    """The least trust in the role of any turn of agent or customer that touches the span."""
    return min(
        (
            turn.role_confidence
            for turn in call.turns
            if turn.speaker in PEOPLE and turn.start <= end and start <= turn.end
        ),
        default=1.0,
    )


def everything(call: Call) -> Interval:
    """The whole call."""
    return Interval(0.0, max(0.0, call.duration))


def about_call(
    call: Call, what: str, kind: Kind, speaker: Speaker = Speaker.OTHER, confidence: float = 1.0
) -> Hit:
    """A hit that spans the whole call; OTHER: it is no person's doing."""
    span = everything(call)
    return Hit(
        start=span.start,
        end=span.end,
        speaker=speaker,
        what=what,
        kind=kind,
        confidence=confidence,
    )


def _words(turn: Turn, start: int, end: int) -> tuple[Word, ...]:
    at, chosen = 0, []
    for word in turn.words:
        if at < end and start < at + len(word.text):
            chosen.append(word)
        at += len(word.text)
    return tuple(chosen)
