"""Decoding: every format to 16 kHz channels, at the right times, with nothing lost in silence."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech import children
from pipeline.speech.audio import decode
from tests.speech.sounds import convert, empty_wave, noise, placed, spoken, tone, write

SETTINGS = Audio()
GREETING = "您好，请问有什么可以帮您"


def keys(sound) -> list[str]:
    return [remark.key for remark in sound.remarks]


def refused(path, settings=SETTINGS) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(path, settings)
    return caught.value


def delay(heard, said) -> float:
    """Milliseconds by which one 16 kHz signal lags behind another."""
    n = min(len(heard), len(said))
    size = 1 << (2 * n - 1).bit_length()
    spectra = [np.fft.rfft(x[:n].astype(float), size) for x in (said, heard)]
    lag = int(np.argmax(np.fft.irfft(np.conj(spectra[0]) * spectra[1])))
    return (lag - size if lag > size // 2 else lag) / 16


@pytest.fixture(scope="module")
def call(tmp_path_factory) -> Path:
    """Five seconds of a call at 8 kHz, 16 bits."""
    folder = tmp_path_factory.mktemp("call")
    return write(folder / "call.wav", placed(5, (0.7, spoken(GREETING)), background=-60))


@pytest.mark.parametrize("coding", ["PCM_16", "PCM_24", "PCM_U8", "ULAW", "ALAW", "FLOAT"])
def test_a_wave_of_any_sample_format_comes_out_whole_and_in_time(tmp_path, coding):
    said = placed(3, (0.5, spoken(GREETING)))
    with decode(write(tmp_path / "a.wav", said, coding=coding), SETTINGS) as sound:
        assert sound.duration == 3.0
        assert len(sound.channels[0]) == 48_000
        assert sound.channels[0].dtype == np.int16
        assert abs(delay(sound.channels[0][::2], said)) < 1


@pytest.mark.parametrize(
    ("name", "options", "late"),
    [
        ("a.mp3", ("-b:a", "16k"), 1),
        ("a.flac", (), 1),
        ("a.ogg", ("-c:a", "libvorbis"), 1),
        ("a.opus", ("-c:a", "libopus"), 1),
        ("a.m4a", ("-c:a", "aac"), 1),
        ("a.aiff", (), 1),
        ("a.au", (), 1),
        ("a.caf", ("-c:a", "pcm_s16be"), 1),
        ("a.mkv", ("-c:a", "pcm_s16le"), 1),
        ("a.w64", (), 1),
        ("gsm.wav", ("-c:a", "gsm_ms"), 1),
        ("adpcm.wav", ("-c:a", "adpcm_ms"), 1),
        ("ima.wav", ("-c:a", "adpcm_ima_wav"), 1),
        ("g722.wav", ("-c:a", "g722", "-ar", "16000"), 2),
        ("44100.wav", ("-ar", "44100"), 1),
        ("11025.wav", ("-ar", "11025"), 1),
        ("rf64.wav", ("-rf64", "always"), 1),
        # These containers do not say how much silence the encoder put in front.
        ("a.webm", ("-c:a", "libopus"), 7),
        ("a.wma", ("-ar", "16000"), 33),
        ("a.spx", ("-c:a", "libspeex"), 11),
    ],
)
def test_every_format_comes_out_whole_and_in_time(call, tmp_path, name, options, late):
    with decode(call, SETTINGS) as original:
        said = np.array(original.channels[0])
    with decode(convert(call, tmp_path / name, *options), SETTINGS) as sound:
        assert sound.duration == pytest.approx(5.0, abs=0.13)
        assert abs(delay(sound.channels[0], said)) <= late
        assert "audio.partial" not in keys(sound)


def test_the_content_counts_and_not_the_name(call, tmp_path):
    mp3 = convert(call, tmp_path / "a.mp3")
    with decode(mp3.rename(tmp_path / "really.wav"), SETTINGS) as sound:
        assert sound.format.startswith("MP3")


def test_telephone_speech_is_resampled_cleanly(tmp_path):
    for hertz in (300, 1000, 3000, 3400):
        path = write(tmp_path / f"{hertz}.wav", tone(hertz, 4), coding="FLOAT")
        with decode(path, SETTINGS) as sound:
            heard = sound.channels[0][1600:-1600] / 32768
        wanted = tone(hertz, 4, rate=16_000)[1600:-1600]
        error = np.sqrt(np.mean((heard - wanted) ** 2)) / np.sqrt(np.mean(wanted**2))
        assert 20 * np.log10(error) < -75, hertz


def test_loud_floats_are_clipped_and_not_turned_over(tmp_path):
    path = tmp_path / "loud.wav"
    write(path, tone(300, 1, level=0.9), coding="FLOAT")
    soundfile.write(path, tone(300, 1, level=3.0), 8000, subtype="FLOAT")
    with decode(path, SETTINGS) as sound:
        assert int(np.abs(np.diff(sound.channels[0].astype(int))).max()) < 20_000


def test_a_cut_off_mp3_gives_what_is_there(call, tmp_path):
    long = write(tmp_path / "long.wav", np.tile(placed(5, (0.7, spoken(GREETING))), 4))
    mp3 = convert(long, tmp_path / "a.mp3", "-b:a", "16k")
    mp3.write_bytes(mp3.read_bytes()[: mp3.stat().st_size // 2])
    with decode(mp3, SETTINGS) as sound:
        assert 9 < sound.duration < 11


def test_broken_packets_in_the_middle_cost_themselves_and_not_the_rest(call, tmp_path):
    long = write(tmp_path / "long.wav", np.tile(placed(5, (0.7, spoken(GREETING))), 6))
    mp3 = convert(long, tmp_path / "a.mp3", "-b:a", "32k", "-ar", "16000")
    data = bytearray(mp3.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 700] = os.urandom(700)
    mp3.write_bytes(data)
    with decode(mp3, SETTINGS) as sound:
        assert sound.duration > 29


def test_what_cannot_be_decoded_of_a_recording_is_said(tmp_path):
    flac = write(tmp_path / "a.flac", noise(30, -20), rate=8000)
    data = bytearray(flac.read_bytes())
    for at in range(len(data) // 3, len(data) - 4096, 97):
        data[at] ^= 0x55  # frames are there and announce their times, but their content is broken
    flac.write_bytes(data)
    with decode(flac, SETTINGS) as sound:
        (partial,) = (r for r in sound.remarks if r.key == "audio.partial")
        assert partial.values["expected"] == pytest.approx(30, abs=2)
        assert partial.values["seconds"] == pytest.approx(20, abs=2)


def test_a_header_that_lies_makes_nothing_partial(tmp_path):
    wave = write(tmp_path / "a.wav", tone(300, 2))
    data = bytearray(wave.read_bytes())
    data[40:44] = (0x7FFFFFFF).to_bytes(4, "little")
    wave.write_bytes(data)
    with decode(wave, SETTINGS) as sound:
        assert sound.duration == 2.0
        assert "audio.partial" not in keys(sound)


@pytest.mark.parametrize("announced", [0, 0xFFFFFFFF, 4000])
def test_a_recorder_that_never_wrote_the_length_loses_nothing(tmp_path, announced):
    wave = write(tmp_path / "a.wav", noise(20, -30))
    data = bytearray(wave.read_bytes())
    data[40:44] = announced.to_bytes(4, "little")
    wave.write_bytes(data)
    with decode(wave, SETTINGS) as sound:
        assert sound.duration == pytest.approx(20.0, abs=0.01)


def test_channels_stay_apart_and_in_order(tmp_path):
    path = write(tmp_path / "a.wav", tone(400, 2), tone(1200, 2))
    with decode(path, SETTINGS) as sound:
        assert len(sound.channels) == 2
        assert [peak_hertz(channel) for channel in sound.channels] == [400, 1200]
        assert not sound.remarks


def peak_hertz(channel) -> int:
    spectrum = np.abs(np.fft.rfft(channel))
    return round(int(np.argmax(spectrum)) * 16_000 / len(channel))


def test_two_identical_channels_are_one(tmp_path):
    with decode(write(tmp_path / "a.wav", tone(400, 2), tone(400, 2)), SETTINGS) as sound:
        assert len(sound.channels) == 1
        assert keys(sound) == ["audio.identical-channels", "audio.mono"]


def test_identical_channels_stay_one_through_a_lossy_codec(call, tmp_path):
    stereo = convert(call, tmp_path / "a.mp3", "-ac", "2", "-b:a", "32k")
    with decode(stereo, SETTINGS) as sound:
        assert len(sound.channels) == 1


def test_channels_that_differ_in_a_few_quiet_words_are_two(tmp_path):
    """What must not happen: a soft customer thrown away because the agent leaks into both."""
    agent = placed(30, (1.0, spoken(GREETING)))
    customer = agent + placed(30, (20.0, spoken("嗯", decibels=-60)))
    with decode(write(tmp_path / "a.wav", agent, customer), SETTINGS) as sound:
        assert len(sound.channels) == 2


def test_a_silent_channel_is_said_so(tmp_path):
    path = write(tmp_path / "a.wav", tone(400, 2), np.zeros(16_000))
    with decode(path, SETTINGS) as sound:
        assert len(sound.channels) == 2
        assert [(r.key, r.values["channel"]) for r in sound.remarks] == [
            ("audio.silent-channel", 2)
        ]


def test_a_silent_recording_is_no_refusal_but_said_so(tmp_path):
    with decode(write(tmp_path / "a.wav", np.zeros(16_000), np.zeros(16_000)), SETTINGS) as sound:
        assert "audio.silent" in keys(sound)


@pytest.mark.parametrize("count", [3, 4, 16])
def test_of_many_channels_the_two_loudest_are_kept_in_their_order(tmp_path, count):
    waves = [noise(2, -70, seed=n) for n in range(count)]
    waves[1], waves[-1] = tone(700, 2), tone(300, 2)
    with decode(write(tmp_path / "a.wav", *waves), SETTINGS) as sound:
        assert [peak_hertz(channel) for channel in sound.channels] == [700, 300]
        (remark,) = sound.remarks
        assert remark.values == {"channels": count, "kept": f"2、{count}"}


def test_a_change_of_channels_and_rate_inside_the_file_is_followed(tmp_path):
    one = write(tmp_path / "1.wav", tone(400, 2))
    two = write(tmp_path / "2.wav", tone(400, 3), tone(1000, 3))
    first = convert(one, tmp_path / "1.ogg", "-c:a", "libvorbis")
    second = convert(two, tmp_path / "2.ogg", "-c:a", "libvorbis", "-ar", "16000")
    chained = tmp_path / "chained.ogg"
    chained.write_bytes(first.read_bytes() + second.read_bytes())
    with decode(chained, SETTINGS) as sound:
        assert sound.duration == pytest.approx(5.0, abs=0.1)
        assert "audio.channels-change" in keys(sound)
        assert peak_hertz(sound.channels[1][40_000:72_000]) == 1000


def test_a_pair_of_one_sided_files_is_one_recording(tmp_path):
    agent = write(tmp_path / "x_agent.wav", tone(400, 2))
    customer = write(tmp_path / "x_customer.wav", tone(1200, 2.5))
    with decode([agent, customer], SETTINGS) as sound:
        assert [len(channel) for channel in sound.channels] == [40_000, 40_000]
        assert not np.any(sound.channels[0][32_100:])
        assert keys(sound) == []


def test_a_pair_leaves_no_file_open_whether_it_is_taken_or_refused(tmp_path):
    agent = write(tmp_path / "x_agent.wav", tone(400, 2))
    broken = tmp_path / "x_customer.wav"
    broken.write_text("no sound")
    stereo = write(tmp_path / "y_customer.wav", tone(400, 2), tone(600, 2))
    with decode([agent, stereo], SETTINGS):
        pass  # starts the child
    before = len(list(Path("/proc/self/fd").iterdir()))
    with decode([agent, stereo], SETTINGS):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    refused([agent, broken])
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_pair_of_very_different_lengths_is_said_so(tmp_path):
    agent = write(tmp_path / "x_agent.wav", tone(400, 2))
    customer = write(tmp_path / "x_customer.wav", np.zeros(40_000))
    with decode([agent, customer], SETTINGS) as sound:
        assert keys(sound) == ["audio.pair-lengths", "audio.silent-channel"]


def test_headerless_files_are_read_only_where_the_settings_say_what_they_are(call, tmp_path):
    raw = convert(call, tmp_path / "call.alaw", "-f", "alaw")
    assert refused(raw).reason.key == "audio.unsupported-raw"
    settings = Audio(raw=(".alaw=alaw/8000", ".g722=g722"))
    with decode(raw, settings) as sound:
        assert sound.duration == pytest.approx(5.0)
    g722 = convert(call, tmp_path / "call.g722", "-ar", "16000")
    with decode(g722, settings) as sound:
        assert sound.duration == pytest.approx(5.0, abs=0.01)


def test_a_wrong_raw_setting_is_refused_with_the_codings(call, tmp_path):
    raw = convert(call, tmp_path / "call.alaw", "-f", "alaw")
    refusal = refused(raw, Audio(raw=(".alaw=opus",)))
    assert refusal.reason.key == "audio.raw-setting"
    assert "alaw" in str(refusal.reason.values["allowed"])


def test_ten_hours_are_refused_within_seconds(tmp_path):
    start = time.monotonic()
    wave = refused(empty_wave(tmp_path / "10h.wav", 10))
    assert (wave.reason.key, wave.reason.values) == ("audio.too-long", {"hours": 4.0})
    assert time.monotonic() - start < 5


def test_hours_of_silent_flac_are_refused_within_seconds(tmp_path):
    """Two megabytes on disk, 173 of samples: a small file may be a long recording."""
    path = tmp_path / "3h.flac"
    with soundfile.SoundFile(path, "w", 8000, 1, "PCM_16", format="FLAC") as file:
        hour = np.zeros(8000 * 3600, np.int16)
        for _ in range(3):
            file.write(hour)
    start = time.monotonic()
    assert refused(path, Audio(max_hours=1.2)).reason.key == "audio.too-long"
    assert time.monotonic() - start < 5


def test_a_long_stereo_recording_takes_little_memory(tmp_path):
    """Less than its samples (69 MB) more than starting takes, in processes of its own."""
    path = empty_wave(tmp_path / "long.wav", 0.3, channels=2)
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from pipeline.settings import Audio\nfrom pipeline.speech import audio, children\n"
        "sound = audio.decode(Path(sys.argv[1]), Audio())\n"
        "assert sound.duration == 1080, sound.duration\n"
        "for pid in (os.getpid(), children._idle[0].process.pid):\n"
        "    status = Path(f'/proc/{pid}/status').read_text()\n"
        "    print(int(status.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    parent, child = map(int, result.stdout.split())
    assert parent < 80
    assert child < 110


def test_a_recording_that_grows_too_long_while_it_is_decoded_is_refused(tmp_path):
    settings = Audio(max_hours=10 / 3600)
    assert (
        refused(write(tmp_path / "a.wav", tone(300, 12)), settings).reason.key == "audio.too-long"
    )
    with decode(write(tmp_path / "b.wav", tone(300, 9)), settings) as sound:
        assert sound.duration == 9


def test_the_child_has_limits_and_writes_no_core(tmp_path):
    with decode(write(tmp_path / "a.wav", tone(300, 1)), Audio(memory_megabytes=700)):
        child = children._idle[-1]
    limits = Path(f"/proc/{child.process.pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max address space"][0] == str(700 * 1024 * 1024)
    assert rows["Max core file size"][0] == "0"
    assert int(rows["Max cpu time"][0]) < 200
    assert int(rows["Max file size"][0]) < 600 * 1024 * 1024


def test_a_child_is_used_again_and_replaced_when_it_is_gone(tmp_path):
    path = write(tmp_path / "a.wav", tone(300, 1))
    decode(path, SETTINGS).close()
    first = children._idle[-1].process.pid
    decode(path, SETTINGS).close()
    assert children._idle[-1].process.pid == first
    os.kill(first, 9)
    decode(path, SETTINGS).close()
    assert children._idle[-1].process.pid != first


def test_a_child_without_enough_memory_is_a_refusal_in_words(tmp_path):
    path = write(tmp_path / "a.wav", tone(300, 1))
    refusal = refused(path, Audio(memory_megabytes=40))
    assert refusal.reason.key in ("audio.broke-decoder", "audio.too-much-memory")
    assert refusal.file == str(path)


def test_a_child_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    decode(write(tmp_path / "a.wav", tone(300, 1)), SETTINGS).close()
    child = children._idle[-1]
    os.kill(child.process.pid, 19)  # SIGSTOP: it will not answer
    refusal = refused(write(tmp_path / "b.wav", tone(300, 1)), Audio(seconds=0.3))
    assert refusal.reason.key == "audio.too-slow"
    assert child.process.poll() is not None


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with decode(write(tmp_path / "a.wav", tone(300, 5), tone(500, 5)), SETTINGS) as sound:
        assert len(sound.channels[0])
        assert list((tmp_path / "temporary").iterdir()) == []


def test_samples_stay_readable_after_their_memory_is_given_back(tmp_path):
    from pipeline.speech.mapping import forget

    with decode(write(tmp_path / "a.wav", tone(300, 5)), SETTINGS) as sound:
        before = np.array(sound.channels[0])
        forget(sound.channels[0])
        assert np.array_equal(sound.channels[0], before)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("none.wav", b"", "audio.empty-file"),
        ("header.wav", None, "audio.no-audio"),
        ("a.wav", b"RIFF\x04\x00\x00\x00WAVE", "audio.damaged"),
        (
            "a.mp3",
            b"version https://git-lfs.github.com/spec/v1\noid",
            "audio.unsupported-lfs-pointer",
        ),
        ("a.wav", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "audio.unsupported-capture"),
        ("a.wav", "这是一段文字，不是录音。\n".encode(), "audio.unsupported-text"),
        ("a.wav", "这是一段文字，不是录音。\n".encode("gb18030"), "audio.unsupported-text"),
        ("a.zip", b"PK\x03\x04aaaa", "audio.unsupported-archive"),
        ("a.pcm", bytes(range(256)) * 9, "audio.unsupported-raw"),
        ("a.silk", b"#!SILK_V3\x12", "audio.unsupported-codec"),
    ],
)
def test_what_is_no_recording_is_refused_by_its_name(tmp_path, name, content, key):
    path = tmp_path / name
    if content is None:
        write(path, np.zeros(0))
    else:
        path.write_bytes(content)
    assert refused(path).reason.key == key


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    assert refused(tmp_path / "none.wav").reason.key == "audio.not-found"


def test_a_child_goes_when_its_parent_is_killed(tmp_path):
    path = write(tmp_path / "a.wav", tone(300, 1))
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from pipeline.settings import Audio\nfrom pipeline.speech import audio, children\n"
        "audio.decode(Path(sys.argv[1]), Audio())\n"
        "print(children._idle[0].process.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = Path("/proc") / parent.stdout.readline().strip()
    assert child.is_dir()
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 10
    while child.is_dir() and time.monotonic() < end:
        time.sleep(0.05)
    assert not child.is_dir() or "Z (zombie)" in (child / "status").read_text()
