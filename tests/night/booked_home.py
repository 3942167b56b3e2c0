"""One home in which random nights take place, and the book of what must be so in it."""

import atexit
import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from pipeline.scoring.rulebook import Rulebook
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import (
    Claim,
    Entry,
    Holder,
    Ledger,
    Outcome,
    Recording,
    Store,
    Transcript,
    as_stored,
    database,
)
from tests.night import invariants
from tests.night.book import Clock, Row, content_of, version_of
from tests.night.invariants import Database
from tests.talk import talk

ATTEMPTS = 3
LEASE_SECONDS = 60.0
LINES = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 这个我不清楚", "坐席 9 没办法")


@cache
def first_home() -> Path:
    """A home with its tables, to be copied: making it takes longer than many steps."""
    home = Path(mkdtemp(prefix="random-nights-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    with Ledger(home):
        pass
    return home


class BookedHome(RuleBasedStateMachine):
    """The ledger and the store of a home, and what each act must make of them."""

    fresh: Callable[[], str] | None = None
    """The URL of a new database; None: SQLite in the home."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.clock = Clock()
        self.patch.setattr(database, "time", self.clock)
        self.home = Path(mkdtemp(prefix="random-night-"))
        shutil.copytree(first_home(), self.home, dirs_exist_ok=True)
        storage = Storage(url=self.fresh()) if self.fresh else Storage()
        self.database = Database(self.home, storage.url)
        self.ledger, self.store = Ledger(self.home, storage), Store(self.home, storage)
        self.book: dict[int, Row] = {}
        self.claims: dict[int, Claim] = {}
        self.stale: list[Claim] = []
        self.night: int | None = None
        self.alive = False
        self.night_lease = 0.0
        self.decided: dict[int, tuple[Any, ...]] = {}
        self.rules: Rulebook
        self.counter = itertools.count(1)

    def teardown(self) -> None:
        try:
            invariants.intact(self.database)
        finally:
            self.ledger.close()
            self.store.close()
            self.patch.undo()
            shutil.rmtree(self.home)

    @property
    def now(self) -> float:
        return self.clock.time_ns() / 1e9

    @property
    def current_night(self) -> int:
        assert self.night is not None
        return self.night

    def chosen(self, data: st.DataObject) -> Claim:
        return self.claims[data.draw(st.sampled_from(sorted(self.claims)))]

    def seen(self, name: str, version: int) -> str:
        """What the next listing makes of a file, written into the book."""
        rows = [row for row in self.book.values() if row.name == name]
        if not rows:
            return "new"
        row = max(rows, key=lambda row: row.weight(version))
        if row.version == version or row.state == "taken":
            return "known"
        if row.state == "done":
            row.wish = False
        else:
            row.version, row.state, row.alone = version, "found", False
            row.touched = next(self.counter)
        return "changed"

    def number_new_rows(self, version: int) -> None:
        for row in self.database.rows("SELECT id, name FROM recording"):
            if row.id not in self.book:
                self.book[row.id] = Row(row.name, version, touched=next(self.counter))

    def take_over(self, holder: Holder, alive: bool) -> None:
        night = self.ledger.begin(holder, LEASE_SECONDS)
        self.stale += self.claims.values()
        for number in list(self.claims):
            self.free(number)
        self.night, self.alive, self.night_lease = night, alive, self.now + LEASE_SECONDS

    def take(self, claim: Claim, worker: str) -> None:
        row = self.book[claim.id]
        row.state, row.worker, row.lease = "taken", worker, self.now + LEASE_SECONDS
        row.night = self.current_night
        self.claims[claim.id] = claim

    def free(self, number: int, state: str = "found") -> None:
        """What failed and was done before is done as before."""
        row = self.book[number]
        row.state, row.worker = "done" if state == "failed" and row.wish else state, ""
        if state != "found":
            row.alone, row.touched = False, next(self.counter)
        self.claims.pop(number, None)

    def released(self, numbers: list[int], failed: set[int] | None = None) -> None:
        """A worker that had these in hand is gone."""
        attempts = {number: self.claims[number].attempts + 1 for number in numbers}
        self.stale += [self.claims[number] for number in numbers]
        lost = {n for n in numbers if len(numbers) == 1 and attempts[n] >= ATTEMPTS}
        assert failed is None or failed == lost
        for number in numbers:
            self.free(number, "failed" if number in lost else "found")
            self.book[number].alone = number not in lost

    def wait_again(self, number: int) -> None:
        row = self.book[number]
        row.state, row.alone = "found", False

    def entry(self, name: str, content: str) -> Entry:
        call = replace(talk(*LINES), id="call")
        (ruleset,) = self.rules.rulesets
        return Entry(
            recording=Recording(content=content, name=name, sources=(name,)),
            fingerprint="f",
            transcript=Transcript(as_stored(call)),
            newly_heard=True,
            outcome=Outcome.SPEECH,
            cards=((draft(call, ruleset, Scoring()), ruleset),),
        )

    def finish_one(self, claim: Claim) -> None:
        row = self.book[claim.id]
        content = content_of(row.name, row.version)
        self.ledger.finish(claim, content, [self.entry(row.name, content)])
        self.end(claim, content, "done")

    def end(self, claim: Claim, content: str, state: str) -> None:
        """The claim's row is the one of these bytes now, or gives way to the one that was it."""
        row = self.book[claim.id]
        if state == "failed" and row.wish and row.content == content:
            self.free(claim.id, state)
            return
        row.wish = False
        if row.content != content:
            same = {(r.name, r.content): n for n, r in self.book.items() if r.content}
            other = same.get((row.name, content))
            if row.cards:
                self.free(claim.id, "done")
                if other is None:
                    self.number_new_rows(row.version)
                    other = max(self.book)
                    self.book[other].touched = next(self.counter)
            elif other is not None:
                self.claims.pop(claim.id)
                del self.book[claim.id]
            else:
                row.content = content
            row = self.book[other] if other is not None else row
        row.version, row.content, row.night = version_of(claim), content, claim.night
        row.cards, row.wish = row.cards or state == "done", False
        number = next(n for n, r in self.book.items() if r is row)
        if number != claim.id and number in self.claims:  # another had those bytes in hand
            self.stale.append(self.claims[number])
        self.free(number, state)
