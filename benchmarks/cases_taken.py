"""The memory that taking cases along costs: a page and slides of so many minutes of sound.

    python -m benchmarks.cases_taken [--minutes 120]

Each is made in a process of its own, of sounds as large as two channels are in MP3; what is said is
how much more memory the process held at most than before, and how large the file is.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.match import machine
from pipeline.call import Interval, Speaker
from pipeline.report.case_page import case_page
from pipeline.report.case_slides import case_slides
from pipeline.speech.clip import BITS
from pipeline.storage.case_records import Case, Cut, Notes, Quality
from pipeline.workflow.cases import Told
from pipeline.workflow.excerpts import Line
from pipeline.workflow.handing_out import MOST_MINUTES, Pack, Part

MINUTES_A_CASE = 2
WAYS: dict[str, Callable[[Pack], bytes]] = {
    "html": lambda pack: case_page(pack, "zh").encode(),
    "pptx": lambda pack: case_slides(pack, "zh"),
}


def pack_of(folder: Path, minutes: int) -> Pack:
    """Cases of two minutes each, whose sounds are bytes without a meaning."""
    return Pack("新人", tuple(_part(folder, n) for n in range(1, 1 + minutes // MINUTES_A_CASE)))


def _part(folder: Path, number: int) -> Part:
    sound = folder / f"{number}.mp3"
    sound.write_bytes(os.urandom(MINUTES_A_CASE * 60 * BITS[2] // 8))
    case = Case(
        id=number,
        recording=number,
        team="",
        notes=Notes(title=f"案例 {number}", quality=Quality.GOOD),
        cut=Cut(span=Interval(0, 60.0 * MINUTES_A_CASE), clip=str(number)),
        by="zhao",
        at=0,
        changed_by="zhao",
        changed=0,
    )
    lines = tuple(Line(Speaker.AGENT, 4.0 * n, "您好，请问有什么可以帮您") for n in range(30))
    return Part(Told(case=case, lines=lines, card=0, chat=False, sound=True, beeped=0), sound)


def measured(way: str, minutes: int) -> dict[str, float]:
    """Of this process, which does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        WAYS[way](pack_of(Path(folder), MINUTES_A_CASE))  # what is loaded once
        pack = pack_of(Path(folder), minutes)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = len(WAYS[way](pack))
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"megabytes": round(size / 1e6, 1), "memory_megabytes": round(more / 1024, 1)}


def main() -> None:
    """The figures go to the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=MOST_MINUTES)
    parser.add_argument("--way", choices=tuple(WAYS), default=None)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(measured(asked.way, asked.minutes)))
        return
    found = {}
    for way in WAYS:
        command = [sys.executable, "-m", "benchmarks.cases_taken", "--way", way]
        more = ["--minutes", str(asked.minutes)]
        said = subprocess.run([*command, *more], check=True, capture_output=True).stdout
        found[way] = json.loads(said)
    print(json.dumps({"machine": machine(), "minutes": asked.minutes, "found": found}, indent=2))


if __name__ == "__main__":
    main()
