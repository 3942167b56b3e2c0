"""The loop of a worker: take, prepare, hear in shared batches, draft, keep; on and on.

The same loop runs in the processes of this machine (local.py) and of a cluster. One recogniser, a
few preparers (preparing.py), a thread that ends recordings (ending.py), one that renews leases. The
recogniser runs in the thread that asked; what it raises ends the worker, and whoever watches over
it finds the guilty recording. Everything else that goes wrong is one recording's own misfortune.
"""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from queue import Empty

from pipeline.night.ending import Ending
from pipeline.night.hearing import Hearing, count_for, ready_of
from pipeline.night.job import Event, Job, Kind, Over
from pipeline.night.memory import Allowance
from pipeline.night.patience import is_worth_waiting
from pipeline.night.preparer import Task
from pipeline.night.preparing import Preparers, Ready, count_of_preparers
from pipeline.night.renewing import renewing
from pipeline.speech.listen import Ear
from pipeline.speech.preparing import Prepared
from pipeline.speech.recognizer import open_recognizer
from pipeline.storage import Claim, Ledger, Lost, Store
from pipeline.storage.taking import RETRANSCRIBE
from pipeline.text import customers
from pipeline.workflow.content import ear_of
from pipeline.workflow.drafting import Drafting
from pipeline.workflow.rules import rulebook, rulesets_of

PAUSE_SECONDS = 0.2
"""Between two looks where there is nothing to do."""
ASKING_SECONDS = 1.0
"""Between two questions to a ledger that had nothing."""
LIFE_SECONDS = 1.0
"""A loop that goes round says so this often."""
AT_MOST = 32
"""Recordings claimed at once: a claim that many workers wait for must be short."""
PREPARER_MEGABYTES = 3_072
"""Most of it is address space of libraries; a recording itself is read block by block."""
STOP_SHARE = 0.7
"""Of the time to stop, for the recogniser; the rest is for drafting and keeping."""


def work(job: Job, ledger: Ledger, says: Callable[[Event], None], stop: Callable[[], bool]) -> Over:
    """Work until nothing is left, the worker is worn out, or stop() is true; why it ended.

    Raises Refusal where the night cannot go on (no model, wrong rules, full disk), and whatever
    the recogniser raises: what is in hand then stays in hand, see Ledger.gone()."""
    settings = replace(job.settings, speech=replace(job.settings.speech, device=job.device))
    job = replace(job, settings=settings)
    opening = job.equip() if job.equip else None
    customers.known_by(job.customers)
    with ExitStack() as stack:
        store = stack.enter_context(Store(job.home, settings.storage))
        book = rulebook(job.rules, job.home, store)
        rules = rulesets_of(book, settings.scoring.template)
        recognizer = (opening or open_recognizer)(settings.speech)
        ear = ear_of(settings, book.lexicons)
        drafting = Drafting(rules, settings.scoring, store)
        says(Event(kind=Kind.OPENED, worker=job.worker, said=recognizer.engine))

        def wanted(claim: Claim, content: str) -> bool:
            fingerprint = ear.fingerprint(claim.found.about)
            return claim.wish == RETRANSCRIBE or store.transcript(content, fingerprint) is None

        task = Task(
            settings=settings,
            window_seconds=recognizer.window_seconds,
            megabytes=PREPARER_MEGABYTES,
            log_mel=recognizer.log_mel,
            customers=job.customers,
            equip=job.equip,
        )
        preparers = Preparers(task, count_of_preparers(job), wanted)
        stack.callback(preparers.close)
        stack.enter_context(renewing(job, ledger))
        ending = Ending(job, ledger, drafting, ear, says)
        stack.callback(ending.abandon)
        hearing = Hearing(
            Ear(recognizer, settings, book.lexicons), settings.night, recognizer.batch_windows
        )
        over = _Worker(job, ledger, says, hearing, ending).run(preparers, stop)
        ending.close()
        return over


