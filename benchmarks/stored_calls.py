"""Homes with stored calls whose words are known: nothing is heard, everything else is real."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from pipeline.call import Call, CallRecord, Interval, Speaker, Turn, Word
from pipeline.configuration.resources import folder
from pipeline.scoring.ruleset import choose
from pipeline.scoring.scorecard import draft
from pipeline.settings import Settings
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.workflow.rules import read_working_copy
from sample_audio.dialogues import dialogue
from sample_audio.truth import truth_call

CHARACTERS = 1_200
SECONDS_A_CHARACTER = 0.2
PAUSE = 0.4
SPEAKERS = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}


def samples() -> Iterator[Call]:
    """The sample calls as they were really said."""
    for path in sorted((folder("sample_audio") / "calls" / "truth").glob("*.json")):
        yield truth_call(path)


def dialogues(count: int, seed: int = 1) -> Iterator[Call]:
    """Calls of 1,200 characters, each of a few written dialogues; the same seed, the same calls."""
    number = seed * 1_000_000
    for at in range(count):
        turns: list[Turn] = []
        clock, characters = 0.5, 0
        while characters < CHARACTERS:
            for line in dialogue(number).lines:
                turn = _turn(SPEAKERS.get(line.speaker, Speaker.OTHER), clock, line.text)
                turns.append(turn)
                clock, characters = turn.end + PAUSE, characters + len(line.text)
            number += 1
        yield _call(f"{seed}-{at:06}", tuple(turns), agent=str(8001 + at % 40))


def _turn(speaker: Speaker, start: float, text: str) -> Turn:
    times = [start + SECONDS_A_CHARACTER * i for i in range(len(text) + 1)]
    words = tuple(Word(character, times[i], times[i + 1], 0.95) for i, character in enumerate(text))
    return Turn(speaker, start, times[-1], words, int(speaker == Speaker.CUSTOMER), 1.0, -20.0)


def _call(name: str, turns: tuple[Turn, ...], agent: str) -> Call:
    people = (Speaker.AGENT, Speaker.CUSTOMER)
    speech = {
        who: tuple(Interval(turn.start, turn.end) for turn in turns if turn.speaker == who)
        for who in people
    }
    about = CallRecord(direction="in", agent=agent, started="2026-11-01T09:00:00")
    return Call(id=name, duration=turns[-1].end + 1, turns=turns, speech=speech, about=about)


def keep(calls: Iterable[Call], home: Path, scored: bool = True) -> int:
    """Store calls, with their draft cards by the working copy or without; how many."""
    home.mkdir(parents=True, exist_ok=True)
    rulesets, settings, count = read_working_copy(home).rulesets, Settings().scoring, 0
    with Store(home) as store:
        for call in calls:
            recording = Recording(
                content=sha256(call.id.encode()).hexdigest(),
                name=f"/calls/{call.id}.wav",
                sources=(f"/calls/{call.id}.wav",),
                about=call.about,
            )
            transcript = Transcript(as_stored(call))
            view = transcript.call(recording, call.id)
            ruleset = choose(view, rulesets) if scored else None
            cards = ((draft(view, ruleset, settings), ruleset),) if ruleset else ()
            store.keep(
                Entry(
                    recording=recording,
                    fingerprint="truth",
                    transcript=transcript,
                    newly_heard=True,
                    outcome=Outcome.SPEECH,
                    cards=cards,
                )
            )
            count += 1
    return count
