"""Home: --home, else ZHIYIN_HOME, else the folder with zhiyin.toml above, else the platform's."""

from pathlib import Path

import pytest

from pipeline.configuration import files, find_home, folder, home
from pipeline.refusal import Refusal


def test_the_flag_wins_over_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_HOME", str(tmp_path / "variable"))
    assert find_home(tmp_path / "flag") == tmp_path / "flag"
    assert find_home() == tmp_path / "variable"


def test_the_nearest_folder_with_settings_above_is_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHIYIN_HOME", raising=False)
    (tmp_path / "zhiyin.toml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert find_home() == tmp_path


def test_without_any_of_them_the_platforms_data_folder_is_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHIYIN_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.chdir(tmp_path)
    assert find_home() == tmp_path / "data" / "zhiyin"


def test_home_is_made_when_needed_and_only_then(tmp_path: Path) -> None:
    assert not find_home(tmp_path / "new").exists()
    assert home(tmp_path / "new").is_dir()


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refusal) as refused:
        home(tmp_path / "file" / "home")
    assert refused.value.reason.key == "settings.home-not-made"


def test_a_centres_own_files_come_before_the_bundled(tmp_path: Path) -> None:
    bundled = files("scorecards", None)
    (tmp_path / "scorecards").mkdir()
    (tmp_path / "scorecards" / "own.yaml").touch()
    stem = next(iter(bundled), "telecom-inbound")
    (tmp_path / "scorecards" / f"{stem}.yaml").touch()
    found = files("scorecards", tmp_path)
    assert found["own"] == tmp_path / "scorecards" / "own.yaml"
    assert found[stem] == tmp_path / "scorecards" / f"{stem}.yaml"
    assert set(found) == {*bundled, stem, "own"}


def test_a_bundled_folder_is_found_beside_the_package() -> None:
    assert folder("models").is_dir()
