"""The bundled recogniser on committed samples: real sound through the real road."""

import json
from collections import Counter
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.distance import Levenshtein

from pipeline import __version__
from pipeline.call import Call
from pipeline.configuration.resources import folder
from pipeline.settings import Settings, Speech
from pipeline.speech.listen import hear
from pipeline.speech.model_folder import find_model
from pipeline.speech.recognizer import open_recognizer
from pipeline.speech.sources import sources
from pipeline.text.normal import normal

pytestmark = pytest.mark.recogniser

CALLS = folder("sample_audio") / "calls"
SAMPLES = ("01-good-inbound", "24-good-mono-mix", "27-swapped-channels", "28-music-before-agent")
SETTINGS = Settings(speech=Speech(threads=2))


@cache
def calls() -> dict[str, Call]:
    files = [next(p for p in CALLS.glob(f"{name}.*") if p.suffix != ".json") for name in SAMPLES]
    found = sources(files, SETTINGS.audio)
    heard = hear(found, open_recognizer(SETTINGS.speech), SETTINGS)
    return {Path(one.source.paths[0]).stem: one.call for one in heard if one.call}


def truth(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((CALLS / "truth" / f"{name}.json").read_text("utf-8"))
    return told


def speaker_of(call: Call, turn: dict[str, Any]) -> str:
    """Who is heard for most of the turn's time."""
    shares: Counter[str] = Counter()
    for speaker, voice in (call.speech or {}).items():
        for heard in voice:
            for start, end in turn["voice"]:
                shares[speaker] += max(0.0, min(heard.end, end) - max(heard.start, start))  # type: ignore[assignment]
    return max(shares, key=lambda speaker: shares[speaker])


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_said_is_recognised(name: str) -> None:
    said = normal("".join(turn["text"] for turn in truth(name)["turns"])).text
    heard = normal("".join(turn.text for turn in calls()[name].turns)).text
    assert Levenshtein.distance(said, heard) <= 0.15 * len(said)


@pytest.mark.parametrize("name", ["01-good-inbound", "24-good-mono-mix", "28-music-before-agent"])
def test_nine_turns_of_ten_have_the_right_speaker(name: str) -> None:
    turns = truth(name)["turns"]
    right = sum(speaker_of(calls()[name], turn) == turn["speaker"] for turn in turns)
    assert right >= 0.9 * len(turns)


def test_turns_begin_when_they_begin() -> None:
    told = truth("01-good-inbound")["turns"]
    begun = [turn.start for turn in calls()["01-good-inbound"].turns]
    answers = [b for a, b in pairwise(told) if a["speaker"] != b["speaker"]]
    answers = [turn for turn in answers if turn["end"] - turn["start"] > 0.5]
    assert all(min(abs(start - turn["start"]) for start in begun) < 0.2 for turn in answers)


def test_swapped_channels_are_suspected_and_kept_as_they_were_set() -> None:
    call = calls()["27-swapped-channels"]
    assert "speech.swap-suspected" in [remark.key for remark in call.remarks]
    assert {turn.role_confidence < 0.5 for turn in call.turns} == {True}


def test_the_samples_are_what_the_demonstration_understands() -> None:
    for call in calls().values():
        assert "speech.demo-model" not in [remark.key for remark in call.remarks]
        assert sum(interval.seconds for interval in call.untrusted) < 0.1 * call.duration


def test_a_call_names_the_code_and_the_model_by_its_bytes() -> None:
    digest = find_model(SETTINGS.speech.model).digest
    for call in calls().values():
        assert f"zhiyin {__version__}" in call.engine
        assert f"demo-zh {digest}" in call.engine
        assert f"faster-whisper {version('faster-whisper')}" in call.engine


def test_the_same_recording_is_heard_alike_twice_whatever_is_heard_beside_it() -> None:
    file = CALLS / "01-good-inbound.wav"
    alone = hear(sources([file], SETTINGS.audio), open_recognizer(SETTINGS.speech), SETTINGS)
    assert next(iter(alone)).call == calls()["01-good-inbound"]
