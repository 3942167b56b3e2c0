"""A prepared recording reaches another process whole, and its samples are not copied."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.settings import Settings
from pipeline.speech.features import LogMel
from pipeline.speech.handing import packed, unpacked
from pipeline.speech.mapping import descriptor_of
from pipeline.speech.preparing import Prepared, prepare
from pipeline.speech.sources import Source

CALLS = Path(__file__).parents[2] / "sample_audio" / "calls"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    source = Source("01-good-inbound", (CALLS / "01-good-inbound.wav",))
    return prepare(source, Settings(), 8.5)


def handed(prepared: Prepared) -> Prepared:
    text, descriptors = packed(prepared)
    return unpacked(text, [os.dup(one) for one in descriptors])


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_everything_arrives(prepared: Prepared) -> None:
    arrived = handed(prepared)
    assert (arrived.source, arrived.voices, arrived.tones) == (
        prepared.source,
        prepared.voices,
        prepared.tones,
    )
    assert [load.windows for load in arrived.loads] == [load.windows for load in prepared.loads]
    for ours, theirs in zip(prepared.loads, arrived.loads, strict=True):
        assert np.array_equal(ours.audio(), theirs.audio())


def test_samples_must_not_travel_in_the_message(prepared: Prepared) -> None:
    text, descriptors = packed(prepared)
    assert len(descriptors) == 2
    assert len(text) < 20_000 < prepared.sound.channels[0].nbytes


def test_all_windows_of_a_channel_share_its_one_mapping(prepared: Prepared) -> None:
    arrived = handed(prepared)
    channels = {id(channel) for channel in arrived.sound.channels}
    assert {id(w.sound) for load in arrived.loads for w in load.windows} == channels


def test_what_is_let_go_of_must_not_stay_open(prepared: Prepared) -> None:
    before = open_files()
    for _ in range(5):
        handed(prepared)
    assert open_files() == before


def test_spectrograms_made_beforehand_travel_as_a_file_and_are_the_same_numbers() -> None:
    source = Source("05", (CALLS / "05-no-offer-no-farewell.wav",))
    log_mel = LogMel(np.random.default_rng(1).random((80, 201), np.float32), 850)
    plain, made = prepare(source, Settings(), 8.5), prepare(source, Settings(), 8.5, log_mel)
    text, descriptors = packed(made)
    assert len(descriptors) == 3 and len(text) < 20_000
    arrived = unpacked(text, [os.dup(one) for one in descriptors])
    assert [load.mel for load in plain.spectral_loads] == [None] * len(plain.loads)
    for load, arriving in zip(plain.loads, arrived.spectral_loads, strict=True):
        assert np.array_equal(log_mel([load.audio()])[0], arriving.mel)


def test_an_array_of_other_kind_travels_by_its_values() -> None:
    sound = np.arange(100, dtype=np.int16)
    assert descriptor_of(sound) is None
    text, descriptors = packed([sound])
    assert descriptors == []
    assert np.array_equal(unpacked(text, [])[0], sound)


def test_a_child_must_not_outlive_the_process_that_started_it() -> None:
    child = (
        "import os, time\n"
        "from pipeline.speech.lifeline import die_with\n"
        "die_with(os.getppid())\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    number = int(started.stdout.readline())
    started.kill()
    started.wait()
    started.stdout.close()
    until = time.monotonic() + 5
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{number}").exists()
