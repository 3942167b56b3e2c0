"""Files that change under a night's hands (R16): each has a state, and no score is stale."""

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.night.run import Asked, run_night
from pipeline.storage import Added, Outcome, State, Store
from tests.night.invariants import Database, conserved, one_current
from tests.night.nights import QUICK, drafted, result, state
from tests.night.recordings import write
from tests.night.stand_in import StandIn
from tests.night.test_run import Onlooking

SETTLE_SECONDS = 0.8
PIECES = 8
HEARD = (State.DONE, Outcome.SPEECH)
COPY = (State.SKIPPED, Outcome.DUPLICATE)


@dataclass
class Meanwhile(Onlooking):
    """Does something when the sources were listed, before the first recording is read."""

    does: Callable[[], None] = lambda: None

    def listed(self, seen: int, added: Added) -> None:
        self.does()


def night(home: Path, folder: Path, does: Callable[[], None] = lambda: None) -> None:
    sources = replace(QUICK.night, sources=(str(folder),), settle_seconds=SETTLE_SECONDS)
    home.mkdir(exist_ok=True)
    asked = Asked(home=home, settings=replace(QUICK, night=sources), equip=StandIn())
    run_night(asked, Meanwhile(does=does), lambda: 0)


def old(path: Path) -> Path:
    """The file as if it had been written an hour ago."""
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    return path


def grow(path: Path, whole: bytes) -> threading.Thread:
    """Write the rest of a file piece by piece, for as long as it takes others to be heard."""
    have = path.stat().st_size
    piece = -(-(len(whole) - have) // PIECES)

    def write_on() -> None:
        for at in range(have, len(whole), piece):
            with path.open("ab") as file:
                file.write(whole[at : at + piece])
            time.sleep(0.15)

    thread = threading.Thread(target=write_on)
    thread.start()
    return thread


def is_of_its_bytes(home: Path, path: Path) -> bool:
    """Whether what is known of a recording is of the bytes that its file has now."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return result(home, path).recording.content == digest


@pytest.mark.faults
@pytest.mark.parametrize("times", [10])
def test_every_change_of_a_file_has_a_state_and_leaves_no_stale_score(
    tmp_path: Path, times: int
) -> None:
    home, folder = tmp_path / "home", tmp_path / "calls"
    folder.mkdir()
    kinds = ("kept", "gone", "over", "moved", "grown")
    files = {
        kind: [
            old(write(folder / f"{kind}-{number}.wav", 100 * place + number))
            for number in range(times)
        ]
        for place, kind in enumerate(kinds)
    }
    copies = [old(Path(shutil.copy(one, folder / f"x-{one.name}"))) for one in files["kept"]]
    whole = {path: path.read_bytes() for path in files["grown"]}
    for path, data in whole.items():
        path.write_bytes(data[: len(data) // 3])
        old(path)
    growing: list[threading.Thread] = []

    def change() -> None:
        growing.extend(grow(path, data) for path, data in whole.items())
        for path in files["gone"]:
            path.unlink()
        for number, path in enumerate(files["over"]):
            write(path, 900 + number)
        for path in files["moved"]:
            path.rename(path.with_name(f"new-{path.name}"))

    night(home, folder, change)
    for thread in growing:
        thread.join()
    here = files["kept"] + files["over"] + files["grown"]
    assert {state(home, path) for path in here} == {HEARD}
    assert all(is_of_its_bytes(home, path) for path in here)
    assert {state(home, path) for path in copies} == {COPY}
    for path in files["gone"] + files["moved"]:
        kept = result(home, path)
        assert (kept.state, kept.reason and kept.reason.key) == (State.FAILED, "night.not-there")
        assert kept.kept == ()
    names = {str(path) for several in (*files.values(), copies) for path in several}
    conserved(Database(home), names)

    night(home, folder)
    moved = [path.with_name(f"new-{path.name}") for path in files["moved"]]
    assert {state(home, path) for path in moved} == {HEARD}
    one_current(Database(home))
    night(tmp_path / "undisturbed", folder)
    assert drafted(home, here + moved) == drafted(tmp_path / "undisturbed", here + moved)


@pytest.mark.usefixtures("within")
def test_what_was_scored_and_then_replaced_or_renamed_is_told_apart(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "calls"
    folder.mkdir()
    replaced, renamed = (old(write(folder / f"{n}.wav", n)) for n in range(2))
    night(home, folder)
    before = result(home, replaced)
    write(replaced, 7)
    old(replaced)
    later = renamed.rename(folder / "later.wav")
    night(home, folder)
    assert state(home, later) == COPY
    with Store(home) as store:
        after, still = store.find(str(replaced))  # the last one first
    assert (after.state, after.outcome) == HEARD
    assert after.recording.content == hashlib.sha256(replaced.read_bytes()).hexdigest()
    assert after.cards != before.cards
    assert (still.recording, still.call, still.kept) == (
        before.recording,
        before.call,
        before.kept,
    )
