"""When somebody speaks: found to a few hundredths of a second, and only people."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from pipeline.settings import Activity, Audio
from pipeline.speech import activity
from pipeline.speech.activity import stretches, voice
from pipeline.speech.audio import decode
from pipeline.speech.loudness import loud_stretches
from tests.real import real_input
from tests.speech.sounds import noise, placed, spoken, tone, write

SETTINGS = Activity()
LINES = (
    "您好，请问有什么可以帮您",
    "我想查一下我的话费",
    "好的，请稍等",
    "这个月为什么扣了三十八块钱",
)


def heard(tmp_path, *channels):
    """Intervals of voice of every channel, by way of an A-law file."""
    path = write(tmp_path / "a.wav", *channels, coding="ALAW")
    with decode(path, Audio()) as sound:
        return [voice(channel, SETTINGS) for channel in sound.channels]


@pytest.mark.parametrize("background", [None, -65, -50])
def test_turns_are_found_where_they_are_and_to_a_few_hundredths(tmp_path, background):
    starts = (0.8, 7.1, 12.3, 16.4)
    said = [(at, spoken(text)) for at, text in zip(starts, LINES, strict=True)]
    (found,) = heard(tmp_path, placed(22, *said, background=background))
    begins, ends = [], []
    for at, wave in said:
        over = [i for i in found if i.end > at and i.start < at + len(wave) / 8000]
        assert over, f"nothing heard at {at}"
        begins.append(abs(over[0].start - at))
        ends.append(abs(over[-1].end - at - len(wave) / 8000))
    assert np.mean(begins) < 0.05
    assert np.mean(ends) < 0.08
    assert sum(i.seconds for i in found) < sum(len(wave) / 8000 for _, wave in said) + 0.5


def test_replies_and_silences_between_two_channels_are_measured_well(tmp_path):
    gaps = (0.4, 0.7, 1.2, 2.5, 6.0, 0.9)
    channels, at = ([], []), 0.6
    edges = []
    for number, gap in enumerate(gaps):
        wave = spoken(LINES[number % 4], "cmn+f2" if number % 2 else "cmn")
        channels[number % 2].append((at, wave))
        edges.append((at, at + len(wave) / 8000))
        at += len(wave) / 8000 + gap
    sides = heard(tmp_path, *(placed(at, *side, background=-60) for side in channels))
    turns = [
        [i for i in sides[n % 2] if i.end > start and i.start < end]
        for n, (start, end) in enumerate(edges)
    ]
    assert all(turns)
    measured = [b[0].start - a[-1].end for a, b in pairwise(turns)]
    assert np.mean(np.abs(np.array(measured) - gaps[:-1])) < 0.10


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(80_000),
        np.full(80_000, 8 / 32768),
        tone(1000, 10),
        tone(450, 10),
        np.tile(np.concatenate((tone(450, 1, 0.15), np.zeros(32_000))), 2),
        np.tile(np.concatenate((tone(450, 0.35), np.zeros(2_800))), 14),
        np.tile(np.concatenate((tone(697, 0.2) / 2 + tone(1209, 0.2) / 2, np.zeros(2_400))), 20),
        noise(10, -60),
        noise(10, -30),
        np.where(np.arange(80_000) % 16_000 < 3_200, noise(10, -25), 0),
    ],
    ids=("silence", "idle", "tone", "dial", "ringing", "busy", "keys", "hiss", "noise", "bursts"),
)
def test_what_is_not_a_voice_is_not_heard_as_one(tmp_path, sound):
    assert heard(tmp_path, sound) == [()]


def test_a_voice_over_noise_does_not_turn_the_noise_into_voice(tmp_path):
    (found,) = heard(tmp_path, placed(20, (9.0, spoken(LINES[0])), background=-38))
    assert 3.0 < sum(i.seconds for i in found) < 6.0
    assert all(i.start > 8.5 and i.end < 15 for i in found)


def test_a_tune_that_runs_into_speech_is_not_all_speech(tmp_path):
    tune = np.tile(tone(300, 0.5) + tone(450, 0.5), 24) / 2
    (found,) = heard(tmp_path, placed(20, (0.0, tune), (12.0, spoken(LINES[0]))))
    assert found
    assert found[0].start > 8


def test_a_pause_inside_a_turn_shorter_than_the_setting_does_not_part_it(tmp_path):
    wave = spoken("好的")
    at = 1.0 + len(wave) / 8000
    (found,) = heard(tmp_path, placed(4, (1.0, wave), (at + 0.1, wave)))
    assert len(found) == 1
    (found,) = heard(tmp_path, placed(5, (1.0, wave), (at + 0.8, wave)))
    assert len(found) == 2


def test_blocks_leave_no_seam(tmp_path, monkeypatch):
    said = [(at, spoken(LINES[n % 4])) for n, at in enumerate(np.arange(1, 60, 4.5))]
    path = write(tmp_path / "a.wav", placed(64, *said, background=-60))
    with decode(path, Audio()) as sound:
        whole = activity.voice_probabilities(sound.channels[0])
        monkeypatch.setattr(activity, "BLOCK_FRAMES", 7)
        parts = activity.voice_probabilities(sound.channels[0])
    assert len(whole) == len(parts) == 2000
    assert np.abs(whole - parts).max() < 1e-4


def test_intervals_are_in_order_apart_and_inside_the_recording(tmp_path):
    said = [(at, spoken(LINES[n % 4])) for n, at in enumerate(np.arange(0, 30, 2.2))]
    (found,) = heard(tmp_path, placed(31, *said))
    edges = [edge for interval in found for edge in (interval.start, interval.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= 31


def test_stretches_begin_and_end_by_the_two_thresholds():
    quiet, loud, between = [0.1] * 10, [0.9] * 5, [0.4] * 3
    found = stretches(np.array(quiet + loud + between + loud + quiet), SETTINGS)
    assert [(round(i.start / 0.032), round(i.end / 0.032)) for i in found] == [(10, 23)]
    assert stretches(np.array(between * 9), SETTINGS) == []
    assert stretches(np.empty(0), SETTINGS) == []


def test_loud_stretches_stand_out_from_the_background_by_ten_milliseconds():
    channel = (np.concatenate((noise(1, -60), tone(300, 1), noise(1, -60))) * 32767).astype(
        np.int16
    )
    (found,) = loud_stretches(np.repeat(channel, 2))
    assert (found.start, found.end) == (pytest.approx(1, abs=0.011), pytest.approx(2, abs=0.011))
    assert loud_stretches(np.empty(0, np.int16)) == []


def energy(channel):
    """Voice by loudness alone: 30 ms frames of RMS over 400 (of 32,768), kept on for 90 ms."""
    frames = channel[: len(channel) // 480 * 480].astype(float).reshape(-1, 480)
    loud = np.sqrt((frames**2).mean(axis=1)) > 400
    on = loud.copy()
    for later in (1, 2, 3):
        on[later:] |= loud[:-later]
    return np.repeat(on, 480)


def shares(one, other):
    """Percent of the time: only the one, only the other, both, neither."""
    return [float(x.mean() * 100) for x in (one & ~other, other & ~one, one & other, ~one & ~other)]


def test_the_detector_must_not_report_to_anybody(tmp_path):
    """Its runtime's telemetry would leave a file with an identifier of its session."""
    code = "from pipeline.speech import activity; activity._session()"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.real_inputs
def test_shares_of_talk_in_a_real_call_agree_with_its_loudness():
    sides = [real_input(f"calls/Auto_Repairs_49_UTC_{side}.wav") for side in ("agent", "caller")]
    with decode(sides, Audio()) as sound:
        wanted = shares(*map(energy, sound.channels))
        length = len(sound.channels[0]) // 480 * 480
        masks = []
        for channel in sound.channels:
            mask = np.zeros(length, bool)
            for interval in voice(channel, SETTINGS):
                mask[round(interval.start * 16_000) : round(interval.end * 16_000)] = True
            masks.append(mask)
    assert shares(*masks) == pytest.approx(wanted, abs=4)
