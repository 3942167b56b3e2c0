"""A wheel built from the tree and installed into an empty environment scores a sample."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

TREE = Path(__file__).parents[2]
SAMPLE = TREE / "sample_audio" / "calls" / "01-good-inbound.wav"


@pytest.mark.recogniser
def test_an_installed_wheel_scores_a_sample_away_from_the_tree(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", TREE)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    _holds_the_desk(wheel)
    environment = tmp_path / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", environment)
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin/python")
    locked = ("--constraint", TREE / "requirements.lock")
    # Compiling what is never imported would take longer than all else here.
    _run(*pip, "install", "--quiet", "--no-compile", *locked, wheel)
    zhiyin = environment / "bin/zhiyin"
    printed = _run(zhiyin, "score", SAMPLE, "--json", "--home", tmp_path / "home", cwd=tmp_path)
    (call,) = json.loads(printed)["calls"]
    assert call["turns"], "nothing was recognised"
    (card,) = call["scorecards"]
    assert card["template"] == "telecom-inbound"
    assert len(card["items"]) == 25


def _holds_the_desk(wheel: Path) -> None:
    """Pages, scripts and licences travel with the code."""
    desk = TREE / "pipeline" / "desk"
    wanted = {f"pipeline/desk/{path.relative_to(desk)}" for path in desk.rglob("*.*")}
    wanted |= {f"pipeline/report/look/{name}" for name in ("ground.css", "page.css")}
    with ZipFile(wheel) as archive:
        assert {one for one in wanted if "__pycache__" not in one} <= set(archive.namelist())


def _run(*command: str | Path, cwd: Path = TREE) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
