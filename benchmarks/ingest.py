"""Recordings far larger than usual: how long they take to be refused or heard, and how much memory.

    python -m benchmarks.ingest            # ten minutes on two cores, 2 GB of disk
    python -m benchmarks.ingest too-long tree hours      # or some of it

too-long: 10 h of 8 kHz WAV, 10 h and 100 h of silent FLAC: the whole road, until the refusal.
tree: a folder that is 1,000 folders deep, and one that holds 100,000 files: until they are listed.
hours: 4 h of stereo and 4 h of mono, made of sample calls: the whole road, until the scorecard.

Each runs in a process of its own; memory is the largest resident set of it and of its children, at
the same moment (20 times a second).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.match import machine
from pipeline.configuration.resources import folder
from pipeline.settings import Audio
from pipeline.speech.audio import decode

RATE = 8_000
HOUR = 3_600
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4_096


def scored(file: Path) -> tuple[float, float, str]:
    """Seconds, megabytes and the last line but one of what `zhiyin score FILE` tells."""
    home = file.parent / "home"
    began = time.perf_counter()
    start = "from pipeline.cli import main; main()"
    command = [sys.executable, "-c", start, "score", str(file), "--home", str(home)]
    most = 0
    with (file.parent / "told").open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        while process.poll() is None:
            most = max(most, sum(_resident(pid) for pid in _family(process.pid)))
            time.sleep(0.05)
        told.seek(0)
        lines = told.read().strip().splitlines()
    return time.perf_counter() - began, most / 1e6, lines[-2] if len(lines) > 1 else "-"


def _family(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = task.read_text().split()
        except OSError:
            continue
        for child in below:
            yield from _family(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def silent(file: Path, hours: int) -> Path:
    """So many hours of nothing; FLAC keeps a minute in a few bytes."""
    minute = np.zeros(RATE * 60, np.int16)
    with soundfile.SoundFile(file, "w", RATE, 1, "PCM_16") as sound:
        for _ in range(hours * 60):
            sound.write(minute)
    return file


def conversation(file: Path, hours: int, channels: int) -> Path:
    """Sample calls one after another."""
    calls = sorted((folder("sample_audio") / "calls").glob("0*.wav"))
    written = 0
    with soundfile.SoundFile(file, "w", RATE, channels, "ALAW") as out:
        while written < hours * HOUR * RATE:
            for call in calls:
                with decode((call,), Audio()) as sound:
                    sides = np.stack([side[::2] for side in sound.channels[:2]], axis=1)
                mixed = sides if channels == 2 else sides.astype(np.int32).sum(1, keepdims=True)
                kept = mixed[: hours * HOUR * RATE - written].clip(-32768, 32767).astype(np.int16)
                out.write(kept)
                written += len(kept)
    return file


def too_long(place: Path) -> None:
    print("\n| recording | bytes | seconds until refused | MB |\n|---|---|---|---|")
    made = (
        ("10 h WAV, 8 kHz", silent(place / "10h.wav", 10)),
        ("10 h silent FLAC", silent(place / "10h.flac", 10)),
        ("100 h silent FLAC", silent(place / "100h.flac", 100)),
    )
    for name, file in made:
        seconds, most, _ = scored(file)
        print(f"| {name} | {file.stat().st_size:,} | {seconds:.1f} | {most:.0f} |", flush=True)
        file.unlink()


def tree(place: Path) -> None:
    print("\n| folder | seconds until listed | recordings |\n|---|---|---|")
    deep, many = place / "deep", place / "many"
    for top in (deep, many):
        top.mkdir()
    here = os.open(deep, os.O_RDONLY)  # a path of 1,000 names is longer than the system takes
    for _ in range(1_000):
        os.mkdir("x.wav", dir_fd=here)
        here, outer = os.open("x.wav", os.O_RDONLY, dir_fd=here), here
        os.close(outer)
    os.close(here)
    for number in range(100_000):
        (many / f"call-{number:06d}.wav").touch()
    code = (
        "import sys; from pathlib import Path; from pipeline.settings import Audio;"
        "from pipeline.speech.sources import sources;"
        "print(len(sources([Path(sys.argv[1])], Audio())))"
    )
    for name, top in (("1,000 folders deep", deep), ("100,000 files", many)):
        began = time.perf_counter()
        found = subprocess.run(
            [sys.executable, "-c", code, str(top)], capture_output=True, text=True, check=True
        )
        print(
            f"| {name} | {time.perf_counter() - began:.1f} | {found.stdout.strip()} |", flush=True
        )
    subprocess.run(["rm", "-rf", str(deep)], check=True)  # deeper than Python's own way goes


def hours(place: Path) -> None:
    print("\n| recording | seconds until scored | MB |\n|---|---|---|")
    for name, channels in (("4 h stereo", 2), ("4 h mono", 1)):
        file = conversation(place / f"{channels}.wav", 4, channels)
        seconds, most, verdict = scored(file)
        print(f"| {name} | {seconds:.0f} | {most:.0f} |", flush=True)
        print(f"    {verdict}", file=sys.stderr)
        file.unlink()


PARTS = {"too-long": too_long, "tree": tree, "hours": hours}


def main() -> None:
    """The command: prints the tables of docs/audio.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("parts", nargs="*", help="default: all")
    chosen = parser.parse_args().parts or list(PARTS)
    print(machine())
    for part in chosen:
        with tempfile.TemporaryDirectory() as place:
            PARTS[part](Path(place))


if __name__ == "__main__":
    main()
