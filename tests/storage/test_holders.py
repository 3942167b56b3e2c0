"""Who held a lock is known to be gone, or is not said to be."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.storage import Holder, holders, this_process
from pipeline.storage.holders import is_gone

STAT = "{pid} (a (b) c) {state} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {started} 20"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one process, 7, whose name is odd; it is the one that asks."""
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("boot\n")
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[1]")
    (tmp_path / "7").mkdir()
    (tmp_path / "7/stat").write_text(STAT.format(pid=7, state="S", started=555))
    monkeypatch.setattr(holders, "PROC", tmp_path)
    monkeypatch.setattr("os.getpid", lambda: 7)
    return tmp_path


@pytest.fixture
def holder(proc: Path) -> Holder:
    return this_process("local")


def test_a_process_that_lives_is_not_gone(holder: Holder) -> None:
    assert holder.process_started == "boot pid:[1] 555"
    assert not is_gone(holder)


def test_a_process_that_ended_is_gone(holder: Holder, proc: Path) -> None:
    (proc / "7/stat").unlink()
    assert is_gone(holder)


def test_a_process_that_nobody_has_waited_for_is_gone(holder: Holder, proc: Path) -> None:
    (proc / "7/stat").write_text(STAT.format(pid=7, state="Z", started=555))
    assert is_gone(holder)


def test_another_process_with_its_number_does_not_pass_for_it(holder: Holder, proc: Path) -> None:
    (proc / "7/stat").write_text(STAT.format(pid=7, state="R", started=556))
    assert is_gone(holder)


def test_a_frozen_process_is_not_gone(holder: Holder, proc: Path) -> None:
    (proc / "7/stat").write_text(STAT.format(pid=7, state="T", started=555))
    assert not is_gone(holder)


@pytest.mark.parametrize(
    ("file", "text"), [("sys/kernel/random/boot_id", "after the restart"), ("self/ns/pid", "")]
)
def test_of_another_start_or_another_container_nothing_is_said(
    holder: Holder, proc: Path, file: str, text: str
) -> None:
    (proc / "7/stat").unlink()
    (proc / file).unlink()
    if text:
        (proc / file).write_text(text)
    else:
        (proc / file).symlink_to("pid:[2]")
    assert not is_gone(holder)


def test_of_another_machine_nothing_is_said(holder: Holder, proc: Path) -> None:
    (proc / "7/stat").unlink()
    assert not is_gone(replace(holder, host="elsewhere"))


def test_where_nothing_can_be_seen_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(holders, "PROC", tmp_path / "nothing")
    assert not is_gone(this_process("local"))
