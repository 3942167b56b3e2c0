"""How fast we recognise, beside faster-whisper's own two ways of doing it.

    python -m benchmarks.recognise            # half an hour on two cores
    python -m benchmarks.recognise --quick    # the same on a few calls, one round

A Whisper of base size with random weights, int8, beam 1. All three are given the same stretches of
voice; end of text is suppressed and a call of the decoder ends after 4 tokens per second of its
longest window, by one rule for all; gate, fallback and timestamps are off. Three rounds in turn,
medians. The ratio is theirs ÷ ours: above 1, we are faster. How well: benchmarks/accuracy.py.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, local
from typing import Any
from unittest.mock import patch

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from benchmarks.hearing import hear_all
from benchmarks.random_whisper import BASE, END, write
from pipeline.call import Interval
from pipeline.settings import Settings, Speech
from pipeline.speech.listen import BATCHES_AHEAD
from pipeline.speech.loads import Load, fill, loads
from pipeline.speech.recognizer import FasterWhisper, open_recognizer
from pipeline.speech.windows import RATE

PAD = Settings().activity.pad_ms / 1000
TOKENS_PER_SECOND = 4
FIRST_SPECIAL = END
ROUNDS = 3
LONG, SHORT = (60.0, 180.0), (20.0, 60.0)
TARGETS = {("long", "batched"): 1.1, ("short", "batched"): 1.25, ("long", "sequential"): 1.4}


@dataclass(frozen=True)
class Channel:
    """One side of a call: sound (n,) int16 and its voice."""

    sound: np.ndarray
    voice: list[Interval]

    @property
    def padded(self) -> list[dict[str, int]]:
        """The voice with the sound around it that we use, as faster-whisper likes to have it."""
        pieces = (p for load in packed([self], 29.0) for w in load.windows for p in w.pieces)
        return [{"start": round(p.start * RATE), "end": round(p.end * RATE)} for p in pieces]


def call(seed: int, shortest: float, longest: float) -> list[Channel]:
    """A made-up stereo call: agents talk longer than customers, people pause for breath."""
    random = np.random.default_rng(seed)
    seconds = random.uniform(shortest, longest)
    voices: list[list[Interval]] = [[], []]
    at, side = 1.0, 0
    while True:
        for _ in range(random.integers(1, 4 if side == 0 else 3)):
            length = float(np.clip(random.lognormal(0.5, 0.5), 0.3, 8.0))
            if at + length > seconds:
                return [Channel(_noise(random, seconds, v), v) for v in voices]
            voices[side].append(Interval(at, at + length))
            at += length + random.uniform(0.2, 0.5)
        at += random.uniform(0.2, 1.2)
        side = 1 - side


def _noise(random: np.random.Generator, seconds: float, voiced: list[Interval]) -> np.ndarray:
    sound = random.standard_normal(round(seconds * RATE)).astype(np.float32) * 20
    for v in voiced:
        part = sound[round(v.start * RATE) : round(v.end * RATE)]
        part *= 100 * (1.2 + np.sin(np.arange(len(part)) / RATE * 2 * np.pi * 4))
    return sound.astype(np.int16)


class Capped:
    """CTranslate2's model, decoding a fixed number of tokens; counts what it is asked for."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.heard = local()
        self.counting = Lock()
        self.windows = self.tokens = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def encode(self, features: Any, **options: Any) -> Any:
        """Note the longest sound: what comes before frames that are all like the last."""
        mel = np.asarray(features)
        longest = getattr(self.heard, "longest", 0.0)
        for window in mel:
            moving = np.flatnonzero((window != window[:, -1:]).any(axis=0))
            longest = max(longest, (moving[-1] + 1) / 100 if len(moving) else 0.0)
        self.heard.longest = longest
        with self.counting:
            self.windows += len(mel)
        return self.model.encode(features, **options)

    def generate(self, encoded: Any, prompts: Any, **options: Any) -> Any:
        """Decode TOKENS_PER_SECOND of the longest sound, never the end of text."""
        tokens = max(1, min(224, round(TOKENS_PER_SECOND * self.heard.longest)))
        self.heard.longest = 0.0
        options |= {
            "max_length": max(2 * tokens, tokens + len(prompts[0])),
            "suppress_tokens": list(range(FIRST_SPECIAL, FIRST_SPECIAL + 1608)),
        }
        found = self.model.generate(encoded, prompts, **options)
        with self.counting:
            self.tokens += sum(len(result.sequences_ids[0]) for result in found)
        return found


def packed(sides: Sequence[Channel], limit: float) -> list[Load]:
    """A call as the recogniser gets it."""
    return loads([side.sound for side in sides], [side.voice for side in sides], limit, PAD)


