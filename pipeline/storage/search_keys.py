"""The number by which an index knows a turn: day, transcript, turn and speaker in 63 bits.

So the newest turns have the highest numbers, those of a call stand together, and neither of it has
to be looked up.
"""

from datetime import date

from pipeline.call import Speaker

SPEAKERS = tuple(Speaker)
FIRST_DAY = date(2000, 1, 1).toordinal()
LAST_DAY = (1 << 15) - 1
SPEAKER_BITS, TURN_BITS, TRANSCRIPT_BITS = 2, 18, 28
CALL_BITS = SPEAKER_BITS + TURN_BITS
TURNS = 1 << TURN_BITS
"""A conversation is searched up to here."""
TRANSCRIPTS = 1 << TRANSCRIPT_BITS
TOP = (1 << 63) - 1


def number_of_day(day: str) -> int:
    """Of YYYY-MM-DD; the first one of what is none."""
    try:
        return min(max(date.fromisoformat(day).toordinal() - FIRST_DAY, 0), LAST_DAY)
    except ValueError:
        return 0


def floor(day: int, transcript: int) -> int:
    """The lowest key of a transcript's turns; those of the next begin at ceiling()."""
    return (day << TRANSCRIPT_BITS | transcript) << CALL_BITS


def ceiling(key: int) -> int:
    """The first key behind the transcript that a key is of."""
    return (key >> CALL_BITS) + 1 << CALL_BITS


def floor_of(key: int) -> int:
    """The lowest key of the transcript that a key is of."""
    return key >> CALL_BITS << CALL_BITS


def key_of(floor: int, turn: int, speaker: Speaker) -> int:
    """The key of a turn of the transcript with that floor."""
    return floor | turn << SPEAKER_BITS | SPEAKERS.index(speaker)


def transcript_of(key: int) -> int:
    """The transcript that a key is of."""
    return key >> CALL_BITS & TRANSCRIPTS - 1


def turn_of(key: int) -> int:
    """The number of the turn that a key is of."""
    return key >> SPEAKER_BITS & TURNS - 1
