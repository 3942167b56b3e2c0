"""Preparers: side by side, and a recording that ends one ends no other."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.night import preparer
from pipeline.night.job import Opening
from pipeline.night.preparer import Later, Task
from pipeline.night.preparing import Preparers, Ready
from pipeline.night.worker import work
from pipeline.refusal import Refusal
from pipeline.settings import Night, Settings
from pipeline.speech.preparing import Prepared, prepare
from pipeline.storage import Claim, Found, State
from tests.night.nights import Told, begun, found
from tests.night.processes import family
from tests.night.recordings import record
from tests.night.stand_in import StandIn

SHORT = Settings(night=Night(hang_seconds=30, settle_seconds=0.2))
LIMIT = 8.5
GUILTY = "call-00001"
MEGABYTES = 3_072


@dataclass(frozen=True, slots=True)
class Dies:
    """Job.equip: preparers die in this way at the guilty recording."""

    way: str

    def __call__(self) -> Opening | None:
        def dying(source: object, *given: object) -> object:
            if GUILTY in str(source):
                die(self.way)
            return prepare(source, *given)  # type: ignore[arg-type]

        preparer.prepare = dying  # type: ignore[assignment]
        return StandIn()()


def die(way: str) -> None:
    if way == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if way == "exits":
        raise SystemExit(4)
    if way == "memory":
        np.ones(1 << 33, np.uint8)
    if way == "raises":
        raise RuntimeError("客户说的话")
    while True:
        time.sleep(10)


def claims(*files: Path) -> list[Claim]:
    return [
        Claim(id=number, fence=1, worker="w", night=1, found=one, attempts=0)
        for number, one in enumerate(found(*files))
    ]


@contextmanager
def preparers(count: int = 1, way: str = "", known: str = "") -> Iterator[Preparers]:
    equip = Dies(way) if way else None
    settings = SHORT if way != "hangs" else replace(SHORT, night=Night(hang_seconds=8))
    task = Task(settings=settings, window_seconds=LIMIT, megabytes=MEGABYTES, equip=equip)
    made = Preparers(task, count, lambda _, content: content != known)
    try:
        yield made
    finally:
        made.close()


def made(several: Preparers, given: list[Claim]) -> dict[str, Ready]:
    for claim in given:
        several.put(claim)
    found: dict[str, Ready] = {}
    for _ in given:
        one = several.ready.get(timeout=60)
        assert isinstance(one, Ready), one
        found[Path(one.claim.found.name).stem] = one
    return found


def test_what_preparers_make_is_what_is_made_here(tmp_path: Path) -> None:
    files = record(tmp_path, 4)
    (tmp_path / "text.wav").write_text("不是录音")
    before = family()
    with preparers(2) as several:
        ready = made(several, claims(*files, tmp_path / "text.wav"))
    assert family() == before
    for path in files:
        theirs = ready[path.stem].made
        assert isinstance(theirs, Prepared)
        assert ready[path.stem].content
        ours = prepare(theirs.source, SHORT, LIMIT)
        assert (theirs.voices, theirs.tones, theirs.leaks) == (ours.voices, ours.tones, ours.leaks)
        for load, other in zip(ours.loads, theirs.loads, strict=True):
            assert np.array_equal(load.audio(), other.audio())
    assert isinstance(ready["text"].made, Refusal)


def test_what_is_known_is_not_made_again(tmp_path: Path) -> None:
    from pipeline.workflow.content import content_of

    files = record(tmp_path, 2)
    with preparers(known=content_of([files[0]])) as several:
        ready = made(several, claims(*files))
    assert ready["call-00000"].made is None
    assert isinstance(ready["call-00001"].made, Prepared)


def test_a_file_that_changed_since_it_was_found_waits(tmp_path: Path) -> None:
    (path,) = record(tmp_path, 1)
    (claim,) = claims(path)
    stale = replace(claim, found=replace(claim.found, stamp="of another time"))
    with preparers() as several:
        later = made(several, [stale])["call-00000"].made
    assert isinstance(later, Later) and isinstance(later.found, Found)
    assert later.found.not_before > time.time() * 1000 - 60_000


WAYS = [
    ("killed", "night.killed"),
    pytest.param("exits", "night.exited", marks=pytest.mark.faults),
    pytest.param("hangs", "night.preparer-hung", marks=pytest.mark.faults),
]


@pytest.mark.parametrize(("way", "reason"), WAYS)
def test_one_that_ends_its_preparer_is_named_and_the_others_are_made(
    tmp_path: Path, way: str, reason: str
) -> None:
    with preparers(way=way) as several:
        ready = made(several, claims(*record(tmp_path, 3)))
    broke = ready.pop(GUILTY).broke
    assert broke is not None and broke.key == reason
    assert all(isinstance(one.made, Prepared) for one in ready.values())


@pytest.mark.parametrize(
    ("way", "key"), [("memory", "audio.too-much-memory"), ("raises", "speech.broke")]
)
@pytest.mark.faults
def test_one_that_only_raises_does_not_end_it(tmp_path: Path, way: str, key: str) -> None:
    with preparers(way=way) as several:
        ready = made(several, claims(*record(tmp_path, 3)))
    refusal = ready.pop(GUILTY).made
    assert isinstance(refusal, Refusal) and refusal.reason.key == key
    assert all(isinstance(one.made, Prepared) for one in ready.values())


@pytest.mark.faults
@pytest.mark.parametrize("way", ["killed", "memory", "raises"])
def test_the_guilty_one_has_failed_after_three_attempts_and_all_others_are_drafted(
    tmp_path: Path, way: str
) -> None:
    files = record(tmp_path / "calls", 6)
    ledger, job = begun(tmp_path / "home", files)
    with ledger:
        work(replace(job, equip=Dies(way)), ledger, Told(), lambda: False)
        (failure,) = ledger.failures()
        assert ledger.sums().of(State.DONE) == 5
    assert (Path(failure.name).stem, failure.attempts) == (GUILTY, 3)


def test_a_preparer_that_died_while_it_waited_costs_no_recording(tmp_path: Path) -> None:
    first, second = record(tmp_path, 2)
    before = family()
    with preparers() as several:
        made(several, claims(first))
        for child in family() - before:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.3)
        assert isinstance(made(several, claims(second))["call-00001"].made, Prepared)
