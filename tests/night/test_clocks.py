"""A clock that jumps in a night makes it neither skip, nor repeat, nor lose anything."""

from pathlib import Path
from typing import Any

import pytest

from tests.night.clocks import JUMPS, Jump, jumped, library
from tests.night.kills import Trial, undisturbed
from tests.night.recordings import record
from tests.trials import ALL

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def faketime() -> Path:
    found = library()
    if found is None:
        pytest.skip("libfaketime is not installed")
    return found


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    record(folder, 12)
    return folder


@pytest.fixture(scope="module")
def said(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the night says with a clock that behaves."""
    home = tmp_path_factory.mktemp("undisturbed")
    return undisturbed(Trial(home=home, recordings=recordings))[0]


SOME = ("back one hour", "forward one day", "the night in which summer time ends", "files of 2099")
"""What CI tries of them."""


@pytest.mark.parametrize(
    "jump", [one for one in JUMPS if ALL or one.name in SOME], ids=lambda jump: jump.name
)
def test_a_clock_that_jumps_changes_nothing(
    recordings: Path, said: dict[str, Any], tmp_path: Path, faketime: Path, jump: Jump
) -> None:
    jumped(Trial(home=tmp_path / "home", recordings=recordings), said, jump, faketime)
