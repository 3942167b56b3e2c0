"""What another recogniser made of a recording becomes a Call: times and roles kept, as far as told.

Nobody has heard the recording here, so the call has no times of voice (`speech` is None), and what
needs them does not apply. Who is who: by the labels themselves, else by the settings, else, of two
voices, by what they say, as in a mono recording.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.call import Call, CallRecord, Interval, Reason, Speaker, Turn, Word
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.speakers import Role, mono_roles
from pipeline.speech.turns import TURN_GAP, Utterance
from pipeline.text.lexicon import Lexicon
from pipeline.text.private import mask
from pipeline.written.conversation import check_size, words_of
from pipeline.written.people import OTHER_SIDE, role_of

UNTOLD = 0.9
"""Confidence in words of which the recogniser does not say how sure it is: enough to count, too
little to charge where a required phrase was nearly said (setting scoring.misheard_below)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or character of a sentence; what is not known of it is None."""

    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one voice said, in seconds. label: whose voice it is, "" where that is not told."""

    label: str
    text: str
    start: float | None
    end: float | None
    pieces: tuple[Piece, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One recording as the file has it. engine: what recognised it; part: which of the file's."""

    engine: str
    sentences: tuple[Sentence, ...]
    part: str = ""
    about: CallRecord = field(default_factory=CallRecord)
    duration: float | None = None


def call_of(
    transcript: Transcript, settings: Settings, lexicons: Mapping[str, Lexicon], file: str
) -> Call:
    """The call, not yet masked. Refusal where nothing is said in it, or an end lies before its
    start."""
    check_size([sentence.text for sentence in transcript.sentences], file)
    said = _utterances(_in_order(transcript.sentences, file))
    if not said:
        raise Refusal("written.no-messages", file)
    roles, remarks = _roles(said, settings, lexicons)
    turns = tuple(_turn(u, role) for (_, u), role in zip(said, roles, strict=True))
    about = transcript.about
    return Call(
        id=about.id or "",
        duration=max(transcript.duration or 0.0, *(turn.end for turn in turns)),
        turns=turns,
        remarks=remarks,
        engine=f"{transcript.engine} (imported)",
        about=replace(about, id=mask([about.id])[0]) if about.id else about,
    )


def _in_order(sentences: Sequence[Sentence], file: str) -> list[Sentence]:
    """By start; one without times follows the one before it."""
    placed: list[Sentence] = []
    for number, one in enumerate(sentences, 1):
        start = one.start if one.start is not None else placed[-1].end if placed else 0.0
        end = start if one.end is None else one.end
        if start is None or end is None or end < start:
            raise Refusal(
                "written.ends-before", file, number=number, found=str(end), allowed=str(start)
            )
        if one.text.strip():
            placed.append(replace(one, start=start, end=end))
    return sorted(placed, key=lambda one: one.start or 0.0)


def _utterances(sentences: Sequence[Sentence]) -> list[tuple[str, Utterance]]:
    """Sentences of one voice that follow each other without a pause are one, with its label."""
    numbers = {label: n for n, label in enumerate(dict.fromkeys(s.label for s in sentences))}
    made: list[tuple[str, Utterance]] = []
    for label, group in groupby(sentences, key=lambda one: one.label):
        fresh = True
        for one in group:
            span, words = Interval(one.start or 0.0, one.end or 0.0), _words(one)
            if not fresh and span.start - made[-1][1].end <= TURN_GAP:
                before = made.pop()[1]
                span = Interval(before.start, max(before.end, span.end))
                words = _joined(before.words, words)
            made.append((label, Utterance(numbers[label], 0, (span,), words)))
            fresh = False
    return made


def _joined(before: tuple[Word, ...], after: tuple[Word, ...]) -> tuple[Word, ...]:
    """A blank between, where Latin letters would run together."""
    last, first = before[-1].text[-1:], after[0].text[:1]
    if last.isascii() and first.isascii() and first.isalnum() and not last.isspace():
        before = (*before[:-1], replace(before[-1], text=before[-1].text + " "))
    return before + after


def _words(sentence: Sentence) -> tuple[Word, ...]:
    """The pieces with the marks between them; the whole text where they do not make it up."""
    text = sentence.text.strip()
    sure = UNTOLD if sentence.confidence is None else sentence.confidence
    words = list(_matched(text, sentence.pieces, sure))
    if "".join(word.text for word in words) != text:
        return tuple(replace(word, confidence=sure) for word in words_of(text))
    return tuple(short for word in words for short in _short(word))


def _matched(text: str, pieces: Sequence[Piece], sure: float) -> Iterator[Word]:
    """Words that each end where the next piece begins; none where a piece is not found in order."""
    found: list[tuple[int, Piece]] = []
    at = 0
    for piece in pieces:
        bare = piece.text.strip()
        place = text.find(bare, at)
        if not bare:
            continue
        if place < 0 or any(character.isalnum() for character in text[at:place]):
            return
        found.append((place, piece))
        at = place + len(bare)
    edges = [0, *(place for place, _ in found[1:]), len(text)]
    for (_, piece), start, end in zip(found, edges, edges[1:], strict=False):
        known = piece.start is not None and piece.end is not None and piece.end >= piece.start
        times = (piece.start, piece.end) if known else (None, None)
        confidence = sure if piece.confidence is None else piece.confidence
        yield Word(text[start:end], *times, confidence)


def _short(word: Word) -> Iterator[Word]:
    return (replace(word, text=part.text) for part in words_of(word.text))


def _roles(
    said: Sequence[tuple[str, Utterance]], settings: Settings, lexicons: Mapping[str, Lexicon]
) -> tuple[list[Role], tuple[Reason, ...]]:
    """A role for each utterance, and what is to be said about that."""
    labels = dict.fromkeys(label for label, _ in said)
    known = {name: role_of(name, settings.chats) if name else None for name in labels}
    strangers = [name for name, role in known.items() if role is None]
    sides = {role for role in known.values() if role in OTHER_SIDE}
    if len(strangers) == 1 and len(sides) == 1 and strangers[0]:
        known[strangers[0]] = OTHER_SIDE[next(iter(sides)) or Speaker.AGENT]
    elif len(strangers) == 2 == len(labels) and all(strangers):
        return mono_roles([utterance for _, utterance in said], settings.roles, lexicons)
    elif not any(labels):
        return [_role(None) for _ in said], (Reason("written.no-labels"),)
    elif strangers:
        named = "、".join(name or "?" for name in strangers)
        remark = Reason("written.no-roles", {"found": mask([named])[0]})
        return [_role(known[label]) for label, _ in said], (remark,)
    return [_role(known[label]) for label, _ in said], ()


def _role(speaker: Speaker | None) -> Role:
    return Role(speaker or Speaker.UNKNOWN, 0.0 if speaker in (None, Speaker.UNKNOWN) else 1.0)


def _turn(said: Utterance, role: Role) -> Turn:
    return Turn(role.speaker, said.start, said.end, said.words, role_confidence=role.confidence)
