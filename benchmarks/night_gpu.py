"""What a night does on a GPU. It needs one; without, it says so and measures nothing.

    python -m benchmarks.night_gpu               # half an hour, with every GPU that is there
    python -m benchmarks.night_gpu --calls 40    # a look
    python -m benchmarks.night_gpu --processor --calls 4    # without one: that the script works

On a GPU it has not run yet: none was at hand when it was written. Whispers of true size with random
weights (large-v3-turbo, small), float16, beam 1, made to decode 4 tokens for every second of a full
window, by one rule for all. The calls are those of benchmarks/night.py, 20–180 s. Told: seconds of
recordings heard per second of a whole night; the share of that time in which the GPU was busy, as
nvidia-smi sees it (null where that does not tell); and, on the same stretches of voice,
faster-whisper's batched way of doing it, channel by channel, ÷ ours. TMPDIR needs 4 GB for the
calls and 1 GB for a model.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import soundfile

from benchmarks.night import Measured, make_calls, night
from benchmarks.random_whisper import SMALL, TINY, TURBO, Size, write
from benchmarks.recognise import FIRST_SPECIAL, TOKENS_PER_SECOND, Channel, theirs
from pipeline.settings import Settings, Speech
from pipeline.speech.preparing import prepare
from pipeline.speech.recognizer import FasterWhisper, Recognizer, open_recognizer
from pipeline.speech.resolving import gpus
from pipeline.speech.sources import Source

SIZES = {"large-v3-turbo": TURBO, "small": SMALL}
DEVICE, PROCESSOR = "cuda", "cpu"
NUMBERS = {DEVICE: "float16", PROCESSOR: "int8"}
BATCH = 64
AT_ONCE = 40
"""Calls whose sound is held at once: each keeps files open."""
TOKENS = TOKENS_PER_SECOND * 29
TARGETS = {"busy": 0.85, "ratio": 2.0}
LOOK_SECONDS = 0.5


class Steady:
    """CTranslate2's model, decoding the same number of tokens for every window."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def generate(self, encoded: Any, prompts: Any, **options: Any) -> Any:
        """TOKENS, never the end of text."""
        options |= {
            "max_length": max(2 * TOKENS, TOKENS + len(prompts[0])),
            "suppress_tokens": list(range(FIRST_SPECIAL, FIRST_SPECIAL + 1608)),
        }
        return self.model.generate(encoded, prompts, **options)


class OnGpu(Measured):
    """What is measured, with a model that keeps no count of its own."""

    def __init__(self, speech: Speech) -> None:
        real = open_recognizer(speech)
        assert isinstance(real, FasterWhisper)
        real._model = Steady(real._model)
        self._take(real)


@dataclass(frozen=True, slots=True)
class Equip:
    """Job.equip."""

    def __call__(self) -> Callable[[Speech], Recognizer]:
        return OnGpu


@contextmanager
def busy(shares: list[float]) -> Iterator[None]:
    """What nvidia-smi says of all GPUs meanwhile, 0..1; nothing where it is missing, or says N/A,
    as it does of a part of a GPU (MIG)."""
    over = threading.Event()
    question = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]

    def look() -> None:
        while shutil.which(question[0]) and not over.wait(LOOK_SECONDS):
            told = subprocess.run(question, capture_output=True, text=True, check=False).stdout
            shares.extend(float(line) / 100 for line in told.split() if line.isdecimal())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def batched(settings: Settings, calls: Sequence[Path]) -> float:
    """Seconds that faster-whisper takes for the same voice, channel by channel, on one GPU."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    device = settings.speech.device
    whisper = WhisperModel(settings.speech.model, device, compute_type=NUMBERS[device])
    whisper.model = Steady(whisper.model)
    run = theirs(BatchedInferencePipeline(whisper).transcribe, batch_size=BATCH)
    run(_sides(settings, calls[:2]))  # the first time is slower
    seconds = 0.0
    for first in range(0, len(calls), AT_ONCE):
        sides = _sides(settings, calls[first : first + AT_ONCE])
        began = time.perf_counter()
        run(sides)
        seconds += time.perf_counter() - began
    return seconds


def _sides(settings: Settings, calls: Sequence[Path]) -> list[list[Channel]]:
    """The channels of calls with their voice."""
    found = []
    for path in calls:
        made = prepare(Source(path.stem, (path,)), settings, 29.0)
        pairs = zip(made.sound.channels, made.voices, strict=True)
        found.append([Channel(sound, list(voice)) for sound, voice in pairs])
    return found


def measure(size: Size, count: int, device: str) -> dict[str, Any]:
    """A model: the night, the GPU meanwhile, and faster-whisper beside it."""
    with tempfile.TemporaryDirectory() as folder:
        model = str(write(size, Path(folder) / "model"))
        speech = Speech(model=model, beam_size=1, device=device, batch_windows=BATCH)
        settings = replace(Settings(), speech=speech)
        calls = make_calls(Path(folder) / "calls", count)
        audio = sum(soundfile.info(path).duration for path in calls)
        shares: list[float] = []
        with busy(shares):
            ours = night(settings, calls, equip=Equip())
        assert ours.what["done"] == count, ours.what
        other = batched(settings, calls) / max(1, gpus())
        return {
            "calls": count,
            "audio_hours": round(audio / 3600, 2),
            "gpus": gpus(),
            "seconds": round(ours.seconds, 1),
            "times_real_time": round(audio / ours.seconds, 1),
            "busy": round(statistics.mean(shares), 3) if shares else None,
            "ratio": round(other / ours.seconds, 2),
        }


def unusable() -> str:
    """Why CTranslate2 cannot work on the GPU that it finds, in its words; "" where it can. Asked in
    a process of its own, which gives the GPU's memory back."""
    with tempfile.TemporaryDirectory() as folder:
        model = write(TINY, Path(folder))
        code = (
            "import sys, numpy, faster_whisper\n"
            "whisper = faster_whisper.WhisperModel(sys.argv[1], 'cuda', compute_type='float16')\n"
            "sound = numpy.zeros(16000, 'float32')\n"
            "list(whisper.transcribe(sound, language='zh', beam_size=1)[0])\n"
        )
        asked = subprocess.run(
            [sys.executable, "-c", code, str(model)], capture_output=True, text=True, check=False
        )
        return "" if asked.returncode == 0 else (asked.stderr.strip() or "?").splitlines()[-1]


def main() -> None:
    """The command; exit code 2 without a GPU that works, 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--models", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--processor", action="store_true", help="a tiny model, no GPU: no figures")
    chosen = parser.parse_args()
    if chosen.processor:
        print(json.dumps({"no figures": measure(TINY, chosen.calls, PROCESSOR)}, indent=1))
        return
    if not gpus():
        print(
            "night_gpu needs an NVIDIA GPU that CTranslate2 can use, and there is none: nothing was"
            " measured (--processor tries the script without one)",
            file=sys.stderr,
        )
        raise SystemExit(2)
    if why := unusable():
        print(f"CTranslate2 finds a GPU and cannot work on it: {why}", file=sys.stderr)
        raise SystemExit(2)
    found = {name: measure(SIZES[name], chosen.calls, DEVICE) for name in chosen.models}
    print(json.dumps(found, indent=1))
    missed = [
        name
        for name, one in found.items()
        if any((one[key] or 0.0) < least for key, least in TARGETS.items())
    ]
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    from benchmarks import night_gpu as module

    module.main()  # imported: what travels to other processes has one name in all of them