Way = Callable[[Sequence[list[Channel]]], None]


def ours(recognizer: FasterWhisper) -> Way:
    """As hear() does it: windows of all channels and calls in full batches."""
    recognizer.decoding = replace(recognizer.decoding, align=False)
    step = recognizer.batch_windows * recognizer.at_once
    ahead = BATCHES_AHEAD * step

    def run(calls: Sequence[list[Channel]]) -> None:
        waiting: list[Load] = []
        for sides in calls:
            waiting += packed(sides, recognizer.window_seconds)
            if len(waiting) >= ahead:
                whole = len(waiting) // step * step
                hear_all(recognizer, waiting[:whole])
                waiting = waiting[whole:]
        hear_all(recognizer, waiting)

    return run


def theirs(transcribe: Callable[..., Any], **options: Any) -> Way:
    """Channel by channel, on the same stretches of voice."""

    def run(calls: Sequence[list[Channel]]) -> None:
        for channel in (channel for sides in calls for channel in sides):
            if not channel.voice:
                continue
            with patch("faster_whisper.transcribe.get_speech_timestamps") as given:
                given.return_value = channel.padded
                segments, _ = transcribe(
                    channel.sound.astype(np.float32) / 32768,
                    language="zh",
                    beam_size=1,
                    temperature=0.0,
                    vad_filter=True,
                    without_timestamps=True,
                    compression_ratio_threshold=None,
                    log_prob_threshold=None,
                    no_speech_threshold=None,
                    condition_on_previous_text=False,
                    **options,
                )
                list(segments)

    return run


def speed(threads: int, counts: dict[str, int], rounds: int) -> dict[str, Any]:
    """Seconds per way and kind of call, ratios, fill."""
    with tempfile.TemporaryDirectory() as folder:
        model = str(write(BASE, Path(folder) / "base"))
        recognizer = open_recognizer(Speech(model=model, threads=threads, beam_size=1))
        assert isinstance(recognizer, FasterWhisper)
        whisper = WhisperModel(model, "cpu", compute_type="int8", cpu_threads=threads)
        capped = {"ours": Capped(recognizer._model), "theirs": Capped(whisper.model)}
        recognizer._model, whisper.model = capped["ours"], capped["theirs"]
        ways = {
            "ours": ours(recognizer),
            "batched": theirs(BatchedInferencePipeline(whisper).transcribe, batch_size=8),
            "sequential": theirs(whisper.transcribe),
        }
        lengths = {"long": LONG, "short": SHORT}
        calls = {
            kind: [call(1000 * len(kind) + i, *lengths[kind]) for i in range(count)]
            for kind, count in counts.items()
        }
        return {
            kind: _measured(some, ways, capped, rounds) | {"fill": round(_fill(some), 3)}
            for kind, some in calls.items()
        }


def _measured(
    calls: Sequence[list[Channel]], ways: dict[str, Way], capped: dict[str, Capped], rounds: int
) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, dict[str, int]] = {}
    for _ in range(rounds):
        for name, run in ways.items():
            counter = capped["ours" if name == "ours" else "theirs"]
            counter.windows = counter.tokens = 0
            began, busy = time.perf_counter(), time.process_time()
            run(calls)
            seconds[name].append(round(time.perf_counter() - began, 2))
            cpu[name].append(round(time.process_time() - busy, 2))
            work[name] = {"windows": counter.windows, "tokens": counter.tokens}
            print(f"  {name}: {seconds[name][-1]} s, {cpu[name][-1]} CPU, {work[name]}", flush=True)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "work": work,
        "ratio": _ratios(seconds),
        "cpu_ratio": _ratios(cpu),  # what to look at where other programs share the machine
    }


def _ratios(seconds: dict[str, list[float]]) -> dict[str, float]:
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {name: round(medians[name] / medians["ours"], 3) for name in medians if name != "ours"}


def _fill(calls: Sequence[list[Channel]]) -> float:
    return fill([load for sides in calls for load in packed(sides, 29.0)], 29.0)


def main() -> None:
    """The command: prints what it measures; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few calls, one round")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    counts = {"long": 3, "short": 6} if chosen.quick else {"long": 20, "short": 40}
    found = speed(chosen.threads, counts, 1 if chosen.quick else ROUNDS)
    print(json.dumps(found, indent=1))
    missed = [key for key, least in TARGETS.items() if found[key[0]]["ratio"][key[1]] < least]
    for kind, way in missed:
        print(f"missed: {kind} ÷ {way}, target {TARGETS[kind, way]}")
    raise SystemExit(bool(missed) and not chosen.quick)


if __name__ == "__main__":
    main()
