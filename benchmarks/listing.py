"""What a listing of a night's sources costs: CPU seconds, and the memory of the process.

    python -m benchmarks.listing            # two minutes, 100,000 small files in TMPDIR

Each way runs in a process of its own. files: recordings in one folder, with what their names say;
deep: one recording a folder, 1,000 folders one in the other; beside: with a call record beside
each; table: with a row of a CSV for each.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.match import machine
from pipeline.night.sources import listing
from pipeline.settings import Night, Settings

PATTERN = "{started:%Y%m%d}_{more.line}_{agent}_{direction}_{customer_number}"
NAME = "20261121_{:06}_8001_in_13812345678"
RECORD = '{{"id": "C-{:06}", "agent": "8001", "team": "二组", "started": "2026-11-21T09:30:00"}}'
HEADINGS = "录音文件,工号,班组,呼叫方向,开始时间,振铃时长,客户号码,满意度,是否投诉\n"
ROW = ",8001,二组,呼入,2026/11/21 9:30:00,12,13812345678,5,否\n"
WAYS = {"files": 100_000, "deep": 1_000, "beside": 20_000, "table": 100_000}


def lay(way: str, count: int, place: Path) -> Night:
    """The files of one way, and the settings that name them."""
    folder = place / "calls"
    folder.mkdir()
    names = [NAME.format(number) for number in range(count)]
    deep = folder
    for name in names:
        (deep / f"{name}.wav").touch()
        if way == "deep":
            deep /= "d"
            deep.mkdir()
    if way == "beside":
        for number, name in enumerate(names):
            (folder / f"{name}.json").write_text(RECORD.format(number), "utf-8")
    if way == "table":
        rows = "".join(f"{name}.wav{ROW}" for name in names)
        (place / "cdr.csv").write_text(HEADINGS + rows, "utf-8")
        return Night(sources=(str(folder),), records=(str(place / "cdr.csv"),))
    return Night(sources=(str(folder),), name_patterns=() if way == "beside" else (PATTERN,))


def listed(way: str, count: int, place: Path) -> str:
    """A line of the table."""
    settings = Settings(night=lay(way, count, place))
    said: list[object] = []
    began = time.process_time()
    found = sum(1 for _ in listing(settings, said.append))
    seconds = time.process_time() - began
    assert (found, said) == (count, [])
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return f"| {way} | {count:,} | {seconds:.1f} | {megabytes:.0f} |"


def main() -> None:
    """Print the table."""
    print(f"{machine()}\n\n| way | recordings | CPU seconds | MB |\n|---|---|---|---|", flush=True)
    for way in WAYS:
        subprocess.run([sys.executable, "-m", "benchmarks.listing", way], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as place:
            print(listed(sys.argv[1], WAYS[sys.argv[1]], Path(place)), flush=True)
            subprocess.run(["rm", "-rf", f"{place}/calls"], check=True)  # too deep for Python
    else:
        main()
