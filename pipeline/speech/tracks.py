"""Decoded blocks become one 16 kHz int16 file per channel, in little memory, in the child.

The files have no name: nothing is left behind, whatever dies.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import av
import numpy as np
import numpy.typing as npt

from pipeline.refusal import Refusal

Samples = npt.NDArray[np.float32]
RATE = 16_000
MAX_CHANNELS = 64
MAX_TOTAL_BYTES_PER_LIMIT = 4
"""All channels together may take as much as four channels of the longest recording allowed."""

# A longer filter than the default 32 taps keeps 3.4 kHz of an 8 kHz recording clean: what the
# filter leaves wrong there falls from -49 to -113 dB.
FILTER = {"filter_size": "64", "kaiser_beta": "10"}
LARGEST = 32_767


class Track:
    """One channel on its way to disk: resampled, counted, its loudness noted."""

    def __init__(self, folder: Path) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - outlives this
        self.samples = 0
        self.peak = 0
        self.energy = 0.0
        self._rate = RATE
        self._resampler: av.AudioResampler | None = None

    def add(self, samples: Samples, rate: int) -> npt.NDArray[np.int16]:
        """Resample and write; returns what was written."""
        tail = self.flush() if rate != self._rate else np.empty(0, np.int16)
        if rate != RATE and self._resampler is None:
            self._resampler = av.AudioResampler("flt", "mono", RATE, options=FILTER)
        self._rate = rate
        return np.concatenate((tail, self._write(self._resampled(samples))))

    def skip(self, samples: int) -> None:
        """Silence up to this many samples, without writing it (a hole in the file)."""
        self.file.seek(samples * 2)
        self.samples = samples

    def flush(self) -> npt.NDArray[np.int16]:
        """Write what the resampler still holds."""
        if self._resampler is None:
            return np.empty(0, np.int16)
        frames = self._resampler.resample(None)
        self._resampler = None
        return self._write(_joined(frames))

    def _resampled(self, samples: Samples) -> Samples:
        if self._resampler is None:
            return samples
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = self._rate
        return _joined(self._resampler.resample(frame))

    def _write(self, samples: Samples) -> npt.NDArray[np.int16]:
        scaled = np.rint(np.nan_to_num(samples) * (LARGEST + 1.0))
        clipped = np.clip(scaled, -LARGEST - 1, LARGEST)
        whole: npt.NDArray[np.int16] = clipped.astype(np.int16)
        if len(whole):
            self.file.write(whole.tobytes())
            self.samples += len(whole)
            self.peak = max(self.peak, int(whole.max()), -int(whole.min()))
            self.energy += float(np.square(whole, dtype=np.float32).sum(dtype=np.float64))
        return whole


class Tracks:
    """All channels of a recording. A block may change rate or number of channels on its way."""

    def __init__(self, folder: Path, max_seconds: float) -> None:
        self.channels: list[Track] = []
        self.changed = False
        self.identical = True
        self._folder = folder
        self._max_seconds = max_seconds

    def add(self, block: Samples, rate: int) -> None:
        """A block of shape (channels, samples), floats of -1 to 1, at its own rate."""
        self._widen(len(block))
        if len(block) < len(self.channels):
            self.changed = True
            block = _widened(block, len(self.channels))
        written = [track.add(row, rate) for track, row in zip(self.channels, block, strict=True)]
        self._compare(written)
        self._check_length()

    def finish(self) -> None:
        """Write what the resamplers still hold."""
        self._compare([track.flush() for track in self.channels])
        for track in self.channels:
            track.file.flush()

    @property
    def seconds(self) -> float:
        """Seconds written so far."""
        return self.channels[0].samples / RATE if self.channels else 0.0

    def close(self) -> None:
        """Give the files up."""
        for track in self.channels:
            track.file.close()

    def _widen(self, count: int) -> None:
        if count > MAX_CHANNELS:
            raise Refusal("audio.too-many-channels", found=count, allowed=MAX_CHANNELS)
        if count <= len(self.channels):
            return
        self.changed = self.changed or bool(self.channels)
        for track in self.channels:
            track.flush()
        so_far = self.channels[0].samples if self.channels else 0
        while len(self.channels) < count:
            track = Track(self._folder)
            track.skip(so_far)
            self.channels.append(track)

    def _compare(self, written: Sequence[npt.NDArray[np.int16]]) -> None:
        if self.identical and len(written) > 1:
            self.identical = all(_alike(written[0], other) for other in written[1:])

    def _check_length(self) -> None:
        total = self.seconds * len(self.channels)
        if self.seconds > self._max_seconds:
            raise Refusal("audio.too-long", hours=self._max_seconds / 3600)
        if total > self._max_seconds * MAX_TOTAL_BYTES_PER_LIMIT:
            raise Refusal("audio.too-long", hours=self._max_seconds / 3600)


def _alike(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> bool:
    """The same sound: apart by 1 % at most (a lossy codec's doing), block by block."""
    if np.array_equal(one, other):
        return True
    difference = np.square(one.astype(np.float32) - other).mean()
    return bool(difference <= 4 + 1e-4 * np.square(one, dtype=np.float32).mean())


def _widened(block: Samples, count: int) -> Samples:
    """More channels than the block has: one channel goes to all, else silence to the rest."""
    if len(block) == 1:
        return np.repeat(block, count, axis=0)
    silence = np.zeros((count - len(block), block.shape[1]), np.float32)
    return np.concatenate((block, silence))


def _joined(frames: Sequence[av.AudioFrame]) -> Samples:
    parts = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)
