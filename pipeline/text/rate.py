"""How fast people speak in one call, and what of it counts as a character.

Minutes are those of `Call.speech`, as all times are (timing.py). docs/timing.md states the formula.
"""

from pipeline.call import Call, Speaker, Turn
from pipeline.text.spans import Spans, covers, intersection, seconds, union, within
from pipeline.text.timing import voice


def characters_per_minute(call: Call, speaker: Speaker) -> float | None:
    """Characters that the speaker says ÷ minutes with the speaker's voice, trusted spans only.

    None without voice times, voice or words.
    """
    if call.speech is None:
        return None
    doubted = union(call.untrusted)
    spoken = voice(call, speaker)
    spoken_seconds = seconds(spoken) - seconds(intersection(spoken, doubted))
    said = sum(_believed(turn, doubted) for turn in call.turns if turn.speaker == speaker)
    return said / spoken_seconds * 60 if said and spoken_seconds > 0 else None


def turn_rates(call: Call, speaker: Speaker) -> tuple[tuple[int, float], ...] | None:
    """The same rate for each of the speaker's turns: (index of the turn, characters per minute)."""
    if call.speech is None:
        return None
    spoken = voice(call, speaker)
    heard = (
        (index, turn, seconds(within(spoken, turn.start, turn.end)))
        for index, turn in enumerate(call.turns)
        if turn.speaker == speaker
    )
    return tuple(
        (index, characters(turn.text) / length * 60) for index, turn, length in heard if length
    )


def characters(text: str) -> int:
    """Characters without punctuation and spaces; a masked one (*) was spoken, so it counts."""
    return sum(character.isalnum() or character == "*" for character in text)


def _believed(turn: Turn, doubted: Spans) -> int:
    """Characters of the turn outside the doubted spans."""
    said = 0
    for word in turn.words:
        start = turn.start if word.start is None else word.start
        end = turn.end if word.end is None else word.end
        if not covers(doubted, (start + end) / 2):
            said += characters(word.text)
    return said
