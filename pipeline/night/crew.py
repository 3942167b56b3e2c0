"""The hands of a run on a cluster, one at each post, and who watches over them.

A hand that is gone, or does not answer for too long, is replaced; what its workers had in hand
waits again at once. Should it come back, the fence of the ledger refuses what they write. Nodes may
come and go meanwhile: each is worked with from when it is seen.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pipeline.call import Reason
from pipeline.night.job import Event, Job, Kind
from pipeline.night.nodes import Post
from pipeline.night.patience import is_worth_waiting
from pipeline.night.supervising import OPENING_SECONDS
from pipeline.night.telling import Noted
from pipeline.refusal import Refusal
from pipeline.storage import Ledger, State

TRIES = 3
"""A post where so many hands in a row came to nothing is given up."""
LISTEN_SECONDS = 1.0
LEAVE_SECONDS = 5.0
"""A hand that was told to stop ends its worker in time; then it has so long to say so."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A hand has nothing left to do, or was told to stop; or it could not work where it is."""

    refusal: Refusal | None = None


class Gone:
    """A hand is there no more, and did not say why."""


Told = Sequence[Event | Noted] | Ended | Gone
"""Nothing new is an answer as well."""


class Cluster(Protocol):
    """Where hands work. What stands for one is whatever start() gives."""

    def posts(self) -> list[Post]:
        """All places that there are just now."""

    def start(self, post: Post, job: Job) -> Any:
        """A hand there; it tells how that went."""

    def told(self, hands: Sequence[Any], seconds: float) -> Iterable[tuple[Any, Told]]:
        """What they tell; waits so long for something."""

    def stop(self, hand: Any) -> None:
        """It is to finish what it has."""

    def kill(self, hand: Any) -> None:
        """At once, whether it answers or not."""


@dataclass(slots=True, eq=False)
class _Member:
    """A hand as it is known here. until: when its silence is too long; workers: those of it
    that are at work."""

    post: Post
    job: Job
    hand: Any
    until: float
    workers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Standing:
    """How it stands at a post. idle: there was nothing to do; failures: hands in a row that came to
    nothing here."""

    idle: bool = False
    failures: int = 0
    not_before: float = 0.0