class _Worker:
    """A worker's loop over what it has in hand: claims that wait to be prepared or are being
    prepared, recordings that the recogniser has, and those that come to their end."""

    def __init__(
        self,
        job: Job,
        ledger: Ledger,
        says: Callable[[Event], None],
        hearing: Hearing,
        ending: Ending,
    ) -> None:
        self._job = job
        self._night = job.settings.night
        self._ledger = ledger
        self._says = says
        self._hearing = hearing
        self._ending = ending
        self._preparing: dict[tuple[int, int], Claim] = {}
        self._allowance = Allowance(self._night.worker_megabytes)
        self._worn: Over | None = None
        self._left = self._night.recordings_per_worker or sys.maxsize
        self._empty_until = 0.0
        self._said = 0.0

    def run(self, preparers: Preparers, stop: Callable[[], bool]) -> Over:
        """Until it ends."""
        while True:
            self._look_after()
            if stop():
                return self._stop(preparers)
            self._top_up(preparers)
            if not self._has_something():
                if self._is_over():
                    return Over.NOTHING_LEFT
                if self._worn:
                    return self._worn
                time.sleep(PAUSE_SECONDS)
                continue
            self._gather(preparers)
            self._hear()

    def _has_something(self) -> bool:
        return bool(self._preparing or self._hearing.ear.hand or self._ending.under_way)

    def _look_after(self) -> None:
        """What went wrong elsewhere; signs of life; whether memory says that it is time to be
        replaced."""
        self._ending.check()
        if not self._says_alive():
            return
        if self._allowance.is_spent(self._ending.finished):
            self._worn = Over.MEMORY

    def _says_alive(self) -> bool:
        """Whether it was time to say so."""
        now = time.monotonic()
        if now - self._said < LIFE_SECONDS:
            return False
        self._said = now
        kind = Kind.HUNG if self._hearing.is_late else Kind.ALIVE
        self._says(Event(kind=kind, worker=self._job.worker))
        return True

    def _top_up(self, preparers: Preparers) -> None:
        """Claim as many recordings as the recogniser will want while it is busy."""
        each = self._hearing.loads_of_a_recording
        ahead = self._hearing.ear.batches.waiting() + len(self._preparing) * each
        count = min(AT_MOST, count_for(self._hearing.target - ahead, each), self._left)
        now = time.monotonic()
        if self._worn or count <= 0 or now < self._empty_until or self._holds_one_alone():
            return
        claims = self._ledger.claim(
            self._job.night, self._job.worker, count, self._night.lease_seconds
        )
        if not claims:
            self._empty_until = now + ASKING_SECONDS
            return
        self._left -= len(claims)
        if not self._left:
            self._worn = Over.COUNT
        taken = tuple(claim.id for claim in claims)
        self._says(Event(kind=Kind.TAKEN, worker=self._job.worker, recordings=taken))
        for claim in claims:
            self._preparing[claim.key] = claim
            preparers.put(claim)

    def _holds_one_alone(self) -> bool:
        held = [*self._preparing.values(), *(ready_of(o).claim for o in self._hearing.ear.hand)]
        return any(claim.alone for claim in held) or any(
            claim.alone for claim in list(self._ending.under_way.values())
        )

    def _is_over(self) -> bool:
        """Nothing is in hand, and nothing could be had."""
        if self._job.watch:
            return False
        return not is_worth_waiting(self._ledger.due(), self._night)

    def _gather(self, preparers: Preparers) -> None:
        """Take in what is ready; where nothing is heard meanwhile, wait for it."""
        seconds = 0.0 if self._hearing.is_due(bool(self._preparing)) else PAUSE_SECONDS
        with suppress(Empty):
            while True:
                self._take(
                    preparers.ready.get(timeout=seconds)
                    if seconds
                    else preparers.ready.get_nowait()
                )
                seconds = 0.0

    def _take(self, ready: Ready | Exception) -> None:
        if isinstance(ready, Exception):
            raise ready
        del self._preparing[ready.claim.key]
        if isinstance(ready.made, Prepared):
            self._hearing.take(ready, ready.made)
        else:
            self._ending.take(ready)

    def _hear(self) -> None:
        """The recogniser's turn: give it what it has room for, take what it has heard."""
        if self._hearing.draw(more_to_come=bool(self._preparing)):
            self._begin()
        self._settle()

    def _begin(self) -> None:
        """What the recogniser has now, and what comes to its end meanwhile, is under suspicion if
        this ends badly."""
        ending = {claim.id for claim in list(self._ending.under_way.values())}
        suspects = tuple(ending.union(self._hearing.recordings))
        self._says(Event(kind=Kind.HEARING, worker=self._job.worker, recordings=suspects))
        self._hearing.ear.batches.begin()

    def _settle(self) -> None:
        self._hearing.ear.batches.settle(PAUSE_SECONDS)
        for ready, call in self._hearing.ready():
            self._ending.take(ready, call)

    def _stop(self, preparers: Preparers) -> Over:
        """Finish what the recogniser has, as far as the time allows, and put the rest back."""
        until = time.monotonic() + STOP_SHARE * self._night.stop_seconds
        preparers.close()
        self._put_back(list(self._preparing.values()))
        self._preparing.clear()
        while self._hearing.ear.hand and (left := until - time.monotonic()) > 0:
            self._says_alive()
            if self._hearing.seconds_of_a_batch < left:
                self._hear()
            elif self._hearing.ear.batches.since is None:
                break
            else:
                self._settle()
        self._put_back([ready_of(one).claim for one in self._hearing.ear.hand])
        self._ending.close()
        return Over.STOPPED

    def _put_back(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            with suppress(Lost):
                self._ledger.put_back(claim)
        back = tuple(claim.id for claim in claims)
        self._says(Event(kind=Kind.BACK, worker=self._job.worker, recordings=back))
