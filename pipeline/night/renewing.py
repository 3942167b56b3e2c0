"""A worker's leases, renewed in a thread of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.night.job import Job
from pipeline.storage import Ledger
from pipeline.unexpected import note_unexpected


@contextmanager
def renewing(job: Job, ledger: Ledger) -> Iterator[None]:
    """What the worker has in hand stays its own, however long the recogniser takes."""
    night, over = job.settings.night, threading.Event()

    def renew() -> None:
        while not over.wait(min(night.beat_seconds, night.lease_seconds / 3)):
            try:
                ledger.renew(job.worker, night.lease_seconds)
            except Exception as error:  # the next time, or the lease runs out
                note_unexpected(error, "renew")

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
