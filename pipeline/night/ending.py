"""The end of a recording: drafted, kept, told. In a thread of its own, beside the recogniser, which
so never waits for rules or disks."""

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pipeline.call import Call, Reason
from pipeline.night.job import Event, Job, Kind
from pipeline.night.preparer import Later, source_of
from pipeline.night.preparing import Ready
from pipeline.refusal import Refusal
from pipeline.speech.listen import Heard
from pipeline.speech.preparing import Prepared, misfortune
from pipeline.speech.sources import Source
from pipeline.storage import Claim, Entry, Ledger, Lost, Outcome, Recording, State
from pipeline.storage.taking import RETRANSCRIBE
from pipeline.workflow.content import Ear
from pipeline.workflow.drafting import Drafting, Wish, looked_up, outcome_without, read

NOT_ITS_FAULT = ("storage.", "audio.no-space")
"""Beginnings of what is wrong with the machine: the night cannot go on."""
AGAIN = (
    "audio.broke-decoder",
    "audio.too-slow",
    "audio.too-much-memory",
    "speech.broke",
)
"""What may be no fault of the recording's: it is tried again before it has failed."""
CHANGED = Reason("night.changed")
WAIT_TIMES = 10.0
"""What a bucket could not give is asked for again after so many times the wait of a single try,
doubled each time."""
PASSING = ("storage.unreachable", "storage.locked")
TRIES = 3
"""Of what the database did not take for reasons that may pass."""
WAIT_SECONDS = 0.2

T = TypeVar("T")


