"""Several inspectors at one desk in the same minutes: nothing is lost, nothing is there twice."""

from pathlib import Path

import pytest

from benchmarks.desk_crowd import Wish, crowd
from pipeline.settings import Storage

pytestmark = pytest.mark.desk


def test_six_at_once_lose_nothing_and_come_to_what_one_would(tmp_path: Path) -> None:
    figures, wrong = crowd(tmp_path, Storage(), Wish(people=6, thought=0.05, calls=4))
    assert not wrong, "\n".join(wrong)
    assert figures["ms"]["submit"]["n"] >= 24
