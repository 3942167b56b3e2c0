"""Sample dialogues as calls, from their text alone: as if every word had been heard right."""

from pipeline.call import Call, CallRecord, Interval, Speaker, Turn, Word
from pipeline.text.normal import normal
from sample_audio.script import Line, Script

CHARACTERS_PER_WORD = 1.4
"""Characters a minute for each of espeak-ng's words a minute."""
TAIL_SECONDS = 0.5


def written(script: Script) -> Call:
    """A call in which each line takes as long as its voice would, and lines keep their gaps."""
    turns: list[Turn] = []
    said_until = 0.0
    for line in script.lines:
        turn = _turn(script, line, max(0.0, said_until + line.gap))
        said_until = max(said_until, turn.end)
        turns.append(turn)
    turns.sort(key=lambda turn: turn.start)
    speech = {
        speaker: tuple(Interval(t.start, t.end) for t in turns if t.speaker == speaker)
        for speaker in (Speaker.AGENT, Speaker.CUSTOMER)
    }
    return Call(
        id=str(script.seed),
        duration=said_until + TAIL_SECONDS,
        turns=tuple(turns),
        speech=speech,
        about=CallRecord(direction=script.direction, hung_up_by=script.hung_up_by),
    )


def _turn(script: Script, line: Line, start: float) -> Turn:
    rate = script.voices[line.speaker].rate if line.speaker in script.voices else 220
    step = 60 / (CHARACTERS_PER_WORD * rate)
    words, at = [], start
    for character in line.text:
        seconds = step if normal(character).text else 0.0
        words.append(Word(character, at, at + seconds))
        at += seconds
    return Turn(Speaker(line.speaker), start, at, tuple(words), level=-20.0)
