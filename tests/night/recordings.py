"""Recordings of two or three seconds with real voices, as many as a test wants, no two alike."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from tests.night.stand_in import FULL, Way

SAMPLES = Path(__file__).parents[2] / "sample_audio" / "calls"
CALLS = ("01-good-inbound", "02-good-outbound", "07-forbidden-and-dead-air", "09-rhetorical-jargon")
LEAD = 0.15
"""Seconds of line before the first word and after the last."""
LOUDEST = 20_000
"""No sample of an ordinary recording is larger: the largest mark a poisoned one (FULL)."""

Samples = npt.NDArray[np.int16]


def record(folder: Path, count: int, first: int = 0, **poisoned: Way) -> list[Path]:
    """So many recordings `call-00000.wav`..., each other words and other bytes, the same each time.

    poisoned: call_00007=Way.CRASH makes a worker that hears this one die in that way."""
    folder.mkdir(parents=True, exist_ok=True)
    ways = {name.replace("_", "-"): way for name, way in poisoned.items()}
    made = []
    for number in range(first, first + count):
        path = folder / f"call-{number:05}.wav"
        way = ways.get(path.stem)
        write(path, number, way)
        made.append(path)
    return made


def write(path: Path, number: int, way: Way | None = None) -> Path:
    """One recording: the agent says something, and then the customer."""
    agents, customers = clips()
    random = np.random.default_rng(number)
    agent = agents[number % len(agents)]
    customer = customers[number * 7 % len(customers)]
    rate, gap = 8_000, int(random.integers(1_200, 4_000))
    lead = int(LEAD * rate)
    sound = np.zeros((2 * lead + len(agent) + gap + len(customer), 2), np.int16)
    sound[lead : lead + len(agent), 0] = agent
    sound[len(sound) - lead - len(customer) : len(sound) - lead, 1] = customer
    sound += random.integers(-3, 4, sound.shape, np.int16)  # a line that hisses a little
    if way is not None:
        rate, sound = 16_000, np.repeat(sound, 2, axis=0)  # exact: 16 kHz is not resampled
        loudest = int(np.argmax(np.abs(sound[:, 0])))
        sound[loudest : loudest + way.mark, 0] = FULL
    soundfile.write(path, sound, rate, subtype="PCM_16")
    return path


@cache
def clips() -> tuple[list[Samples], list[Samples]]:
    """Short turns of the sample calls: agents', customers'; 8 kHz."""
    found: tuple[list[Samples], list[Samples]] = ([], [])
    for call in CALLS:
        truth = json.loads((SAMPLES / "truth" / f"{call}.json").read_text("utf-8"))
        sound, rate = soundfile.read(SAMPLES / f"{call}.wav", dtype="int16", always_2d=True)
        for turn in truth["turns"]:
            side = {"agent": 0, "customer": 1}.get(turn["speaker"])
            if side is not None and 0.7 <= turn["end"] - turn["start"] <= 1.6:
                found[side].append(_cut(sound[:, turn["channel"]], rate, turn))
    return found


def _cut(channel: Samples, rate: int, turn: dict[str, Any]) -> Samples:
    cut = channel[int(turn["start"] * rate) : int(turn["end"] * rate)][:: rate // 8_000]
    return (cut * (LOUDEST / max(1, np.abs(cut.astype(int)).max()))).astype(np.int16)
