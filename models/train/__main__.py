"""Make the demonstration recogniser, or go on making it: speak, train, export.

    python -m models.train                    # until 400 h of speech were heard, then export
    python -m models.train --hours 600        # the same, longer; finished stages are not repeated

Everything it needs again lies in ZHIYIN_TRAIN, else in ~/.cache/zhiyin-train: 80 MB of speech for
each shard and one checkpoint. Stopped at any time, it goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("ZHIYIN_TRAIN", Path.home() / ".cache" / "zhiyin-train"))
CORPUS = "v5"  # another name for another text: shards of both are trained on while both are there
SHARDS = 40  # 56 h of speech
MEMORY = {  # keep freed memory: fresh pages cost a tenth of the time
    "MALLOC_MMAP_THRESHOLD_": str(4 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(16 << 30),
}


def run(stage: str, *arguments: str) -> None:
    command = [sys.executable, "-m", f"models.train.{stage}", *arguments]
    subprocess.run(command, check=True, env=os.environ | MEMORY)


arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
arguments.add_argument("--hours", type=float, default=400, help="of speech to hear, in all")
arguments.add_argument("--shards", type=int, default=SHARDS, help="of 1.4 h to be spoken first")
given = arguments.parse_args()

run("synthesise", str(FOLDER / CORPUS), "--shards", str(given.shards))
run("train", "--folder", str(FOLDER), "--hours", str(given.hours))
run("export", str(FOLDER / "last.pt"), str(Path(__file__).parents[1] / "demo-zh"))
