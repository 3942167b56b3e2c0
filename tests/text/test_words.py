"""Where jieba's dictionary is kept: nobody else may put anything there that is loaded."""

import tempfile
from pathlib import Path

import pytest

from pipeline.text.words import kept_in


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_is_made_for_its_owner_alone() -> None:
    folder = kept_in()
    assert folder is not None and folder.stat().st_mode & 0o777 == 0o700
    assert kept_in() == folder


def test_a_folder_that_others_can_reach_is_not_used() -> None:
    folder = kept_in()
    assert folder is not None
    folder.chmod(0o755)
    assert kept_in() is None


def test_a_link_is_not_followed(temporary: Path) -> None:
    folder = kept_in()
    assert folder is not None
    folder.rename(temporary / "elsewhere")
    folder.symlink_to(temporary / "elsewhere")
    assert kept_in() is None


def test_a_place_that_cannot_be_written_costs_nothing_but_time(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "nowhere"))
    assert kept_in() is None