class Ending:
    """Ends recordings, one after the other. under_way: those that have not come to their end yet;
    late_from: when the one that is being ended will have taken too long."""

    def __init__(
        self, job: Job, ledger: Ledger, drafting: Drafting, ear: Ear, says: Callable[[Event], None]
    ) -> None:
        self.under_way: dict[tuple[int, int], Claim] = {}
        self.late_from = math.inf
        self.finished = 0
        self._job = job
        self._ledger = ledger
        self._drafting = drafting
        self._ear = ear
        self._says = says
        self._pool = ThreadPoolExecutor(1)
        self._futures: list[Future[None]] = []

    def take(self, ready: Ready, hearing: Callable[[], Heard] | None = None) -> None:
        """End this one when its turn comes. hearing: gives its call, where it was heard."""
        self.check()
        self.under_way[ready.claim.key] = ready.claim
        self._futures.append(self._pool.submit(self._end, ready, hearing))

    def check(self) -> None:
        """Raises what went wrong and is no recording's own concern."""
        done = [future for future in self._futures if future.done()]
        self._futures = [future for future in self._futures if not future.done()]
        for future in done:
            future.result()
        if time.monotonic() > self.late_from:
            raise TimeoutError

    def abandon(self) -> None:
        """What has not begun to end never will."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Wait until all that was taken has come to its end."""
        self._pool.shutdown(wait=True)
        self.check()

    def _end(self, ready: Ready, hearing: Callable[[], Heard] | None) -> None:
        claim, night = ready.claim, self._job.settings.night
        seconds = ready.made.sound.duration if isinstance(ready.made, Prepared) else 0.0
        self.late_from = time.monotonic() + max(night.hang_seconds, night.hang_times * seconds)
        try:
            if ready.broke:
                self._again(claim, ready.broke)
            elif isinstance(ready.made, Refusal):
                self._refused(ready, ready.made)
            elif isinstance(ready.made, Later):
                self._later(claim, ready.made)
            elif hearing is not None:
                self._heard(ready, hearing())
            elif ready.made is None:
                self._keep(ready, source_of(claim.found, self._job.settings.audio), None)
            elif not isinstance(ready.made, Prepared):
                self._written(ready, ready.made)
        except Lost:
            self._says(self._event(Kind.BACK, claim))
        finally:
            self.late_from = math.inf
            del self.under_way[claim.key]

    def _heard(self, ready: Ready, heard: Heard) -> None:
        if heard.refusal or heard.call is None:
            self._refused(ready, heard.refusal or Refusal("workflow.not-heard"))
        else:
            self._keep(ready, heard.source, heard.call)

    def _keep(self, ready: Ready, source: Source, call: Call | None) -> None:
        """call: None where its transcript is known."""
        found, wish = ready.claim.found, Wish(again=ready.claim.wish == RETRANSCRIBE)
        recording = Recording(
            content=ready.content, name=found.name, sources=found.sources, about=found.about
        )
        try:
            known = looked_up(source, recording, self._ear, wish, self._drafting.store)
            entry = self._drafting.entry(known, call, wish)
        except Exception as error:
            self._refused(ready, misfortune(error, source))
            return
        self._finish(ready, [entry], entry.transcript.heard.duration)

    def _written(self, ready: Ready, conversations: Sequence[Source]) -> None:
        place = ready.claim.found.sources[0]
        known = [(one, read(one, place)) for one in conversations]
        entries = [self._drafting.entry(k, one.call, Wish()) for one, k in known if one.call]
        refused = [(one.refusal, k) for one, k in known if one.refusal]
        if not entries and refused and refused[0][0]:
            self._refused(ready, refused[0][0])
            return
        for refusal, one in refused:
            if refusal:
                self._drafting.store.keep_failure(
                    one.recording, outcome_without(refusal), refusal.reason
                )
        self._finish(ready, entries)

    def _finish(self, ready: Ready, entries: Sequence[Entry], seconds: float = 0.0) -> None:
        claim = ready.claim
        state, outcome = _insist(lambda: self._ledger.finish(claim, ready.content, entries))
        self.finished += 1
        self._says(self._event(Kind.FINISHED, claim, state, outcome, seconds=seconds))

    def _refused(self, ready: Ready, refusal: Refusal) -> None:
        key, claim = refusal.reason.key, ready.claim
        if key.startswith(NOT_ITS_FAULT):
            raise refusal
        if key.startswith(AGAIN):
            self._again(claim, refusal.reason)
            return
        outcome = outcome_without(refusal)
        _insist(lambda: self._ledger.fail(claim, ready.content, outcome, refusal.reason))
        self._failed(claim, outcome, refusal.reason)

    def _later(self, claim: Claim, later: Later) -> None:
        """Its files cannot be had now, or they changed, and it is as if they were found now."""
        night = self._job.settings.night
        if later.found is None:
            wait = WAIT_TIMES * night.fetch_wait_seconds * 2**claim.attempts
            self._again(claim, later.reason or CHANGED, wait)
            return
        changed = later.found
        _insist(lambda: self._ledger.put_back(claim, changed.not_before, CHANGED))
        _insist(lambda: self._ledger.add([changed]))
        self._says(self._event(Kind.BACK, claim))

    def _again(self, claim: Claim, reason: Reason, wait: float = 0.0) -> None:
        attempts = self._job.settings.night.attempts
        until = int((time.time() + wait) * 1000) if wait else 0
        if _insist(lambda: self._ledger.again(claim, reason, attempts, until)):
            self._failed(claim, Outcome.FAILED, reason)
        else:
            self._says(self._event(Kind.AGAIN, claim, reason=reason))

    def _failed(self, claim: Claim, outcome: Outcome, reason: Reason) -> None:
        self.finished += 1
        self._says(self._event(Kind.FINISHED, claim, State.FAILED, outcome, reason))

    def _event(
        self,
        kind: Kind,
        claim: Claim,
        state: State | None = None,
        outcome: Outcome | None = None,
        reason: Reason | None = None,
        seconds: float = 0.0,
    ) -> Event:
        return Event(
            kind=kind,
            worker=self._job.worker,
            recordings=(claim.id,),
            seconds=seconds,
            state=state,
            outcome=outcome,
            reason=reason,
        )


def _insist(operation: Callable[[], T]) -> T:
    """What the database answers; a connection that broke is tried again. What else it says in words
    that a person can act on (Refusal), and that the claim is lost, is an answer."""
    for left in reversed(range(TRIES)):
        try:
            return operation()
        except Lost:
            raise
        except Refusal as refusal:
            if not left or refusal.reason.key not in PASSING:
                raise
            time.sleep(WAIT_SECONDS * (TRIES - left))
        except Exception:
            if not left:
                raise
            time.sleep(WAIT_SECONDS * (TRIES - left))
    raise AssertionError
