"""The stand-in for the recogniser: what other tests of the night rest on."""

import pickle
from pathlib import Path

import pytest

from pipeline.call import Interval, Speaker
from pipeline.settings import Settings, Speech
from pipeline.speech.audio import decode
from pipeline.speech.listen import hear
from pipeline.speech.loads import Load, loads
from pipeline.speech.sources import sources
from tests.night import stand_in
from tests.night.recordings import record, write
from tests.night.stand_in import StandIn, Way, way_of

SETTINGS = Settings()


def said(folder: Path) -> list[tuple[str, ...]]:
    recognizer = pickle.loads(pickle.dumps(StandIn()))()(Speech())
    calls = [heard.call for heard in hear(sources([folder], SETTINGS.audio), recognizer, SETTINGS)]
    for call in calls:
        assert call and {turn.speaker for turn in call.turns} == {Speaker.AGENT, Speaker.CUSTOMER}
        assert not call.untrusted
    return [tuple(turn.text for turn in call.turns) for call in calls if call]


def load_of(path: Path) -> Load:
    with decode(path, SETTINGS.audio) as sound:
        whole = [Interval(0.0, sound.duration)]
        return loads(sound.channels, [whole, whole], limit_seconds=30)[0]


def test_voices_are_heard_and_the_same_sound_says_the_same(tmp_path: Path) -> None:
    record(tmp_path, 6)
    first = said(tmp_path)
    assert first == said(tmp_path)
    assert len(set(first)) == 6


@pytest.mark.parametrize("way", Way)
def test_a_marked_recording_names_how_its_worker_dies(tmp_path: Path, way: Way) -> None:
    assert way_of(load_of(write(tmp_path / "poisoned.wav", 1, way))) is way


def test_an_ordinary_recording_must_not_end_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "die", lambda *_: pytest.fail("died"))
    assert all(way_of(load_of(path)) is None for path in record(tmp_path, 20))
    assert len(said(tmp_path)) == 20
