"""What those who look after the results read, and the exit codes that their scripts see."""

import json
import re
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.cli.night_view import ORDER
from pipeline.storage import Recording, State, Store
from tests.cli.conftest import Run
from tests.storage.test_store import entry

DAYS = {"old": "2025-01-31", "young": "2999-01-01"}


@pytest.fixture
def stored(home: Path) -> Path:
    with Store(home) as store:
        for number, (name, day) in enumerate(DAYS.items()):
            about = CallRecord(id=name, started=day)
            source = (f"/calls/{name}.wav",)
            made = Recording(content=f"{number:064}", name=name, sources=source, about=about)
            store.keep(entry(recording=made))
    return home


def test_a_purge_says_how_much_went_and_status_still_adds_up(run: Run, stored: Path) -> None:
    assert run("purge").code == 2
    assert run("purge", "--older-than", "soon").code == 2
    tried = run("purge", "--older-than", "1d", "--keep-scores", "--dry-run", "--lang", "en")
    assert (tried.code, "would delete 1 call" in tried.out) == (0, True)
    gone = json.loads(run("purge", "--older-than", "1d", "--keep-scores", "--json").out)
    assert gone["days"] == {DAYS["old"]: 1} and gone["scores"] == 1 and gone["scorecards"] == 0
    assert "old" not in json.dumps(gone).replace("older", "")
    status = run("status", "--lang", "en").out
    assert re.search(r"purged +speech +1", status) and re.search(r"sum +2", status)
    assert run("purge", "--older-than", "1d", "--keep-scores", "--lang", "en").out.startswith("no ")


def test_every_state_has_its_line_in_the_status() -> None:
    assert set(ORDER) == set(State)


def test_a_backup_prints_its_path_and_comes_back(run: Run, stored: Path, tmp_path: Path) -> None:
    made = run("backup", tmp_path / "b")
    (path,) = (tmp_path / "b").iterdir()
    assert (made.code, made.out) == (0, f"{path}\n")
    told = json.loads(run("backup", tmp_path / "mine.tgz", "--json").out)
    assert told["path"] == str(tmp_path / "mine.tgz") and len(told["sha256"]) == 64
    assert run("restore", path).code == 1
    back = run("restore", path, "--home", tmp_path / "new")
    assert back.code == 0 and str(tmp_path / "new") in back.out
    forced = run("restore", path, "--force")
    assert forced.code == 0 and "before-restore-" in forced.talk
    assert "恢复备份" in run("audit", "list").out


def test_an_upgrade_says_from_what_to_what(run: Run, stored: Path, tmp_path: Path) -> None:
    assert run("db", "upgrade").code == 0
    tried = run("db", "upgrade", "--dry-run", "--home", tmp_path / "none", "--lang", "en")
    assert tried.code == 0 and "nothing was changed" in tried.out
    assert not (tmp_path / "none" / "zhiyin.db").exists()
