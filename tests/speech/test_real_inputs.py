"""Others' recordings, telephone codecs and broken files: each ends as sound or as a reason."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.refusal import Refusal
from pipeline.settings import Activity, Audio
from pipeline.speech.activity import voice
from pipeline.speech.audio import decode
from pipeline.wording import say, say_refusal
from tests.real import real_input, real_inputs

pytestmark = pytest.mark.real_inputs
SETTINGS = Audio()
TREE = Path(__file__).parents[2]
ROW = re.compile(r"\| (?P<name>[^|]+?) \| [^|]* \| [^|]* \| (?P<seconds>[\d.]+) \|")


@dataclass(frozen=True)
class Outcome:
    """What became of a file: sound of so many seconds with a peak, or a key of a reason."""

    seconds: float
    peak: int
    keys: tuple[str, ...]
    words: tuple[str, ...]
    took: float


def heard(path: Path) -> Outcome:
    start = time.monotonic()
    try:
        with decode(path, SETTINGS) as sound:
            took = time.monotonic() - start
            assert sound.duration == len(sound.channels[0]) / 16_000
            peak = max(int(np.abs(channel, dtype=np.int32).max()) for channel in sound.channels)
            words = tuple(say(r, lang) for r in sound.remarks for lang in ("zh", "en"))
            keys = tuple(remark.key for remark in sound.remarks)
            return Outcome(sound.duration, peak, keys, words, took)
    except Refusal as refusal:
        words = tuple(say_refusal(refusal, language) for language in ("zh", "en"))
        return Outcome(0.0, 0, (refusal.reason.key,), words, time.monotonic() - start)


@pytest.fixture(scope="module")
def outcomes() -> dict[Path, Outcome]:
    """Every file of the folder, decoded once."""
    found = sorted(path for path in real_inputs().rglob("*") if path.is_file())
    if not found:
        pytest.skip(f"no files in {real_inputs()}")
    return {path: heard(path) for path in found}


def test_every_file_ends_as_sound_or_as_a_reason_in_words(outcomes):
    """In time, and with words that people can read in both languages."""
    for path, outcome in outcomes.items():
        assert outcome.seconds or outcome.keys, path
        assert outcome.took < 30, path
        for words in outcome.words:
            said = words.removeprefix(f"{path}: ")
            assert not re.search(r"audio\.(?!raw|seconds|memory|max)", said), (path, words)
            assert not re.search(r"Error|Exception|Traceback|…$", words), (path, words)


DECODE_ALL = """
import resource, sys
from pathlib import Path
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech import children
from pipeline.speech.audio import decode
for path in Path(sys.argv[1]).rglob("*"):
    if path.is_file():
        try:
            decode(path, Audio()).close()
        except Refusal:
            pass
children.end_all()
status = Path("/proc/self/status").read_text()
most = int(status.partition("VmHWM:")[2].split()[0])  # ru_maxrss would count its parent's, too
print(most // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_no_file_takes_a_gigabyte(outcomes):
    """In a process of its own: this one remembers the most that any test took."""
    command = [sys.executable, "-c", DECODE_ALL, str(real_inputs())]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=TREE)
    assert len(outcomes) > 0
    assert max(map(int, told.stdout.split())) < 1024


def test_no_decoder_breaks_on_any_file(outcomes):
    """What must not happen: a child that dies, or an error of our own behind "it broke"."""
    broken = {"audio.broke-decoder", "audio.too-slow", "audio.too-much-memory"}
    assert [path for path, outcome in outcomes.items() if broken & set(outcome.keys)] == []


def known_lengths() -> dict[str, float]:
    """Seconds that ffmpeg decodes, from the list that comes with the files."""
    listed = real_input("MANIFEST.md").read_text("utf-8")
    return {row["name"]: float(row["seconds"]) for row in ROW.finditer(listed)}


def test_nothing_that_ffmpeg_decodes_is_lost(outcomes):
    """At least 98 % of what its command line gives; raw files without a header are refused."""
    lengths = known_lengths()
    raw = (".g722", ".ulaw", ".alaw", ".pcm")
    short = {
        path.name: (outcome.seconds, lengths[path.name])
        for path, outcome in outcomes.items()
        if lengths.get(path.name, 0.0) >= 0.1
        and path.suffix not in raw
        and outcome.seconds < 0.98 * lengths[path.name] - 0.03
    }
    assert short == {}


def test_a_call_with_one_bad_packet_is_heard_to_its_end():
    with decode(real_input("calls/2025-01-16__audiofile16.mp3"), SETTINGS) as sound:
        assert sound.duration >= 62


def test_there_is_no_voice_where_there_is_silence(outcomes):
    silent = [path for path, outcome in outcomes.items() if outcome.seconds and outcome.peak <= 30]
    assert len(silent) > 10
    for path in silent:
        assert "audio.silent" in outcomes[path].keys, path
        with decode(path, SETTINGS) as sound:
            assert all(voice(channel, Activity()) == () for channel in sound.channels), path


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("torture/lfs_pointer_callCenterRecording.mp3", "audio.unsupported-lfs-pointer"),
        ("torture/missing_wav_header.wav", "audio.unsupported-raw"),
        ("torture/mm_not-an-audio-file.txt", "audio.unsupported-text"),
        ("codecs/g711a.pcap", "audio.unsupported-capture"),
        ("codecs/123_1ulaw_shn.sph", "audio.unsupported-codec"),
        ("torture/tinytag_empty_file.wav", "audio.empty-file"),
        ("torture/pydub_test1_empty.wav", "audio.no-audio"),
        ("torture/claxon_a7f07b1dee.flac", "audio.no-audio"),
    ],
)
def test_what_is_no_recording_is_named(name, key):
    with pytest.raises(Refusal) as caught:
        decode(real_input(name), SETTINGS)
    assert caught.value.reason.key == key


@pytest.mark.parametrize(
    ("name", "raw", "seconds"),
    [
        ("codecs/test.g722", ".g722=g722", 6.0),
        ("codecs/speech.alaw", ".alaw=alaw/8000", 2.544),
        ("codecs/talking-u.ulaw", ".ulaw=mulaw/8000", 2.57),
    ],
)
def test_raw_telephone_codecs_are_read_where_the_settings_name_them(name, raw, seconds):
    with decode(real_input(name), Audio(raw=(raw,))) as sound:
        assert sound.duration == pytest.approx(seconds, abs=0.01)


def test_a_change_of_channels_inside_a_file_is_followed():
    with decode(real_input("torture/fz_ogg_variable-channel.ogg"), SETTINGS) as sound:
        assert sound.duration == pytest.approx(2.01, abs=0.05)
        assert "audio.channels-change" in [remark.key for remark in sound.remarks]
