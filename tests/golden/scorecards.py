"""The scorecards of the sample calls, as they are kept: `python -m tests.golden.scorecards`.

Run it after a change that is meant to alter a verdict, read the difference, and name it in
CHANGELOG.md with its reason.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TREE = Path(__file__).parents[2]
CALLS = TREE / "sample_audio" / "calls"
KEPT = Path(__file__).with_name("scorecards.json")

Cards = dict[str, dict[str, Any]]


def scored(home: Path) -> Cards:
    """What `zhiyin score` says of every sample call: total, and verdict and points per item."""
    zhiyin = (sys.executable, "-c", "from pipeline.cli import main; main()")
    asked = ("score", str(CALLS), "--json", "--home", str(home))
    done = subprocess.run([*zhiyin, *asked], cwd=TREE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {_name(call): _card(call) for call in json.loads(done.stdout)["calls"]}


def _name(call: dict[str, Any]) -> str:
    return Path(call["sources"][0]).stem.removesuffix("_agent")


def _card(call: dict[str, Any]) -> dict[str, Any]:
    (card,) = call["scorecards"]
    items = {i["id"]: f"{i['verdict']} {-i['points_lost']:g}" for i in card["items"]}
    return {"total": card["total"], "items": items}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kept = json.dumps(scored(Path(folder)), ensure_ascii=False, indent=1)
    KEPT.write_text(kept + "\n", encoding="utf-8")
