"""docs/reliability.md names tests that there are."""

import re
from pathlib import Path

from benchmarks.reliability.killing import RECORDINGS, SECONDS
from tests.night.clocks import JUMPS
from tests.night.failpoints import Step

PAGE = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text("utf-8")


def test_every_promise_names_tests_that_there_are() -> None:
    promises = PAGE.partition("## What we promise")[2].partition("The invariants")[0]
    rows = [line for line in promises.splitlines() if line.startswith("|")][2:]
    assert len(rows) >= 10
    for row in rows:
        named = re.findall(r"(\w+/test_\w+\.py)", row)
        assert named, row
        for name in named:
            assert (Path(__file__).parents[1] / name).exists(), name


def test_what_the_page_says_of_the_trials_is_what_they_do() -> None:
    assert f"a night of {RECORDINGS} recordings" in PAGE
    assert f"{SECONDS} s a\nbatch" in PAGE
    assert len(Step) == 7
    assert len(JUMPS) == 8
