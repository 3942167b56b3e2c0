"""The ledger of the nights: which recordings wait, who has them in hand, what became of them.

A recording is in exactly one state. It is taken for a while (a lease, which is renewed) and under
a number that grows each time (the fence), which every later write has to name: one that froze and
comes back too late writes nothing. What came of a recording is written in one transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pipeline.call import Reason
from pipeline.storage import arrivals, claims, finishing, joining, nights, sums
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import lots, reading, writing
from pipeline.storage.opened import Opened
from pipeline.storage.records import Entry, Outcome, State
from pipeline.storage.taking import Added, Claim, Failure, Found, Holder, Night, Sums

NAMES_AT_ONCE = 5_000
"""Databases bound the values of one query."""


class Ledger(Opened):
    """The ledger of one home folder. A context manager; close() gives the database back.

    Leases are in seconds and counted by the database's clock."""

    def begin(self, holder: Holder, lease_seconds: float) -> int:
        """Take the lock of the night and give its number. A holder on this machine whose process
        is gone is taken over at once, any other when its heart has not beaten for its lease; what
        it had in hand waits again. Raises Refusal("night.running") while another runs."""
        with writing(self._engine) as connection:
            return nights.begin_night(connection, holder, _ms(lease_seconds))

    def beat(self, night: int, lease_seconds: float) -> bool:
        """The night is alive. False: another has taken over, this one must stop."""
        with writing(self._engine) as connection:
            return nights.beat(connection, night, _ms(lease_seconds))

    def end(self, night: int, summary: Mapping[str, Any]) -> None:
        """Give the lock back, with what is to be known of the night as JSON values."""
        with writing(self._engine) as connection:
            nights.end_night(connection, night, summary)

    def nights(self, limit: int = 10) -> tuple[Night, ...]:
        """The last runs, the last one first."""
        with reading(self._engine) as connection:
            return nights.read_nights(connection, limit)

    def add(self, found: Iterable[Found], limit: int | None = None) -> Added:
        """Lay what was found beside what is known; limit: add so many new or changed ones and
        leave the rest for another time. Of a name that comes twice, the first counts. What a call
        record says that came after its recording is joined to that (joining.py)."""
        total = Added()
        for several in _batches(found):
            left = None if limit is None else limit - total.new - total.changed
            total += self._add(several, left)
        return total

    def _add(self, found: Sequence[Found], limit: int | None) -> Added:
        with reading(self._engine) as connection:
            before = arrivals.known_of(connection, found)
        late = [one for one in found if joining.is_late(one, before.get(one.name))]
        joined = sum(map(self._join, lots(late, joining.AT_ONCE)))
        if not any(arrivals.is_news(one, before) for one in found):
            return Added(known=len(found), joined=joined)  # nobody has to wait for a write
        with writing(self._engine) as connection:
            before = arrivals.known_of(connection, found)
            news = [one for one in found if arrivals.is_news(one, before)]
            written = news[:limit]
            arrivals.add_news(connection, written, before)
        new = sum(one.name not in before for one in written)
        return Added(new, len(found) - len(news), len(written) - new, joined)

    def _join(self, late: Sequence[Found]) -> int:
        with writing(self._engine) as connection:
            return joining.join(connection, late, arrivals.known_of(connection, late))

    def compared(self, found: Iterable[Found]) -> Iterator[tuple[Found, str]]:
        """What add() would do with each, "new", "changed", "joined" or "known"; nothing is
        written."""
        for several in _batches(found):
            with reading(self._engine) as connection:
                before = arrivals.known_of(connection, several)
            for one in several:
                row = before.get(one.name)
                known = "joined" if joining.is_late(one, row) else "known"
                news = "new" if row is None else "changed"
                yield one, news if arrivals.is_news(one, before) else known

    def claim(self, night: int, worker: str, count: int, lease_seconds: float) -> list[Claim]:
        """Up to count recordings for this worker (a name that no other has), most urgent first,
        then as they came. One that is suspected of killing workers comes alone, and only when no
        other waits and the worker has nothing in hand. Nothing for a night that lost its lock."""
        with writing(self._engine) as connection:
            if not nights.runs(connection, night):
                return []
            return claims.take(connection, (night, worker), count, _ms(lease_seconds))

    def renew(self, worker: str, lease_seconds: float) -> None:
        """All that the worker has in hand stays its own for so long from now."""
        with writing(self._engine) as connection:
            claims.extend(connection, worker, _ms(lease_seconds))

    def finish(self, claim: Claim, content: str, entries: Sequence[Entry]) -> tuple[State, Outcome]:
        """The recording is done: transcript, cards and state together, or nothing. content is of
        its files. One entry of the claim's own name is the recording; otherwise its file was a log
        and the entries are the chats in it. A copy of what is done under another name is skipped
        as a duplicate, unless it has an id of its own. Gives how it ended. Raises Lost where the
        claim is another's."""
        with writing(self._engine) as connection:
            return finishing.finish(connection, claim, content, entries)

    def duplicate_of(self, content: str, name: str) -> str | None:
        """The name of another recording that is done and holds the same bytes."""
        with reading(self._engine) as connection:
            return finishing.copied(connection, content, name)

    def fail(self, claim: Claim, content: str, outcome: Outcome, reason: Reason) -> None:
        """The recording failed for good, and why; content "" where it was not read. Raises Lost."""
        with writing(self._engine) as connection:
            finishing.fail(connection, claim, content, outcome, reason)

    def put_back(self, claim: Claim, not_before: int = 0, reason: Reason | None = None) -> None:
        """It waits again, until not_before (milliseconds since 1970) in nobody's reach. This is no
        attempt. Raises Lost."""
        with writing(self._engine) as connection:
            claims.give_back(connection, claim, not_before, reason)

    def again(self, claim: Claim, reason: Reason, attempts: int, not_before: int = 0) -> bool:
        """As put_back, but it counts as an attempt; at so many the recording has failed for this
        reason (True). Raises Lost."""
        with writing(self._engine) as connection:
            row = claims.held(connection, claim)
            return claims.count_attempt(connection, row, reason, attempts, not_before=not_before)

    def gone(
        self,
        night: int,
        worker: str,
        reason: Reason,
        attempts: int,
        suspects: Collection[int] | None = None,
    ) -> list[int]:
        """The worker died. Had it one recording in hand, that is suspected and has one attempt
        more; at so many it failed for this reason. Had it several, each waits to be taken alone.
        suspects: numbers of those that can have killed it; the others wait as before. Default: all
        of them. Gives the numbers of those that failed."""
        with writing(self._engine) as connection:
            mine = claims.of_worker(night, worker)
            if suspects is not None:
                claims.free(connection, mine & claims.beyond_suspicion(suspects))
            return claims.release(connection, mine, reason, attempts)

    def release(self, night: int, worker: str) -> int:
        """The worker was ended by us: what it had in hand waits again as before. How many."""
        with writing(self._engine) as connection:
            return claims.free(connection, claims.of_worker(night, worker))

    def due(self) -> float | None:
        """Seconds until the next recording that waits may be taken; None where none waits."""
        with reading(self._engine) as connection:
            return claims.due(connection)

    def rescue(self, night: int, attempts: int) -> int:
        """As gone, for all workers whose lease ran out; how many recordings they had."""
        with writing(self._engine) as connection:
            if not nights.runs(connection, night):
                return 0
            late = claims.expired(connection)
            count = claims.counted(connection, claims.TAKEN & late)
            if count:
                claims.release(connection, late, claims.CRASHED, attempts)
            return count

    def sums(self, night: int | None = None) -> Sums:
        """How all recordings stand; or those that a night brought to an end."""
        with reading(self._engine) as connection:
            return sums.read_sums(connection, night)

    def failures(self, limit: int | None = None) -> tuple[Failure, ...]:
        """What failed, the latest first."""
        with reading(self._engine) as connection:
            return sums.read_failures(connection, limit)

    def retry(self, names: Sequence[str] | None = None) -> int:
        """What failed waits again as if it had never been tried: what people mean by these names,
        or without names all of it. How many."""
        with writing(self._engine) as connection:
            return sums.try_again(connection, names)

    def retry_numbered(self, number: int | None, act: Act) -> int:
        """The same of the recording of that number, None: of all that failed, on record. How
        many."""
        with writing(self._engine) as connection:
            append(connection, act)
            return sums.try_numbered(connection, number)

    def retranscribe(self, names: Sequence[str] | None = None, since: str = "") -> int:
        """What is done waits to be heard again: of these names, of this day (YYYY-MM-DD) and
        later, or both. How many."""
        with writing(self._engine) as connection:
            return sums.hear_again(connection, names, since)


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    every = _once(found)
    while several := list(islice(every, NAMES_AT_ONCE)):
        yield several


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """Two files of one name would look like one file that changes all the time."""
    names: set[str] = set()
    for one in found:
        if one.name not in names:
            names.add(one.name)
            yield one


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
