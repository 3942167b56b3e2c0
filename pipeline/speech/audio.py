"""A recording's files become sound: one 16 kHz channel per side, in little memory.

Everything is decoded in child processes with limits (children.py, decode_child.py); samples come
back as nameless files that are mapped here, so that a four-hour call costs no memory until it is
looked at, and nothing is left behind whatever dies. docs/audio.md tells what is read and how.
"""

import logging
import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.call import Reason
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.channels import Level, silence
from pipeline.speech.children import ask
from pipeline.speech.mapping import Channel, mapped
from pipeline.text.names import shown

log = logging.getLogger(__name__)

RATE = 16_000
"""Samples per second of every channel."""

BYTES_PER_SECOND_OF_WORK = 50_000
"""A big file may take longer than the settings' least: a second for so many bytes (the smallest
telephone codec fills a second of speech with 600; broken files that decoders chew on for ever are
mostly small)."""

PAIR_SECONDS = 1.0
"""Two one-sided recordings whose lengths are further apart than this are remarked on."""

RAW = {
    "alaw": ("A-law", "alaw"),
    "mulaw": ("µ-law", "mulaw"),
    "s16le": ("PCM", "s16le"),
    "g722": ("G.722", "g722"),
    "g729": ("G.729", "g729"),
    "gsm": ("GSM 6.10", "gsm"),
}
WITHOUT_RATE = ("g722", "g729")


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded recording. channels: int16 of shape (n,) at 16 kHz, all of one length, mapped.

    duration is in seconds; remarks are what a reader of the scorecard must know; format says what
    the file was; numbers are the channels' indexes in the file, of a pair 0 and 1. Close it (or use
    `with`) when done: its disk space is given back.
    """

    channels: tuple[Channel, ...]
    duration: float
    remarks: tuple[Reason, ...]
    format: str
    numbers: tuple[int, ...]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the samples. A slice that somebody still holds keeps its channel alive."""
        object.__setattr__(self, "channels", ())


def decode(paths: Path | Sequence[Path], settings: Audio) -> Sound:
    """The sound of a recording: one file, or a pair of one-sided files, the agent's first.

    Refusal, with the file and a reason in the user's words, for whatever is not a recording:
    audio.no-audio, audio.empty-file, audio.unsupported-…, audio.damaged, audio.too-long,
    audio.too-slow, audio.too-much-memory, audio.broke-decoder, audio.not-found…
    """
    files = (paths,) if isinstance(paths, Path) else tuple(paths)
    decoded: list[_Decoded] = []
    try:
        for path in files:
            decoded.append(_decode_file(path, settings))
    except BaseException:
        for side in decoded:
            side.close()
        raise
    return _sound(decoded[0]) if len(decoded) == 1 else _side_by_side(decoded)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What the child made of one file: a descriptor and a level for every kept channel."""

    descriptors: Sequence[int]
    levels: Sequence[Level]
    samples: int
    remarks: tuple[Reason, ...]
    format: str
    numbers: tuple[int, ...]

    def close(self, but: int | None = None) -> None:
        """Let go of the samples of all channels but one."""
        for index, descriptor in enumerate(self.descriptors):
            if index != but:
                os.close(descriptor)


def _decode_file(path: Path, settings: Audio) -> _Decoded:
    descriptor = _open(path)
    try:
        seconds = settings.seconds + os.fstat(descriptor).st_size / BYTES_PER_SECOND_OF_WORK
        request = {
            "seconds": seconds,
            "max_seconds": settings.max_hours * 3600,
            "folder": tempfile.gettempdir(),
            "raw": _raw(path, settings),
        }
        reply, files = ask(request, descriptor, settings.memory_megabytes, seconds)
    except Refusal as refusal:
        raise Refusal(
            refusal.reason.key, shown(path), None, None, **refusal.reason.values
        ) from None
    finally:
        os.close(descriptor)
    if "refusal" in reply:
        key, values = reply["refusal"]
        log.debug("%s: %s", key, reply.get("trace", ""))
        raise Refusal(key, shown(path), None, **values)
    levels = [Level(peak, energy) for peak, energy in reply["levels"]]
    remarks = tuple(Reason(key, values) for key, values in reply["remarks"])
    numbers = tuple(reply["numbers"])
    return _Decoded(files, levels, int(reply["samples"]), remarks, reply["format"], numbers)


def _open(path: Path) -> int:
    """The file, opened for reading; anything but a regular file is refused before it is opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("audio.not-a-file", shown(path))
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
    except PermissionError:
        raise Refusal("audio.no-permission", shown(path)) from None
    except (OSError, ValueError):
        raise Refusal("audio.not-found", shown(path)) from None
    raise Refusal("audio.not-a-file", shown(path))


def _raw(path: Path, settings: Audio) -> dict[str, Any] | None:
    """What the settings say that a headerless file of this ending holds: ".alaw=alaw/8000"."""
    for entry in settings.raw:
        ending, _, what = entry.partition("=")
        if not path.name.lower().endswith(ending.lower()):
            continue
        coding, _, rate = what.partition("/")
        if coding not in RAW:
            raise Refusal("audio.raw-setting", found=entry, allowed="、".join(RAW))
        name, demuxer = RAW[coding]
        options = {} if coding in WITHOUT_RATE else {"sample_rate": rate or "8000"}
        return {"name": name, "demuxer": demuxer, "options": options}
    return None


def _sound(decoded: _Decoded) -> Sound:
    channels = tuple(mapped(d, decoded.samples) for d in decoded.descriptors)
    mono = (Reason("audio.mono"),) if len(channels) == 1 else ()
    silent = silence([level.peak for level in decoded.levels], decoded.numbers)
    remarks = (*decoded.remarks, *mono, *silent)
    return Sound(channels, decoded.samples / RATE, remarks, decoded.format, decoded.numbers)


def _side_by_side(sides: Sequence[_Decoded]) -> Sound:
    """One-sided recordings as the channels of one, the shorter padded with silence."""
    longest = max(side.samples for side in sides)
    apart = (longest - min(side.samples for side in sides)) / RATE
    channels: list[Channel] = []
    peaks: list[int] = []
    remarks: list[Reason] = []
    for side in sides:
        energies = [level.energy for level in side.levels]
        loudest = energies.index(max(energies))
        side.close(but=loudest)
        channels.append(mapped(side.descriptors[loudest], longest))
        peaks.append(side.levels[loudest].peak)
        remarks.extend(side.remarks)
    if apart > PAIR_SECONDS:
        remarks.append(Reason("audio.pair-lengths", {"seconds": apart}))
    formats = " + ".join(dict.fromkeys(side.format for side in sides))
    numbers = tuple(range(len(sides)))
    said = (*remarks, *silence(peaks, numbers))
    return Sound(tuple(channels), longest / RATE, said, formats, numbers)
