"""Skips count as failures where everything can be installed (CI); time is shown per suite."""

import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from pipeline.text import document
from pipeline.text.customers import known_by
from tests.budgets import SUITES
from tests.databases import bare_database, blank_database, database, postgres, ready_made
from tests.once import made_once
from tests.trials import ALL

__all__ = [
    "bare_database",
    "blank_database",
    "database",
    "postgres",
    "ready_made",
]  # fixtures, for whoever names them

MAY_SKIP = ("gpu", "real_inputs")
BEGAN = time.monotonic()
MEMORY = Path("/dev/shm")
ROOM = 4 << 30


def pytest_configure() -> None:
    _hear_signals()
    _stay_in_memory()


def _hear_signals() -> None:
    """Runs in the background of a shell script are deaf to Ctrl-C, those under nohup to the end of
    their terminal, and so would be all that they start: tests that send it want ears."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _stay_in_memory() -> None:
    """Temporary files lie in memory where it has room and nobody wishes otherwise: most tests would
    wait for a disk to keep what they commit, and a process that is killed leaves there what it
    would leave on a disk. Long proofs use the disk."""
    if "TMPDIR" in os.environ or ALL or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one, except for what is not there by design."""
    report = yield
    allowed = any(item.get_closest_marker(name) for name in MAY_SKIP)
    if report.skipped and os.environ.get("CI") and not allowed:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Seconds per suite beside its budget, and what was left out. Suites of several workers add up
    to more than the clock says."""
    seconds: Counter[str] = Counter()
    reports = [r for group in terminalreporter.stats.values() for r in group]
    for report in reports:
        if isinstance(report, pytest.TestReport):
            seconds[_suite(report.nodeid)] += report.duration  # type: ignore[assignment]
    if not seconds:
        return
    terminalreporter.section("seconds per suite (budget)")
    everyday = terminalreporter.config.option.markexpr.startswith("not ")
    for suite, taken in sorted(seconds.items()):
        budget = SUITES.get(suite) if everyday else None  # other targets are budgeted as a whole
        over = "  OVER BUDGET" if budget and taken > budget else ""
        terminalreporter.line(f"{suite:14} {taken:6.1f} ({budget or '-'}){over}")
    workers = terminalreporter.config.getoption("numprocesses", None) or 1
    line = f"{'in all':14} {seconds.total():6.1f}; workers: {workers}; by the clock: "
    terminalreporter.line(f"{line}{time.monotonic() - BEGAN:.1f}")
    left_out = len(terminalreporter.stats.get("skipped", []))
    if left_out:
        terminalreporter.line(f"not run here (a GPU or others' audio is wanted): {left_out}")


def _suite(nodeid: str) -> str:
    parts = nodeid.split("::")[0].split("/")
    return parts[1] if len(parts) > 2 else parts[-1]


@pytest.fixture(autouse=True)
def nobody_is_known() -> Iterator[None]:
    """A command gives its process the key of its home; the next test has none again."""
    yield
    known_by(b"")


@pytest.fixture(scope="session", autouse=True)
def documents_are_parsed_once() -> Iterator[None]:
    """Tests read the same rules again and again, and most of that is parsing YAML. What is refused
    is parsed each time."""
    parse, known = document._parse, dict[str, document.Node]()

    def parsed(text: str, file: str) -> document.Node:
        if text not in known:
            known[text] = parse(text, file)
        return known[text]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document, "_parse", parsed)
        yield


@pytest.fixture(scope="session")
def topics_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with calls about three matters and people of each kind, and topics found once."""
    from pipeline.settings import Settings
    from pipeline.workflow.gathering import gather
    from tests import many
    from tests.desk.people import let_everybody_in

    def make(home: Path) -> None:
        let_everybody_in(home)
        many.keep(home)
        gather(home, Settings(), many.TODAY, lambda done, of: None)

    return made_once(tmp_path_factory, "many", make)
