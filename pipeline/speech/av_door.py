"""FFmpeg by PyAV, packet by packet: a broken packet costs itself, not the rest. Used in the child.

The demuxer is given, never guessed, and nothing but the one open file can be read: whatever a
format asks to open besides is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, NoReturn

import av
import numpy as np

from pipeline.speech.tracks import Samples

av.logging.set_level(av.logging.PANIC)

MAX_FAILURES_IN_A_ROW = 1000
"""Packets or reads that may fail one after another before the rest is given up."""

MAX_PACKET_SECONDS = 10.0
"""A packet said to be longer is not believed (the longest real one, FLAC at 8 kHz, takes 8.2)."""

USUAL_PACKETS = 4
"""Nor is one of more than 0.25 s and so many usual ones: broken time stamps make such."""

KEEP_TIME = ("flac", "matroska", "mov")
"""Formats whose packets carry the recorder's clock: a gap is filled with silence, so that what
comes after it stays in its place (browsers send nothing while nobody speaks)."""

GAP_SECONDS = (0.04, 600.0)
"""Shorter gaps are rounding, longer ones broken time stamps."""

SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "s64": 9223372036854775808.0}
FAILURES = (av.FFmpegError, ArithmeticError, ValueError, TypeError, LookupError, RuntimeError)
"""What PyAV raises for broken data; its classes say little of the cause."""


class NoStream(Exception):
    """The container holds no sound."""


class NoCodec(Exception):
    """The container was read, but nothing decodes what is in it: args[0] names the coding."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What packets say: seconds of sound (None: they have no times), and of gaps to be filled."""

    seconds: float | None
    gaps: float


class Opened:
    """A file that FFmpeg reads: what it is, how long, its blocks."""

    def __init__(self, file: IO[bytes], demuxer: str, options: Mapping[str, str]) -> None:
        file.seek(0)
        self._container: Any = av.open(
            file,
            format=demuxer,
            options={"protocol_whitelist": "none", **options},
            io_open=_refuse,
            metadata_errors="replace",
        )
        self._stream = _first_sound(self._container)
        self.codec = str(self._stream.codec_context.codec.long_name)
        self.rate = int(self._stream.codec_context.sample_rate or 0)
        self.filled = 0.0
        self._demuxer = demuxer
        self.may_fill = 0.0
        self._until: float | None = None

    def measure(self, limit: float) -> Measured:
        """How long the file should be by its packets, read without decoding, up to the limit."""
        times: list[float] = []
        total = gaps = 0.0
        for packet in self._packets():
            if packet.duration and packet.time_base:
                base = packet.time_base.numerator / packet.time_base.denominator
                seconds = packet.duration * base
                times.append(min(MAX_PACKET_SECONDS, seconds))
                total += times[-1]
                if packet.pts is not None:
                    gaps += self._gap(packet.pts * base, seconds)
            if total > 1.1 * limit:
                break
        if not times:
            return Measured(None, 0.0)
        longest = max(0.25, USUAL_PACKETS * float(np.median(times)))
        seconds = float(np.minimum(times, longest).sum())
        if self._demuxer not in KEEP_TIME or not self._agrees(seconds + gaps):
            gaps = 0.0
        return Measured(seconds + (gaps if self._demuxer == "flac" else 0.0), gaps)

    def _agrees(self, seconds: float) -> bool:
        """The header says no less: time stamps alone are not enough to go by."""
        duration, base = self._stream.duration, self._stream.time_base
        said = (
            float(duration * base) if duration and base else (self._container.duration or 0) / 1e6
        )
        return not said or seconds <= said + max(0.5, 0.02 * said)

    def blocks(self) -> Iterator[tuple[Samples, int]]:
        """Blocks of shape (channels, samples) with their rate, past whatever is broken."""
        failures = 0
        for packet in self._packets():
            try:
                decoded = [(_floats(f), f) for f in packet.decode() if _is_sound(f)]
            except FAILURES:
                failures += 1
                if failures > MAX_FAILURES_IN_A_ROW:
                    return
                continue
            failures = 0
            for block, frame in decoded:
                yield from self._filling(frame, len(block))
                yield block, frame.sample_rate

    def close(self) -> None:
        """Let go of the file (which stays open)."""
        self._container.close()

    def _filling(self, frame: Any, channels: int) -> Iterator[tuple[Samples, int]]:
        """Silence for the gap before a frame, a second at a time."""
        if not self.may_fill or frame.time is None:
            return
        gap = self._gap(float(frame.time), frame.samples / frame.sample_rate)
        gap = min(gap, self.may_fill - self.filled)
        self.filled += gap
        left = round(gap * frame.sample_rate)
        while left > 0:
            yield np.zeros((channels, min(left, frame.sample_rate)), np.float32), frame.sample_rate
            left -= frame.sample_rate

    def _gap(self, start: float, seconds: float) -> float:
        """Seconds between what came before and what starts here, where they are to be believed."""
        gap = 0.0 if self._until is None else start - self._until
        self._until = start + seconds
        return gap if GAP_SECONDS[0] <= gap <= GAP_SECONDS[1] else 0.0

    def _packets(self) -> Iterator[Any]:
        failures = 0
        while failures < MAX_FAILURES_IN_A_ROW:
            try:
                for packet in self._container.demux(self._stream):
                    yield packet
                    failures = 0
                return
            except av.error.EOFError:
                return
            except FAILURES:
                failures += 1


def _first_sound(container: Any) -> Any:
    if not container.streams.audio:
        raise NoStream
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise NoCodec(container.format.long_name)
    return stream


def _is_sound(frame: Any) -> bool:
    return isinstance(frame, av.AudioFrame) and frame.samples > 0 and frame.sample_rate > 0


def _floats(frame: Any) -> Samples:
    """The frame's samples as floats of -1 to 1, shape (channels, samples)."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    scale = SCALE.get(frame.format.name.removesuffix("p"))
    floats = samples.astype(np.float32)
    if scale:
        floats /= scale
    if frame.format.name.startswith("u8"):
        floats -= 1.0
    return np.ascontiguousarray(floats)


def _refuse(url: str, flags: int, options: Mapping[str, str]) -> NoReturn:
    raise PermissionError("nothing but the recording itself is opened")
