"""When somebody speaks: Silero's voice detector, as it is shipped inside faster-whisper.

Its session is run directly, because faster-whisper's own wrapper pads and joins for a recogniser
(2,000 ms of silence to end a stretch, 400 ms added around it), which would ruin every latency.
All timing figures rest on these intervals.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.call import Interval
from pipeline.settings import Activity

RATE = 16_000
FRAME = 512
"""Samples that get one probability: 32 ms."""

CONTEXT = 64
"""Samples of the frame before that the model wants to see again."""

BLOCK_FRAMES = 1024
"""Frames per run of the session (33 s); more is not faster, and takes memory."""

STATE = (1, 1, 128)

Channel = npt.NDArray[np.int16]
Probabilities = npt.NDArray[np.float32]


def voice(channel: Channel, settings: Activity) -> tuple[Interval, ...]:
    """Stretches of one channel with voice, in order, unpadded, in seconds.

    channel: int16 of shape (n,) at 16 kHz, read block by block.
    """
    probabilities = voice_probabilities(channel)
    end = len(channel)
    return tuple(
        Interval(first * FRAME / RATE, min(last * FRAME, end) / RATE)
        for first, last in stretches(probabilities, settings)
    )


def voice_probabilities(channel: Channel) -> Probabilities:
    """How sure the detector is of voice, 0..1, for every 32 ms, the last one padded."""
    session = _session()
    state = {"h": np.zeros(STATE, np.float32), "c": np.zeros(STATE, np.float32)}
    parts = []
    for frames in _blocks(channel):
        part, state["h"], state["c"] = session.run(None, {"input": frames, **state})
        parts.append(part)
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def stretches(probabilities: Probabilities, settings: Activity) -> list[tuple[int, int]]:
    """Frames [first, after last) of each stretch of voice.

    A stretch begins where the probability reaches the threshold and ends where it fell below the
    negative threshold and stayed below the threshold for min_silence_ms; a shorter one than
    min_speech_ms does not count.
    """
    silence = settings.min_silence_ms / 1000 * RATE / FRAME
    shortest = settings.min_speech_ms / 1000 * RATE / FRAME
    found: list[tuple[int, int]] = []
    start: int | None = None
    quiet: int | None = None
    for index, probability in enumerate(probabilities.tolist()):
        if probability >= settings.threshold:
            quiet = None
            start = index if start is None else start
        elif start is not None and probability < settings.negative_threshold:
            quiet = index if quiet is None else quiet
        if start is not None and quiet is not None and index + 1 - quiet >= silence:
            found.append((start, quiet))
            start = quiet = None
    if start is not None:
        found.append((start, len(probabilities) if quiet is None else quiet))
    return [(first, last) for first, last in found if last - first >= shortest]


def _blocks(channel: Channel) -> Iterator[npt.NDArray[np.float32]]:
    """Frames with their context, shape (frames, 576), floats of -1 to 1."""
    before: npt.NDArray[np.float32] = np.zeros(CONTEXT, np.float32)
    for start in range(0, len(channel), BLOCK_FRAMES * FRAME):
        block = channel[start : start + BLOCK_FRAMES * FRAME]
        samples = block.astype(np.float32) / np.float32(32_768)
        missing = -len(samples) % FRAME
        padded = np.concatenate((before, samples, np.zeros(missing, np.float32)))
        before = padded[-CONTEXT:]
        view = np.lib.stride_tricks.sliding_window_view(padded, FRAME + CONTEXT)[::FRAME]
        yield np.ascontiguousarray(view)


@cache
def _session() -> Any:
    """The detector, on one thread: recordings are what runs side by side."""
    import onnxruntime
    from faster_whisper.utils import get_assets_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    model = Path(get_assets_path()) / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