class Crew:
    """All hands of a run."""

    def __init__(
        self, cluster: Cluster, job: Job, ledger: Ledger, says: Callable[[Event], None]
    ) -> None:
        self._cluster = cluster
        self._job = job
        self._night = job.settings.night
        self._ledger = ledger
        self._says = says
        self._members: list[_Member] = []
        self._standing: dict[Post, _Standing] = {}
        self._count = 0
        self._look_at = 0.0
        self._why: Refusal | None = None
        self._seen: float | None = None

    def run(self, stop: Callable[[], int]) -> None:
        """Until nothing is left, or stop() says so. Raises Refusal where no node can work."""
        while not stop():
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + self._night.beat_seconds
                self._look_round()
            self._listen()
            if not any(member.workers for member in self._members) and self._is_over():
                return
        self._stop(stop)

    def _look_round(self) -> None:
        """Take back what the lost had, and have a hand wherever one can do something."""
        self._ledger.rescue(self._job.night, self._night.attempts)
        there = self._cluster.posts()
        for member in [one for one in self._members if one.post not in there]:
            self._lose(member, Reason("night.worker-died"))
        self._standing = {post: self._standing.get(post) or _Standing() for post in there}
        self._wake()
        able = [post for post, how in self._standing.items() if how.failures < TRIES]
        if there:
            self._seen = time.monotonic()
        if not able and not self._members and not self._may_come_back(there):
            raise self._why or Refusal("night.ray-no-node", self._night.address)
        taken = {member.post for member in self._members}
        for post in able:
            how = self._standing[post]
            if post not in taken and not how.idle and time.monotonic() >= how.not_before:
                self._members.append(self._start(post))

    def _may_come_back(self, there: Sequence[Post]) -> bool:
        """All nodes were there a moment ago, and are gone."""
        patience = self._night.hang_seconds
        return not there and self._seen is not None and time.monotonic() < self._seen + patience

    def _wake(self) -> None:
        """Posts that had nothing to do, as many as recordings wait again."""
        idle = [how for how in self._standing.values() if how.idle]
        if idle and self._ledger.due() == 0:
            for how in idle[: self._ledger.sums().of(State.FOUND)]:
                how.idle = False

    def _start(self, post: Post) -> _Member:
        self._count += 1
        job = self._job.of(f"{self._job.night}/{post.name}/{self._count}", post.device)
        job = replace(job, settings=post.fitted(job.settings), sharers=post.sharers)
        hand = self._cluster.start(post, job)
        return _Member(post, job, hand, time.monotonic() + OPENING_SECONDS)

    def _listen(self) -> None:
        """What the hands tell; who has been silent for too long."""
        if not self._members:
            time.sleep(min(LISTEN_SECONDS, self._night.beat_seconds))
            return
        known = {member.hand: member for member in self._members}
        for hand, told in self._cluster.told(list(known), LISTEN_SECONDS):
            self._hear(known[hand], told)
        for member in [one for one in self._members if time.monotonic() > one.until]:
            self._lose(member, Reason("night.hung"))

    def _hear(self, member: _Member, told: Told) -> None:
        if isinstance(told, Gone):
            self._lose(member, Reason("night.worker-died"))
        elif isinstance(told, Ended) and told.refusal:
            self._why = told.refusal
            self._lose(member, told.refusal.reason, in_vain=True)
        elif isinstance(told, Ended):
            self._members.remove(member)
            self._cluster.kill(member.hand)
            self._standing[member.post].idle = True
            self._look_at = 0.0
        else:
            member.until = time.monotonic() + self._night.hang_seconds
            for one in told:
                self._note(member, one)

    def _note(self, member: _Member, told: Event | Noted) -> None:
        if isinstance(told, Noted):
            told.keep()
            return
        if told.kind is Kind.OPENED:
            member.workers.add(told.worker)
        elif told.kind in (Kind.OVER, Kind.DIED):
            member.workers.discard(told.worker)
        elif told.kind is Kind.FINISHED:
            self._standing[member.post].failures = 0
        self._says(told)

    def _lose(self, member: _Member, reason: Reason, in_vain: bool = False) -> None:
        """It is no more. What its workers had in hand is taken one by one: one of these may have
        brought the whole machine down. in_vain: it could not work here."""
        self._members.remove(member)
        self._cluster.kill(member.hand)
        if in_vain or not member.workers:
            self._fail(member.post)
        for worker in member.workers or {member.job.worker}:
            self._says(Event(kind=Kind.DIED, worker=worker, reason=reason))
            for number in self._ledger.gone(self._job.night, worker, reason, self._night.attempts):
                self._says(Event.failed(worker, number, reason))
        self._look_at = 0.0

    def _fail(self, post: Post) -> None:
        how = self._standing[post]
        how.failures += 1
        how.not_before = time.monotonic() + how.failures * self._night.beat_seconds

    def _is_over(self) -> bool:
        """Nothing is left, nor in the hand of one that is lost (until its lease ends)."""
        if self._job.watch:
            return False
        waits = is_worth_waiting(self._ledger.due(), self._night)
        return not waits and not self._ledger.sums().of(State.TAKEN)

    def _stop(self, stop: Callable[[], int]) -> None:
        """Let them finish what they have, as long as there is time."""
        for member in self._members:
            self._cluster.stop(member.hand)
        until = time.monotonic() + self._night.stop_seconds + LEAVE_SECONDS
        while self._members and time.monotonic() < until and stop() < 2:
            self._listen()
        for member in self._members:
            self._cluster.kill(member.hand)
            for worker in member.workers:
                self._ledger.release(self._job.night, worker)
