"""How many characters are heard wrong: ours, beside faster-whisper's own two ways.

    python -m benchmarks.accuracy          # the sample calls, the bundled recogniser: 3 minutes

Everything on, the same stretches of voice for all; a real model and a centre's own calls with their
truth by --model and --calls. Exit code 1 where ours is worse than the sequential way by more than
half a point.
"""

import argparse
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from rapidfuzz.distance import Levenshtein

from benchmarks.recognise import Channel
from pipeline.configuration.resources import folder
from pipeline.settings import Settings, Speech
from pipeline.speech.activity import voice
from pipeline.speech.audio import decode
from pipeline.speech.listen import hear
from pipeline.speech.model_folder import find_model
from pipeline.speech.recognizer import open_recognizer
from pipeline.speech.sources import Source, sources
from pipeline.text.normal import normal

WORSE = 0.005


def accuracy(place: Path, model: str, threads: int) -> dict[str, float]:
    """Character error rates, all sample calls together: ours, and faster-whisper's own ways.

    The batched one is given chunks of the length that the model was trained on; the sequential one
    has no such setting, it takes what the model takes in at once."""
    settings = Settings(speech=Speech(model=model, threads=threads))
    recognizer = open_recognizer(settings.speech)
    found = [s for s in sources([place], settings.audio) if truth_of(place, s).is_file()]
    truths = {s.id: json.loads(truth_of(place, s).read_text(encoding="utf-8")) for s in found}
    heard: dict[str, dict[int, str]] = {}
    with patch("pipeline.speech.listen.masked", lambda call: call):  # a masked digit is no error
        for one in hear(found, recognizer, settings):
            texts = heard.setdefault(one.source.id, {})
            for turn in one.call.turns if one.call else ():
                texts[turn.channel] = texts.get(turn.channel, "") + turn.text
    model_folder = find_model(model)
    whisper = WhisperModel(str(model_folder.path), "cpu", compute_type="int8", cpu_threads=threads)
    batched = BatchedInferencePipeline(whisper)
    longest = int(model_folder.window_seconds)
    ways = {
        "sequential": partial(whisper.transcribe, beam_size=model_folder.beam_size),
        "batched": partial(
            batched.transcribe, beam_size=model_folder.beam_size, chunk_length=longest
        ),
    }
    rates = {"ours": heard} | {
        name: {s.id: alone(s, settings, way) for s in found} for name, way in ways.items()
    }
    return {name: round(errors(truths, texts), 4) for name, texts in rates.items()}


def truth_of(place: Path, source: Source) -> Path:
    name = source.paths[0].stem
    return (
        place / "truth" / f"{name.removesuffix('_agent') if len(source.paths) > 1 else name}.json"
    )


def alone(source: Source, settings: Settings, transcribe: Callable[..., Any]) -> dict[int, str]:
    """What one of faster-whisper's ways makes of each channel."""
    texts = {}
    with decode(source.paths, settings.audio) as sound:
        for number, samples in enumerate(sound.channels):
            channel = Channel(samples, list(voice(samples, settings.activity)))
            if not channel.voice:
                continue
            with patch("faster_whisper.transcribe.get_speech_timestamps") as given:
                given.return_value = channel.padded
                audio = samples.astype(np.float32) / 32768
                found, _ = transcribe(
                    audio,
                    language="zh",
                    vad_filter=True,
                    without_timestamps=True,  # the demonstration model was not taught any
                )
                texts[number] = "".join(segment.text for segment in found)
    return texts


def errors(truths: dict[str, Any], heard: dict[str, dict[int, str]]) -> float:
    """Edits ÷ characters, channel by channel, marks left out."""
    edits = characters = 0
    for name, truth in truths.items():
        for channel in {turn["channel"] for turn in truth["turns"]}:
            said = "".join(t["text"] for t in truth["turns"] if t["channel"] == channel)
            said = normal(said).text
            edits += Levenshtein.distance(said, normal(heard.get(name, {}).get(channel, "")).text)
            characters += len(said)
    return edits / max(1, characters)


def main() -> None:
    """The command: prints the rates."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=Path, default=folder("sample_audio") / "calls")
    parser.add_argument("--model", default="demo-zh", help="a name or a folder")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    rates = accuracy(chosen.calls, chosen.model, chosen.threads)
    print(json.dumps(rates, indent=1))
    raise SystemExit(rates["ours"] > rates["sequential"] + WORSE)


if __name__ == "__main__":
    main()
