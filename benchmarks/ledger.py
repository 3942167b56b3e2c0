"""What the ledger costs: adding recordings, seeing them again, taking and finishing them.

    python -m benchmarks.ledger [--recordings 100000] [--url postgresql://...]

Seconds for all of them, and per claim and per finished recording; on the database of a folder that
is made for it, or on an empty one by URL. The calls that are kept have two short turns: the figures
are of the ledger, not of long calls.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.call import CallRecord
from pipeline.settings import Storage
from pipeline.storage import Claim, Found, Ledger, this_process
from tests.storage.by_hand import LEASE, finish

FINISHED = 500
TAKEN = 16


def listing(count: int) -> Iterator[Found]:
    """Files of a night as a folder would give them."""
    for number in range(count):
        path = f"/calls/2026-11-21/{number:07}.wav"
        record = CallRecord(agent=str(8000 + number % 500), queue="hotline", direction="in")
        yield Found(name=path, sources=(path,), about=record, stamp=f'[["{path}",1,{number}]]')


@contextmanager
def clocked(said: str, count: int) -> Iterator[None]:
    """Prints what it took in all, and each."""
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    print(f"{said:42} {count:8} {seconds:8.2f} s  {1000 * seconds / count:8.3f} ms each")


def measure(open_: Callable[[], Ledger], count: int) -> None:
    """All figures, on an empty database."""
    with open_() as ledger:
        with clocked("added, new", count):
            ledger.add(listing(count))
        with clocked("added, known and unchanged", count):
            assert ledger.add(listing(count)).known == count
        night = ledger.begin(this_process("local"), LEASE)
        work(ledger, night, "most waiting")
        left = count - 2 * FINISHED - TAKEN
        with clocked("taken 1000 at a time", left):
            while left > 0:
                left -= len(ledger.claim(night, "other", min(1000, left), LEASE))
        work(ledger, night, "few waiting")
        with clocked("sums", 1):
            assert ledger.sums().total == count
        with clocked("failures", 1):
            ledger.failures(100)


def work(ledger: Ledger, night: int, said: str) -> None:
    """Take and finish so many."""
    with clocked(f"taken {TAKEN} at a time, finished, {said}", FINISHED):
        claims: list[Claim] = []
        for _ in range(FINISHED):
            claims = claims or ledger.claim(night, "w", TAKEN, LEASE)
            finish(ledger, claims.pop())


def main() -> None:
    """The figures go to the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=100_000)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(lambda: Ledger(Path(home), Storage(url=asked.url)), asked.recordings)


if __name__ == "__main__":
    main()
