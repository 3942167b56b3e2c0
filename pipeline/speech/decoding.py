"""From an open file to channels of 16 kHz samples: which library reads it, what it made of it.

Runs in the child. libsndfile comes first where it can read the format; where it fails or ends
early, FFmpeg reads packet by packet, and the longer result is taken.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from pipeline.call import Reason
from pipeline.refusal import Refusal
from pipeline.speech import av_door, soundfile_door
from pipeline.speech.channels import Level, kept
from pipeline.speech.ogg import links
from pipeline.speech.sniff import HEAD_BYTES, Found, sniff
from pipeline.speech.tracks import Tracks
from pipeline.speech.wave_header import says_too_little

SHORTEST_SECONDS = 0.032
"""Less than one frame of the voice detector is no recording."""

PARTIAL_SECONDS = 1.0
PARTIAL_SHARE = 0.02
AGAIN_SECONDS = 0.25
AGAIN_SHARE = 0.005
"""So much short of what was expected, libsndfile's result is checked against FFmpeg's."""

RATES = (1_000, 768_000)
BROKEN = (*av_door.FAILURES, OSError, av_door.NoStream, av_door.NoCodec)
"""What opening a broken file raises: six classes were seen, and none says the cause."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to decode, and what is allowed."""

    file: IO[bytes]
    size: int
    found: Found
    options: Mapping[str, str]
    folder: Path
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What one library made of a file."""

    tracks: Tracks
    codec: str
    rate: int
    filled: float

    @property
    def decoded(self) -> float:
        """Seconds that were decoded: gaps that were filled do not count."""
        return self.tracks.seconds - self.filled


def decode(descriptor: int, request: Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """Reply for the parent, and the descriptors of one file of samples per kept channel.

    Refusal audio.unsupported…, audio.damaged, audio.too-long, audio.no-audio…
    """
    # Unbuffered: libsndfile reads the descriptor itself, and a buffer would hide where that stands.
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
        job = _job(file, request)
        result, expected = _longest(job)
    tracks = result.tracks
    if tracks.seconds < SHORTEST_SECONDS:
        raise Refusal("audio.no-audio", found=job.found.name)
    channels = tracks.channels
    chosen, remarks = kept([Level(t.peak, t.energy) for t in channels], tracks.identical)
    said = (
        *_partial(result.decoded, expected),
        *((Reason("audio.channels-change"),) if tracks.changed else ()),
        *remarks,
    )
    reply = {
        "format": f"{job.found.name}, {result.codec}, {result.rate} Hz, {len(channels)} ch",
        "samples": channels[0].samples,
        "numbers": chosen,
        "levels": [[channels[index].peak, channels[index].energy] for index in chosen],
        "remarks": [[reason.key, dict(reason.values)] for reason in said],
    }
    files = [os.dup(channels[index].file.fileno()) for index in chosen]
    tracks.close()
    return reply, files


def _job(file: IO[bytes], request: Mapping[str, Any]) -> Job:
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    raw = request["raw"]
    head = file.read(HEAD_BYTES)
    found = Found(raw["name"], raw["demuxer"]) if raw and size else sniff(head, size)
    options = raw["options"] if raw else {}
    if found.name == "WAV" and says_too_little(file, size):
        found, options = Found("WAV", "wav"), {"ignore_length": "1"}
    return Job(file, size, found, options, Path(request["folder"]), float(request["max_seconds"]))


def _longest(job: Job) -> tuple[Result, float | None]:
    """The longer of what the libraries make of the file, and the seconds that were expected."""
    expected, gaps = _expected(job)
    if expected is not None and expected > job.max_seconds:
        raise Refusal("audio.too-long", hours=job.max_seconds / 3600)
    first = _by_soundfile(job) if job.found.soundfile else None
    if first and not _short(first.decoded, expected, AGAIN_SECONDS, AGAIN_SHARE):
        return first, expected
    second = _by_ffmpeg(job, gaps, last_chance=first is None)
    longer, shorter = sorted((first, second), key=_length, reverse=True)
    if shorter:
        shorter.tracks.close()
    return cast(Result, longer), expected


def _length(result: Result | None) -> float:
    return result.decoded if result else -1.0


def _expected(job: Job) -> tuple[float | None, float]:
    """Seconds that the file should give, and seconds of gaps in it that may be filled.

    By its bytes, else by its packets; never by its word alone.
    """
    if job.found.soundfile and (by_bytes := _opened_by_soundfile(job)):
        seconds = by_bytes.seconds
        by_bytes.close()
        if seconds is not None:
            return seconds, 0.0
    try:
        by_packets = _opened_by_ffmpeg(job)
    except BROKEN:
        return None, 0.0
    measured = [part.measure(job.max_seconds) for part in by_packets]
    for part in by_packets:
        part.close()
    times = [m.seconds for m in measured if m.seconds is not None]
    return sum(times) if len(times) == len(measured) else None, sum(m.gaps for m in measured)


def _by_soundfile(job: Job) -> Result | None:
    opened = _opened_by_soundfile(job)
    return _read([opened], job) if opened else None


def _opened_by_soundfile(job: Job) -> soundfile_door.Opened | None:
    job.file.seek(0)
    try:
        return soundfile_door.Opened(job.file.fileno())
    except BROKEN:
        return None


def _by_ffmpeg(job: Job, gaps: float, last_chance: bool) -> Result | None:
    """FFmpeg's result; where nothing else read the file, why it did not either."""
    try:
        opened = _opened_by_ffmpeg(job)
    except BROKEN as error:
        if last_chance:
            raise _why_not(error, job.found) from None
        return None
    for part in opened:
        part.may_fill = gaps
    return _read(opened, job)


def _opened_by_ffmpeg(job: Job) -> list[av_door.Opened]:
    """The file, or the parts of which it is made up."""
    files = links(job.file, job.size) if job.found.demuxer == "ogg" else [job.file]
    return [av_door.Opened(file, job.found.demuxer, job.options) for file in files]


def _why_not(error: Exception, found: Found) -> Refusal:
    if isinstance(error, av_door.NoStream):
        return Refusal("audio.no-audio", found=found.name)
    if isinstance(error, av_door.NoCodec):
        return Refusal("audio.unsupported-codec", found=found.name)
    return Refusal("audio.damaged", found=found.name)


def _read(parts: Sequence[soundfile_door.Opened | av_door.Opened], job: Job) -> Result:
    """All blocks of an opened file, or of the parts of one, on disk."""
    tracks = Tracks(job.folder, job.max_seconds)
    try:
        for block, rate in chain.from_iterable(part.blocks() for part in parts):
            if not RATES[0] <= rate <= RATES[1]:
                raise Refusal("audio.damaged", found=job.found.name)
            tracks.add(block, rate)
        tracks.finish()
    except BaseException:
        tracks.close()
        raise
    finally:
        for part in parts:
            part.close()
    return Result(tracks, parts[0].codec, parts[0].rate, sum(part.filled for part in parts))


def _short(seconds: float, expected: float | None, least: float, share: float) -> bool:
    return expected is not None and seconds < expected - max(least, share * expected)


def _partial(seconds: float, expected: float | None) -> tuple[Reason, ...]:
    if expected is None or not _short(seconds, expected, PARTIAL_SECONDS, PARTIAL_SHARE):
        return ()
    return (Reason("audio.partial", {"seconds": seconds, "expected": expected}),)
