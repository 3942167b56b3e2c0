"""What could not be heard where a condition looks: absence there proves nothing."""

from pipeline.call import Call, Interval, Medium, Speaker
from pipeline.scoring.condition import Find
from pipeline.scoring.scope import Windows, overlap, part_of
from pipeline.text.lexicon import Lexicon
from pipeline.text.pattern import Pattern

MIN_SECONDS = 0.3
"""Shorter stretches hold no phrase worth asking a person about (two syllables take this long)."""
PARTIAL = "audio.partial"
"""The remark of a recording that breaks off."""


def sought(find: Find) -> tuple[Lexicon | Pattern, ...]:
    """The words that a condition looks for, and not those that it is to overlook."""
    return tuple(
        value
        for name, value in find.settings.items()
        if isinstance(value, Lexicon | Pattern) and name != "backchannels"
    )


def unjudged(call: Call, find: Find, blind: Windows) -> Windows:
    """The stretches of the call where a detector may have missed something.

    blind is what the detector itself could not judge. Where words are looked for, speech by
    persons unknown and words not to be relied on are added, and what others said is left out.
    """
    if sought(find):
        speakers = find.scope.speakers
        mute = (*blind, *_mute(call), *_strangers(call, speakers))
        least = 0.0 if call.medium == Medium.CHAT else MIN_SECONDS  # messages have no length
        long = (span for span in mute if span.seconds >= least)
        blind = tuple(span for span in long if _may_speak(call, speakers, span))
    return tuple(dict.fromkeys((*blind, *_cut_off(call))))


def by_strangers(call: Call, missed: Windows) -> Windows:
    """Those of the stretches whose words are heard well, and only nobody knows who said them."""
    mute = _mute(call)
    turns = {Interval(t.start, t.end) for t in call.turns if t.speaker == Speaker.UNKNOWN}
    return tuple(s for s in missed if s in turns and not any(overlap(s, m) for m in mute))


def within(unjudged: Windows, spans: Windows) -> Windows:
    """Those of the stretches that lie in the windows, if only in part."""
    return tuple(span for span in unjudged if any(overlap(span, window) for window in spans))


def deaf(call: Call, find: Find, missed: Windows, spans: Windows) -> bool:
    """Whether nothing that the speakers said in the windows could be judged."""
    if not missed:
        return False
    for turn in call.turns:
        if part_of(turn, find.scope.speakers) and any(overlap(turn, span) for span in spans):
            inside = (span.start <= turn.start and turn.end <= span.end for span in missed)
            if not any(inside):
                return False
    return True


def _mute(call: Call) -> Windows:
    """Speech whose words are not to be relied on."""
    turns = (t for t in call.turns if t.words and all(word.confidence == 0 for word in t.words))
    return (*call.untrusted, *(Interval(turn.start, turn.end) for turn in turns))


def _strangers(call: Call, speakers: frozenset[Speaker]) -> Windows:
    """Speech by persons unknown, where it matters who speaks."""
    turns = (turn for turn in call.turns if speakers and turn.speaker == Speaker.UNKNOWN)
    return tuple(Interval(turn.start, turn.end) for turn in turns)


def _cut_off(call: Call) -> Windows:
    """Nobody knows what followed where the recording breaks off."""
    partial = any(remark.key == PARTIAL for remark in call.remarks)
    return (Interval(call.duration, call.duration),) if partial else ()


def _may_speak(call: Call, speakers: frozenset[Speaker], span: Interval) -> bool:
    """Whether one of the speakers may be the one who is heard in a stretch."""
    there = [turn for turn in call.turns if overlap(turn, span)]
    if not speakers or any(turn.speaker in speakers | {Speaker.UNKNOWN} for turn in there):
        return True
    if call.speech is None:
        return not there
    voiced = (interval for speaker in speakers for interval in call.speech.get(speaker, ()))
    return any(overlap(interval, span) for interval in voiced)
