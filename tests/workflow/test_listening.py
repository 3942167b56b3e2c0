"""What people listen to is made once of a recording's bytes, kept in bounds, and nobody else's."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.storage import Recording
from pipeline.workflow import listening
from pipeline.workflow.content import content_of
from pipeline.workflow.listening import Sound, Sounds, bound, forget_sounds
from tests.report.made import BAD, sound_of

LONG_ENOUGH = 20.0


def recording(path: Path) -> Recording:
    return Recording(
        content=content_of([path]), name=str(path), sources=(str(path),), about=CallRecord()
    )


@pytest.fixture
def heard(tmp_path: Path) -> Recording:
    return recording(sound_of(BAD, tmp_path / "a.wav"))


@pytest.fixture
def sounds(tmp_path: Path) -> Iterator[Sounds]:
    made = Sounds(tmp_path, Audio(), 1.0)
    yield made
    made.close()


def made(sounds: Sounds, heard: Recording) -> Sound:
    sound = sounds.sound(heard, LONG_ENOUGH)
    assert sound
    return sound


def test_a_sound_is_made_in_the_background_and_once(
    sounds: Sounds, heard: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, count = threading.Event(), []
    clip = listening.clip

    def slow(*given: object) -> object:
        count.append(given)
        go.wait(LONG_ENOUGH)
        return clip(*given)

    monkeypatch.setattr(listening, "clip", slow)
    assert sounds.sound(heard) is None
    assert sounds.sound(heard) is None
    go.set()
    sound = made(sounds, heard)
    assert sound.duration == pytest.approx(24)
    assert len(sound.peaks[0]) == listening.BINS
    assert sounds.sound(heard) == sound
    assert len(count) == 1


def test_what_lies_in_the_home_is_its_owners_alone(sounds: Sounds, heard: Recording) -> None:
    sound = made(sounds, heard)
    assert stat.S_IMODE(sound.audio.stat().st_mode) == 0o600
    assert stat.S_IMODE(sound.audio.parent.stat().st_mode) == 0o700
    assert all(file.name.startswith(heard.content) for file in sound.audio.parent.iterdir())


def test_a_recording_that_is_gone_is_refused_and_tried_anew(
    sounds: Sounds, heard: Recording
) -> None:
    path = Path(heard.sources[0])
    path.rename(path.with_suffix(".away"))
    for _ in range(2):
        with pytest.raises(Refusal, match=r"desk-call\.gone"):
            sounds.sound(heard, LONG_ENOUGH)
    path.with_suffix(".away").rename(path)
    assert made(sounds, heard)


def test_another_file_in_its_place_must_not_be_heard(sounds: Sounds, heard: Recording) -> None:
    path = Path(heard.sources[0])
    path.write_bytes(path.read_bytes() + b"\0\0")
    with pytest.raises(Refusal, match=r"desk-call\.other"):
        sounds.sound(heard, LONG_ENOUGH)
    assert not (path.parent / "sounds").exists()


@pytest.mark.parametrize("content", ["purged:7", "../../etc/passwd", ""])
def test_what_is_no_digest_never_becomes_a_path(
    sounds: Sounds, heard: Recording, content: str
) -> None:
    with pytest.raises(Refusal, match=r"desk-call\.gone"):
        sounds.sound(replace(heard, content=content), LONG_ENOUGH)


def test_a_recording_that_lies_elsewhere_is_brought(tmp_path: Path, heard: Recording) -> None:
    away = replace(heard, sources=("s3://calls/a.wav",))
    brought = []

    @contextmanager
    def fetch(one: Recording) -> Iterator[tuple[Path, ...]]:
        brought.append(one.sources)
        yield (Path(heard.sources[0]),)

    with_fetch = Sounds(tmp_path, Audio(), 1.0, fetch)
    assert made(with_fetch, away)
    assert brought == [("s3://calls/a.wav",)]
    with_fetch.close()
    without = Sounds(tmp_path / "other", Audio(), 1.0)
    with pytest.raises(Refusal, match=r"desk-call\.gone"):
        without.sound(away, LONG_ENOUGH)
    without.close()


def test_the_one_not_heard_for_longest_goes_first(tmp_path: Path) -> None:
    for number, name in enumerate(("old", "middle", "young")):
        (tmp_path / name).write_bytes(b"x" * 100)
        os.utime(tmp_path / name, (number, number))
    bound(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["middle", "young"]
    bound(tmp_path, 50, [tmp_path / "middle"])
    assert [path.name for path in tmp_path.iterdir()] == ["middle"]


def test_a_sound_larger_than_its_room_is_heard_all_the_same(
    tmp_path: Path, heard: Recording
) -> None:
    tiny = Sounds(tmp_path, Audio(), 1e-9)
    assert made(tiny, heard).audio.exists()
    tiny.close()


def test_purged_recordings_cannot_be_heard_any_more(
    tmp_path: Path, sounds: Sounds, heard: Recording
) -> None:
    other = recording(sound_of(replace(BAD, duration=25), tmp_path / "b.wav"))
    gone, stays = made(sounds, heard), made(sounds, other)
    forget_sounds(tmp_path, [heard, replace(heard, content="purged:3")])
    assert not gone.audio.exists()
    assert not gone.audio.with_suffix(".json").exists()
    assert stays.audio.exists()


def test_a_sitting_begins_once_for_each_person_and_card(
    sounds: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [sounds.sits_down("wang", "card 1") for _ in range(3)] == [True, False, False]
    assert sounds.sits_down("wang", "card 2")
    assert sounds.sits_down("li", "card 1")
    monkeypatch.setattr(listening, "SITTING_SECONDS", -1.0)
    assert sounds.sits_down("wang", "card 1")
