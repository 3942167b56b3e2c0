"""A night by hand: what a listing finds and what a worker makes of it, without hearing anything."""

from dataclasses import replace

from pipeline.call import CallRecord, Reason
from pipeline.storage import Claim, Entry, Found, Holder, Ledger, Recording, State, this_process
from tests.storage.test_store import entry

LEASE = 60.0
CRASH = Reason("night.worker-died")


def found(name: str, stamp: str = "1", urgency: int = 0, **about: str) -> Found:
    """A file of that name."""
    path = f"/calls/{name}.wav"
    record = CallRecord(**about)  # type: ignore[arg-type]
    return Found(
        name=record.id or path, sources=(path,), about=record, stamp=stamp, urgency=urgency
    )


def take(ledger: Ledger, night: int, count: int = 1, worker: str = "w") -> list[Claim]:
    """Take so many in hand."""
    return ledger.claim(night, worker, count, LEASE)


def heard(claim: Claim, content: str) -> Entry:
    """What a worker would keep of it."""
    recording = Recording(
        content=content,
        name=claim.found.name,
        sources=claim.found.sources,
        about=claim.found.about,
    )
    return entry(recording=recording)


def content_of(claim: Claim) -> str:
    """Bytes of its own for each name."""
    return claim.found.name.ljust(64, "0")


def finish(ledger: Ledger, claim: Claim, content: str = "") -> None:
    """Done, with a card."""
    content = content or content_of(claim)
    ledger.finish(claim, content, [heard(claim, content)])


def counts(ledger: Ledger) -> dict[str, int]:
    """How many are in each state."""
    sums = ledger.sums()
    return {state.value: sums.of(state) for state in State if sums.of(state)}


def dead_process() -> Holder:
    """A process of this machine that is gone."""
    me = this_process("local")
    return replace(me, process_started=f"{me.process_started.rpartition(' ')[0]} 1")
