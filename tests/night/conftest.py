"""A worker that is nearer than usual."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.night import run
from pipeline.night.job import Event, Job, Kind
from pipeline.night.worker import work
from pipeline.storage import Ledger


@pytest.fixture
def within(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker of a run works in this process: for what becomes of recordings, whoever works on
    them. That workers have processes of their own is for test_local.py, and for other runs."""

    def engine(job: Job, says: Callable[[Event], None], stop: Callable[[], int]) -> None:
        with Ledger(job.home, job.settings.storage) as ledger:
            over = work(replace(job, worker="w"), ledger, says, lambda: bool(stop()))
        says(Event(kind=Kind.OVER, worker="w", said=over.value))

    monkeypatch.setattr(run, "run_local", engine)
