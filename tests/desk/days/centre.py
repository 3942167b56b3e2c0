"""A centre on the first morning: the sample calls were scored by night, people have one-time
passwords, and one file was no recording."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.databases import Database

TREE = Path(__file__).parents[3]
SAMPLES = TREE / "sample_audio"
CALLS = SAMPLES / "calls"
BROKEN = "30-no-recording.wav"
OWN = "own-Words-77"
"""The password that everybody chooses."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Its home, and the one-time password of each login."""

    home: Path
    passwords: dict[str, str]

    @property
    def database(self) -> Database:
        return Database(self.home)

    @classmethod
    def read(cls, folder: Path) -> "Centre":
        """The one that filled() made there."""
        return cls(folder / "home", json.loads((folder / "passwords.json").read_text("utf-8")))

    def copy(self, home: Path) -> "Centre":
        """The same again, for somebody to spend a day in."""
        return Centre(Path(shutil.copytree(self.home, home)), self.passwords)


def filled(folder: Path) -> None:
    """A night over the sample calls, and the people of sample_audio/people.csv."""
    sources, home = folder / "recordings", folder / "home"
    sources.mkdir()
    home.mkdir()
    for path in CALLS.iterdir():
        if path.is_file():
            shutil.copy2(path, sources)
    (sources / BROKEN).write_text("这不是录音", "utf-8")
    settings = f'[night]\nsources = ["{sources}"]\nsettle_seconds = 0\n'
    (home / "zhiyin.toml").write_text(settings, "utf-8")
    zhiyin(home, "run", most=3)
    said = zhiyin(home, "user", "import", str(SAMPLES / "people.csv"))
    passwords = dict(re.findall(r"^(\S+)\t(\S+)$", said, re.M))
    (folder / "passwords.json").write_text(json.dumps(passwords), "utf-8")


def zhiyin(home: Path, *words: str, most: int = 0) -> str:
    """What a command prints; most: the exit code that is still well."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *words],
        env={**kept, "ZHIYIN_HOME": str(home), "PYTHONPATH": str(TREE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode <= most, done.stderr
    return done.stdout
