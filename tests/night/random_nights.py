"""Nights as a state machine: recordings come and change, workers take, finish, fail and die, runs
are killed, people decide and change rules, clocks jump; in any order that Hypothesis thinks of.

The ledger and the store are the real ones; what a worker does between taking and finishing is a
line of drafting here, so that thousands of steps can be tried (kills.py kills real nights). The
machine keeps a book of its own of what must be so, and lays it beside the database at every step.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from pipeline.call import Reason
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import Decision
from pipeline.scoring.rulebook import rebuilt
from pipeline.storage import Found, Lost, Outcome, Publication, State
from pipeline.storage.holders import this_process
from tests.night import invariants
from tests.night.book import content_of, texts
from tests.night.booked_home import ATTEMPTS, LEASE_SECONDS, BookedHome

WORKERS = st.sampled_from(["w1", "w2", "w3"])
NAMES = st.sampled_from([f"/calls/{letter}.wav" for letter in "abcdefgh"])
SHIFTS = st.sampled_from([-365 * 86_400, -3_600, -30, 30, 61, 3_600, 86_400])
PHRASES = st.sampled_from(["不清楚", "没办法", "不知道"])
REASON = Reason("night.worker-died")


class Nights(BookedHome):
    """One home and all that may happen to it."""

    @initialize(phrase=PHRASES)
    def begin_with_rules(self, phrase: str) -> None:
        self.publish(phrase)

    @rule(names=st.sets(NAMES, min_size=1), version=st.integers(0, 3))
    def arrive(self, names: set[str], version: int) -> None:
        """A listing sees these files in this version."""
        found = [Found(name=name, sources=(name,), stamp=f"v{version}") for name in sorted(names)]
        expected = [self.seen(one.name, version) for one in found]
        added = self.ledger.add(found)
        assert (added.new, added.changed) == (expected.count("new"), expected.count("changed"))
        assert added.known == expected.count("known")
        self.number_new_rows(version)

    @rule(alive=st.booleans())
    def begin(self, alive: bool) -> None:
        """A run starts; a dead one's process is gone, as if it had been killed."""
        holder = this_process("local")
        if not alive:
            machine, _, _ = holder.process_started.rpartition(" ")
            holder = replace(holder, process_started=f"{machine} 1")
        if self.night is not None and self.alive and self.now < self.night_lease:
            with pytest.raises(Refusal, match=r"night\.running"):
                self.ledger.begin(holder, LEASE_SECONDS)
            return
        self.take_over(holder, alive)

    @precondition(lambda self: self.night is not None)
    @rule()
    def beat(self) -> None:
        assert self.ledger.beat(self.current_night, LEASE_SECONDS)
        self.night_lease = self.now + LEASE_SECONDS

    @precondition(lambda self: self.night is not None)
    @rule(worker=WORKERS, count=st.integers(1, 4))
    def claim(self, worker: str, count: int) -> None:
        taken = self.ledger.claim(self.current_night, worker, count, LEASE_SECONDS)
        waiting = {number: row for number, row in self.book.items() if row.state == "found"}
        ordinary = [number for number, row in waiting.items() if not row.alone]
        free = not any(row.worker == worker for row in self.book.values())
        assert {one.id for one in taken} <= set(waiting)
        if ordinary:
            assert [one.id for one in taken] == sorted(ordinary)[:count]
        else:
            assert len(taken) == min(1, len(waiting) if free else 0)
        for one in taken:
            row = self.book[one.id]
            self.take(one, worker)
            assert one.alone == row.alone
            assert one.found.stamp == f"v{row.version}"

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        self.finish_one(self.chosen(data))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), read=st.booleans())
    def fail(self, data: st.DataObject, read: bool) -> None:
        claim = self.chosen(data)
        row = self.book[claim.id]
        content = content_of(row.name, row.version) if read else ""
        self.ledger.fail(claim, content, Outcome.NO_AUDIO, Reason("audio.no-audio"))
        self.end(claim, content or row.content, "failed")

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        claim = self.chosen(data)
        self.ledger.put_back(claim)
        self.free(claim.id)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        claim = self.chosen(data)
        failed = self.ledger.again(claim, REASON, ATTEMPTS)
        assert failed == (claim.attempts + 1 >= ATTEMPTS)
        self.free(claim.id, "failed" if failed else "found")

    @precondition(lambda self: self.night is not None)
    @rule(worker=WORKERS)
    def worker_dies(self, worker: str) -> None:
        mine = [number for number, row in self.book.items() if row.worker == worker]
        failed = self.ledger.gone(self.current_night, worker, REASON, ATTEMPTS)
        self.released(mine, set(failed))

    @precondition(lambda self: self.night is not None)
    @rule(worker=WORKERS)
    def renew(self, worker: str) -> None:
        self.ledger.renew(worker, LEASE_SECONDS)
        for row in self.book.values():
            if row.worker == worker:
                row.lease = self.now + LEASE_SECONDS

    @precondition(lambda self: self.night is not None)
    @rule()
    def rescue(self) -> None:
        """Only what has a lease that ran out is taken away from its worker."""
        late = [n for n, row in self.book.items() if row.worker and row.lease < self.now]
        assert self.ledger.rescue(self.current_night, ATTEMPTS) == len(late)
        for worker in {self.book[number].worker for number in late}:
            self.released([n for n in late if self.book[n].worker == worker])

    @precondition(lambda self: self.stale)
    @rule(data=st.data())
    def write_too_late(self, data: st.DataObject) -> None:
        """A worker that was taken for dead comes back: whatever it wants to write is refused."""
        claim = data.draw(st.sampled_from(self.stale))
        content = content_of(claim.found.name, 0)
        writes: list[Callable[[], object]] = [
            lambda: self.ledger.finish(claim, content, [self.entry(claim.found.name, content)]),
            lambda: self.ledger.fail(claim, content, Outcome.FAILED, REASON),
            lambda: self.ledger.put_back(claim),
            lambda: self.ledger.again(claim, REASON, ATTEMPTS),
        ]
        with pytest.raises(Lost):
            data.draw(st.sampled_from(writes))()

    @precondition(lambda self: self.night is not None)
    @rule()
    def end_night(self) -> None:
        """As it ends when it was asked to stop: what is in hand goes back."""
        for claim in list(self.claims.values()):
            self.ledger.put_back(claim)
            self.free(claim.id)
        self.ledger.end(self.current_night, {})
        self.night = None

    @rule()
    def whole_night(self) -> None:
        """A run that nobody disturbs: afterwards everything is in a final state."""
        if self.night is not None and self.alive and self.now < self.night_lease:
            return
        self.take_over(this_process("local"), alive=True)
        while taken := self.ledger.claim(self.current_night, "w1", 4, LEASE_SECONDS):
            for one in taken:
                self.take(one, "w1")
            while self.claims:
                self.finish_one(self.claims[min(self.claims)])
        self.end_night()
        assert {row.state for row in self.book.values()} <= invariants.FINAL

    @precondition(lambda self: any(row.cards for row in self.book.values()))
    @rule(data=st.data(), verdict=st.sampled_from([Verdict.PASS, Verdict.FAIL]))
    def decide(self, data: st.DataObject, verdict: Verdict) -> None:
        scored = sorted({row.name for row in self.book.values() if row.cards})
        for result in self.store.find(data.draw(st.sampled_from(scored))):
            if result.kept:
                said = Decision(item="taboo", verdict=verdict, by="王质检")
                self.store.decide(result.kept[0].id, said)
                break
        self.decided = invariants.decided_cards(self.database)

    @rule(phrase=PHRASES)
    def publish(self, phrase: str) -> None:
        """A lexicon is edited and the rules are published: what comes later is drafted by them."""
        self.rules = rebuilt(texts(phrase))
        self.store.publish(
            Publication(
                version=0,
                by="王质检",
                at=0,
                note="",
                rulesets=self.rules.digests,
                texts=self.rules.texts,
                diff={},
            )
        )

    @rule()
    def retry(self) -> None:
        failed = [
            number
            for number, row in self.book.items()
            if row.state == "failed" or (row.state == "done" and row.wish)
        ]
        assert self.ledger.retry() == len(failed)
        for number in failed:
            self.wait_again(number)

    @rule(name=NAMES)
    def retranscribe(self, name: str) -> None:
        """Of the bytes that a name has had, those that its files hold now."""
        rows = {n: row for n, row in self.book.items() if row.name == name}
        last = max(rows, key=lambda n: rows[n].weight(-1), default=0)
        done = [last] if last and rows[last].state == "done" else []
        assert self.ledger.retranscribe([name]) == len(done)
        for number in done:
            self.wait_again(number)
            rows[number].wish = True

    @invariant()
    def what_could_not_be_heard_again_counts_as_before(self) -> None:
        kept = [row for row in self.book.values() if row.state == "done" and row.wish]
        sums = self.ledger.sums()
        assert sums.counts.get(State.DONE, {}).get(Outcome.KEPT, 0) == len(kept)
        assert len(self.ledger.failures()) == sums.wrong == sums.of(State.FAILED) + len(kept)

    @rule(seconds=SHIFTS)
    def clock_jumps(self, seconds: int) -> None:
        """Forward at any time, back between two nights; a PostgreSQL has a clock of its own."""
        if not self.fresh and (seconds > 0 or self.night is None):
            self.clock.ahead += seconds

    @invariant()
    def every_recording_is_in_the_state_of_the_book(self) -> None:
        rows = self.database.rows("SELECT id, name, state, alone FROM recording")
        there = {row.id: (row.name, row.state, bool(row.alone)) for row in rows}
        assert there == {n: (row.name, row.state, row.alone) for n, row in self.book.items()}
        assert self.ledger.sums().total == len(self.book)

    @invariant()
    def what_was_decided_stays(self) -> None:
        invariants.kept(self.decided, self.database)

    @invariant()
    def nothing_is_there_twice(self) -> None:
        invariants.one_current(self.database)
