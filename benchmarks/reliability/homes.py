"""R6, R7, R12, R13, R21 and S10 in full: tests of which CI tries a sample, every size, seed and
round, one after the other; and R14: every fault at every statement, on both databases."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.reliability.results import REPOSITORY, Results

SUITES = {
    "R6 told to stop": "tests/night/test_stopping.py",
    "R7 two runs at once": "tests/cli/test_night.py",
    "R12 full disk": "tests/faults/test_full_disk.py",
    "R13 homes that must not be written": "tests/faults/test_refused_homes.py",
    "R21 backup while a run writes": "tests/faults/test_backups.py",
    "S10 two at one card": "tests/workflow/test_reviewing_at_once.py",
}
PYTEST = [sys.executable, "-m", "pytest", "--timeout=0", "-m", "faults or desk"]
STATEMENTS = "tests/storage/test_breaking.py"
DATABASES = {"sqlite": "faults and not postgres", "postgres": "faults and postgres"}
TAIL = 300


def homes(results: Results) -> None:
    """Every case once; those that are known are not tried again."""
    for suite, file in SUITES.items():
        known = {line["case"] for line in results.of(suite)}
        for case in _cases(file):
            if case not in known:
                results.tried(suite, lambda case=case: _try(case), case=case)  # type: ignore[misc]


def statements(results: Results, database: str) -> None:
    """R14 on a database."""
    suite = f"R14 faults at statements, {database}"
    if not results.of(suite):
        results.tried(suite, lambda: _every_fault(database))


def _every_fault(database: str) -> dict[str, Any]:
    ran = _pytest("-s", "-m", DATABASES[database], STATEMENTS, ZHIYIN_EVERY_FAULT="1")
    broken = re.search(r"(\d+) nights broken", ran.stdout)
    if ran.returncode or broken is None:
        raise AssertionError(ran.stdout[-TAIL:])
    return {"nights": int(broken.group(1))}


def _cases(file: str) -> list[str]:
    listed = _pytest("--collect-only", file).stdout
    return [line for line in listed.splitlines() if "::" in line]


def _try(case: str) -> dict[str, Any]:
    ran = _pytest(case)
    if ran.returncode:
        raise AssertionError(ran.stdout[-TAIL:])
    return {}


def _pytest(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PYTEST, *words],
        cwd=REPOSITORY,
        env={**os.environ, "ZHIYIN_TRIALS": "all", "PYTHONPATH": str(Path(REPOSITORY)), **given},
        capture_output=True,
        text=True,
        check=False,
    )
