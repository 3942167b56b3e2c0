"""When somebody speaks: Silero's voice detector, sharpened by loudness.

Silero (as shipped inside faster-whisper) says what is voice; its session is run directly, because
faster-whisper's wrapper joins and pads for a recogniser, which would ruin every latency. Where a
stretch is loud and Silero holds it for voice in part, the loud stretch is voice as a whole: that
mends its late starts (44 ms on average) and its blind moments on shouted, reverberant callers
(docs/audio.md has the figures). All timing figures rest on these intervals.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.call import Interval
from pipeline.settings import Activity
from pipeline.speech.audio import RATE
from pipeline.speech.loudness import is_silent, loud_stretches
from pipeline.speech.mapping import Channel, forget

FRAME = 512
"""Samples that get one probability: 32 ms."""

FRAME_SECONDS = FRAME / RATE
CONTEXT = 64
"""Samples of the frame before that the model wants to see again."""

BLOCK_FRAMES = 1024
"""Frames per run of the session (33 s); more is not faster, and takes memory."""

GAIN = 0.2
"""Recordings are shown to Silero this much softer: it overlooks what is near full scale."""

SUPPORT = 0.2
"""A loud stretch is voice where Silero is at least so sure of it somewhere, ..."""
SUPPORT_SECONDS = 3.0
"""... up to this far from there: a tune that runs into speech is not all speech."""

EDGE_SECONDS = 0.1
"""Silero's edges move to where it gets loud and soft, inwards by no more than this."""

STATE = (1, 1, 128)

Probabilities = npt.NDArray[np.float32]


def voice(channel: Channel, settings: Activity) -> tuple[Interval, ...]:
    """Stretches of one channel with voice, in order, unpadded, in seconds.

    channel: int16 of shape (n,) at 16 kHz, read block by block. Digital silence has none.
    """
    if is_silent(channel):
        return ()
    probabilities = voice_probabilities(channel)
    forget(channel)
    loud = [part for s in loud_stretches(channel) for part in _supported(s, probabilities)]
    forget(channel)
    duration = len(channel) / RATE
    sure = [_sharpened(stretch, loud) for stretch in stretches(probabilities, settings)]
    joined = _joined([*sure, *loud], settings.min_silence_ms / 1000)
    return tuple(
        Interval(span.start, min(span.end, duration))
        for span in joined
        if span.seconds >= settings.min_speech_ms / 1000
    )


def voice_probabilities(channel: Channel) -> Probabilities:
    """How sure Silero is of voice, 0..1, for every 32 ms, the last one padded."""
    session = _session()
    state = {"h": np.zeros(STATE, np.float32), "c": np.zeros(STATE, np.float32)}
    parts = []
    for frames in _blocks(channel):
        part, state["h"], state["c"] = session.run(None, {"input": frames, **state})
        parts.append(part)
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def stretches(probabilities: Probabilities, settings: Activity) -> list[Interval]:
    """Stretches of voice by Silero's probabilities alone.

    One begins where the probability reaches the threshold and ends where it falls below the
    negative threshold, if it then stays below the threshold for min_silence_ms.
    """
    silence = settings.min_silence_ms / 1000 / FRAME_SECONDS
    found: list[Interval] = []
    start: int | None = None
    quiet: int | None = None
    for index, probability in enumerate(probabilities.tolist()):
        if probability >= settings.threshold:
            quiet = None
            start = index if start is None else start
        elif start is not None and probability < settings.negative_threshold:
            quiet = index if quiet is None else quiet
        if start is not None and quiet is not None and index + 1 - quiet >= silence:
            found.append(Interval(start * FRAME_SECONDS, quiet * FRAME_SECONDS))
            start = quiet = None
    if start is not None:
        end = len(probabilities) if quiet is None else quiet
        found.append(Interval(start * FRAME_SECONDS, end * FRAME_SECONDS))
    return found


def _supported(loud: Interval, probabilities: Probabilities) -> list[Interval]:
    """The part of a loud stretch that Silero speaks for: one interval or none."""
    first = int(loud.start / FRAME_SECONDS)
    heard = probabilities[first : int(loud.end / FRAME_SECONDS) + 1]
    sure = np.flatnonzero(heard >= SUPPORT)
    if not len(sure):
        return []
    start = (first + int(sure[0])) * FRAME_SECONDS - SUPPORT_SECONDS
    end = (first + int(sure[-1]) + 1) * FRAME_SECONDS + SUPPORT_SECONDS
    return [Interval(max(loud.start, start), min(loud.end, end))]


def _sharpened(stretch: Interval, loud: Sequence[Interval]) -> Interval:
    """Silero's stretch with its ends where the loud ones that it touches begin and end."""
    first = bisect_right(loud, stretch.start, key=lambda part: part.end)
    touched = loud[first : bisect_left(loud, stretch.end, key=lambda part: part.start)]
    if not touched:
        return stretch
    start = min(touched[0].start, stretch.start + EDGE_SECONDS)
    end = max(touched[-1].end, stretch.end - EDGE_SECONDS)
    return Interval(start, end) if start < end else stretch


def _joined(spans: Sequence[Interval], gap: float) -> list[Interval]:
    """Spans in order, those less than the gap apart made one."""
    joined: list[Interval] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start - joined[-1].end < gap:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _blocks(channel: Channel) -> Iterator[npt.NDArray[np.float32]]:
    """Frames with their context, shape (frames, 576), floats of -1 to 1, softened."""
    before: npt.NDArray[np.float32] = np.zeros(CONTEXT, np.float32)
    for start in range(0, len(channel), BLOCK_FRAMES * FRAME):
        block = channel[start : start + BLOCK_FRAMES * FRAME]
        samples = block.astype(np.float32) * np.float32(GAIN / 32_768)
        padding = np.zeros(-len(samples) % FRAME, np.float32)
        padded = np.concatenate((before, samples, padding))
        before = padded[-CONTEXT:]
        view = np.lib.stride_tricks.sliding_window_view(padded, FRAME + CONTEXT)[::FRAME]
        yield np.ascontiguousarray(view)


@cache
def _session() -> Any:
    """The detector, on one thread: recordings are what runs side by side."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    package = find_spec("faster_whisper")  # found, not imported: that would load its recogniser
    if package is None or package.origin is None:
        raise ModuleNotFoundError("faster_whisper")
    model = str(Path(package.origin).parent / "assets" / "silero_vad_v6.onnx")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
