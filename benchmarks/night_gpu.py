"""What a night does on a GPU. It needs one; without, it says so and measures nothing.

    python -m benchmarks.night_gpu               # half an hour, with every GPU that is there
    python -m benchmarks.night_gpu --calls 40    # a look

It has not run yet: no GPU was at hand when it was written. Whispers of true size with random
weights (large-v3-turbo, small), float16, beam 1, made to decode 4 tokens for every second of a full
window, by one rule for all. The calls are those of benchmarks/night.py, 20–180 s. Told: seconds of
recordings heard per second of a whole night; the share of that time in which the GPU was busy, as
nvidia-smi sees it; and, on the same stretches of voice, faster-whisper's batched way of doing it,
channel by channel, ÷ ours.
"""

import argparse
import json
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

from benchmarks.night import Measured, make_calls, night
from benchmarks.random_whisper import SMALL, TURBO, write
from benchmarks.recognise import FIRST_SPECIAL, TOKENS_PER_SECOND, Channel, theirs
from pipeline.settings import Settings, Speech
from pipeline.speech.preparing import prepare
from pipeline.speech.recognizer import FasterWhisper, Recognizer, open_recognizer
from pipeline.speech.resolving import gpus
from pipeline.speech.sources import Source

SIZES = {"large-v3-turbo": TURBO, "small": SMALL}
BATCH = 64
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
    """What nvidia-smi says of all GPUs meanwhile, 0..1."""
    over = threading.Event()

    def look() -> None:
        question = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
        while not over.wait(LOOK_SECONDS):
            said = subprocess.run(question, capture_output=True, text=True, check=True).stdout
            shares.extend(float(line) / 100 for line in said.split())

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

    channels = []
    for path in calls:
        made = prepare(Source(path.stem, (path,)), settings, 29.0)
        pairs = zip(made.sound.channels, made.voices, strict=True)
        channels.append([Channel(sound, list(voice)) for sound, voice in pairs])
    whisper = WhisperModel(settings.speech.model, "cuda", compute_type="float16")
    whisper.model = Steady(whisper.model)
    run = theirs(BatchedInferencePipeline(whisper).transcribe, batch_size=BATCH)
    run(channels[:2])
    began = time.perf_counter()
    run(channels)
    return time.perf_counter() - began


def measure(name: str, count: int) -> dict[str, Any]:
    """A model: the night, the GPU meanwhile, and faster-whisper beside it."""
    with tempfile.TemporaryDirectory() as folder:
        model = str(write(SIZES[name], Path(folder) / name))
        speech = Speech(model=model, beam_size=1, device="cuda", batch_windows=BATCH)
        settings = replace(Settings(), speech=speech)
        calls = make_calls(Path(folder) / "calls", count)
        audio = sum(prepare(Source(p.stem, (p,)), settings, 29.0).sound.duration for p in calls)
        shares: list[float] = []
        with busy(shares):
            ours = night(settings, calls, equip=Equip())
        other = batched(settings, calls) / gpus()
        return {
            "calls": count,
            "audio_hours": round(audio / 3600, 2),
            "gpus": gpus(),
            "seconds": round(ours.seconds, 1),
            "times_real_time": round(audio / ours.seconds, 1),
            "busy": round(statistics.mean(shares), 3),
            "ratio": round(other / ours.seconds, 2),
        }


def main() -> None:
    """The command; exit code 2 without a GPU, 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--models", nargs="*", default=list(SIZES), choices=list(SIZES))
    chosen = parser.parse_args()
    if not gpus():
        print("this needs a GPU that CTranslate2 can use; nothing was measured", file=sys.stderr)
        raise SystemExit(2)
    found = {name: measure(name, chosen.calls) for name in chosen.models}
    print(json.dumps(found, indent=1))
    missed = [name for name, one in found.items() if any(one[k] < TARGETS[k] for k in TARGETS)]
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    from benchmarks import night_gpu as module

    module.main()  # imported: what travels to other processes has one name in all of them
