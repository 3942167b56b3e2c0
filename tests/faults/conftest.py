"""Places and commands that go wrong: small disks, disks that are read-only, other processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.night.invariants import Database, conserved, intact, one_current
from tests.night.recordings import record

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 300
ODD = ("Traceback", "Something unexpected", "Error in sys.excepthook")
"""What no user should read."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    talk: str

    @property
    def reason(self) -> str:
        """What stopped it: the last line."""
        return self.talk.strip().splitlines()[-1]


@dataclass(frozen=True, slots=True)
class Place:
    """A home, and recordings that are not on its disk. temporary: TMPDIR of its commands."""

    home: Path
    recordings: Path
    temporary: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return Database(self.home)

    def start(self, *words: str | Path, first: str = "", **variables: str) -> subprocess.Popen[str]:
        """A command in a process group of its own. first: code that goes before it."""
        kept = {name: value for name, value in os.environ.items() if "ZHIYIN" not in name}
        given = {
            "PYTHONPATH": str(REPOSITORY),
            "TMPDIR": str(self.temporary),
            "ZHIYIN_HOME": str(self.home),
            "ZHIYIN_LANGUAGE": "en",
            "ZHIYIN_NIGHT__SOURCES": str(self.recordings),
            "ZHIYIN_NIGHT__SETTLE_SECONDS": "0",
        }
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"{first}from pipeline.cli import main; main()",
                *map(str, words),
            ],
            env={**kept, **given, **self.settings, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def do(self, *words: str | Path, first: str = "", **variables: str) -> Said:
        """A command, to its end."""
        process = self.start(*words, first=first, **variables)
        out, talk = process.communicate(timeout=PATIENCE_SECONDS)
        said = Said(process.returncode, out, talk)
        assert not [odd for odd in ODD if odd in talk], talk
        return said

    def holds(self, names: set[str]) -> None:
        """The invariants of a home in which all that was found has been worked through."""
        conserved(self.database, names)
        one_current(self.database)
        intact(self.database)
        audit = self.do("audit", "verify")
        assert audit.code == 0, audit.talk
        left = [path for path in self.temporary.rglob("*") if path.is_file()]
        assert [path for path in left if not path.name.startswith("jieba")] == []


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few short ones."""
    folder = tmp_path_factory.mktemp("recordings")
    record(folder, 4)
    return folder


@pytest.fixture
def place(tmp_path: Path, recordings: Path) -> Place:
    """A home as it should be."""
    made = Place(tmp_path / "home", recordings, tmp_path / "tmp")
    made.home.mkdir()
    made.temporary.mkdir()
    return made


@contextmanager
def mounted(folder: Path, *how: str) -> Iterator[Path]:
    """Something mounted on the folder; skips where that is not permitted."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(["mount", *how, str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"mounting is not permitted: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """A file or folder that nobody can write, not even root."""
    made = subprocess.run(
        ["mount", "--bind", str(path), str(path)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"mounting is not permitted: {made.stderr.strip()}")
    with ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", "--lazy", str(path)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(path)], check=True)
        yield


def names_in(recordings: Path) -> set[str]:
    """What recordings of a folder are known by."""
    return {str(path) for path in recordings.glob("*.wav")}
