"""Stored calls checked again by the rules of now, without hearing them again."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pipeline.call import Medium
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import settled
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import Draft, Placed, Store, Stored, draft_of
from pipeline.workflow.crew import over_calls
from pipeline.workflow.rules import AUTO, rulebook, ruleset_for, rulesets_of

NAMED = 20
"""So many recordings are named; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Which stored calls to check again: those that the names may mean, of that day (YYYY-MM-DD)
    and later; without names all, or only so many of the newest. numbers: instead these, where they
    are given. processes share them; 0 takes all cores."""

    home: Path
    settings: Scoring
    storage: Storage
    names: Sequence[str] = ()
    since: str = ""
    processes: int = 0
    newest: int = 0
    numbers: Sequence[int] | None = None


@dataclass(slots=True)
class Tally:
    """What came of calls that were checked again.

    hold, asked_again: decisions of people that hold for the new draft, and that do not. moved:
    (template before, now) of calls that another template is for. untended: calls that no template
    is for, abandoned those of them that have a card from when there was one; names of a few."""

    calls: int = 0
    crashed: int = 0
    hold: int = 0
    asked_again: int = 0
    untended: int = 0
    abandoned: int = 0
    names: list[str] = field(default_factory=list)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    placed: Counter[Placed] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count another one's calls with this one's."""
        for name in ("calls", "crashed", "hold", "asked_again", "untended", "abandoned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.moved += other.moved
        self.placed += other.placed
        self.names = [*self.names, *other.names][:NAMED]


@dataclass(frozen=True, slots=True)
class Rescored:
    """version: of the published rules; None: nothing is published, it was the working copy."""

    version: int | None
    tally: Tally


def rescore(
    again: Again, tell: Callable[[int], None] = lambda _: None, stop: Callable[[], int] = lambda: 0
) -> Rescored:
    """New drafts by the published rules; where nothing is published, by the working copy.

    Drafts that nobody decided on make room for the new ones, decided cards stay beside them. tell
    is told how many calls are done; it ends early where stop() says so. Raises Refusal where a name
    means nothing or the rules cannot be read."""
    with Store(again.home, again.storage) as store:
        last = store.published()
        version = last.version if last else None
        chosen = rulesets_of(rulebook(version, again.home, store), again.settings.template)
        rulesets = {one.digest: one for one in chosen}
        total = Tally()
        work = _Rescoring(again, version)
        for drafts, tally in over_calls(work, numbers(store, again), again.processes):
            used = {one.ruleset: rulesets[one.ruleset] for one in drafts}
            tally.placed.update(store.redraft(drafts, used.values()))
            total.add(tally)
            tell(total.calls)
            if stop():
                return Rescored(version, total)
    return Rescored(version, total)


def numbers(store: Store, again: Again) -> Iterator[int]:
    """The numbers of the calls that are asked for."""
    if again.numbers is not None:
        return iter(again.numbers)
    if again.newest:
        return iter(store.newest(again.since, again.newest))
    if not again.names:
        return store.numbers(again.since)
    found = [store.numbers_of(name) for name in again.names]
    for name, some in zip(again.names, found, strict=True):
        if not some:
            raise Refusal("workflow.not-found", found=name)
    named = set(chain.from_iterable(found))
    return (number for number in store.numbers(again.since) if number in named)


def called(stored: Stored) -> str:
    """The first file; of a chat, which may be one of several in it, with its name: log.csv#K2."""
    file, name = stored.recording.sources[0], stored.recording.name
    if stored.call.medium != Medium.CHAT or name == file:
        return file
    return f"{file}#{name.rpartition('#')[2]}"


@dataclass(frozen=True, slots=True)
class _Rescoring:
    """The work of one process of the crew."""

    again: Again
    version: int | None

    def open(self) -> Callable[[Sequence[int]], tuple[list[Draft], Tally]]:
        again = self.again
        store = Store(again.home, again.storage)
        rules = rulesets_of(rulebook(self.version, again.home, store), again.settings.template)
        return lambda batch: self.check(store.calls(batch), rules)

    def check(
        self, calls: Sequence[Stored], rules: tuple[Ruleset, ...]
    ) -> tuple[list[Draft], Tally]:
        drafts, tally = [], Tally(calls=len(calls))
        for stored in calls:
            ruleset = ruleset_for(stored.call, rules, self.again.settings.template)
            if ruleset is None:
                tally.untended += 1
                tally.abandoned += bool(stored.template)
                tally.names.append(called(stored))
                continue
            card = draft(stored.call, ruleset, self.again.settings)
            of = (stored.id, stored.transcript, stored.revision)
            drafts.append(draft_of(card, of, alone=self.again.settings.template == AUTO))
            _count(tally, stored, card)
        return drafts, tally


def _count(tally: Tally, stored: Stored, card: Scorecard) -> None:
    tally.crashed += sum(item.verdict == Verdict.CRASHED for item in card.items)
    if stored.template not in ("", card.template):
        tally.moved[stored.template, card.template] += 1
    found = settled(card, [(kept.card, kept.decisions) for kept in reversed(stored.decided)])
    tally.hold += len(found.hold)
    tally.asked_again += len(found.open)
