"""What a change of rules would have done to stored calls. Nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.comparing import item_changes, worth
from pipeline.scoring.decision import Decided, Decision, settled
from pipeline.scoring.rule_changes import FileChange, rule_changes
from pipeline.scoring.rulebook import Rulebook
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring
from pipeline.storage import Store, Stored
from pipeline.workflow.crew import over_calls
from pipeline.workflow.rescoring import Again, called, numbers
from pipeline.workflow.rules import BUNDLED, Which, rulebook, ruleset_for, rulesets_of
from pipeline.workflow.verdict_tally import CallChange, Verdicts


@dataclass(frozen=True, slots=True)
class Compared:
    """The working copy beside the last published version (0: the rules that came with the
    product). verdicts is None where calls were not looked at."""

    version: int
    rules: tuple[FileChange, ...]
    verdicts: Verdicts | None


def compare(
    again: Again, look_at_calls: bool = True, tell: Callable[[int], None] = lambda _: None
) -> Compared:
    """What the working copy changes: in the rules, and on the stored calls that are asked for.

    tell is told how many calls are done. Raises Refusal where a name means nothing or the rules
    cannot be read."""
    with Store(again.home, again.storage) as store:
        last = store.published()
        version = last.version if last else BUNDLED
        before, after = (rulebook(one, again.home, store) for one in (version, None))
        changes = rule_changes(before, after)
        if not look_at_calls:
            return Compared(version, changes, None)
        verdicts = Verdicts()
        work = _Comparing(again, version)
        for some in over_calls(work, numbers(store, again), again.processes):
            verdicts.add(some)
            tell(verdicts.calls)
    return Compared(version, changes, verdicts)


@dataclass(frozen=True, slots=True)
class _Comparing:
    """The work of one process of the crew."""

    again: Again
    version: int

    def open(self) -> Callable[[Sequence[int]], Verdicts]:
        store = Store(self.again.home, self.again.storage)
        beside = rules_beside(store, self.again, self.version, None)
        return lambda batch: beside.judge(store.calls(batch))


def rules_beside(store: Store, again: Again, before: Which, after: Which) -> "Beside":
    """Two states of the rules, to hold calls against."""
    template = again.settings.template
    return Beside(
        _published(rulebook(before, again.home, store), template),
        rulesets_of(rulebook(after, again.home, store), template),
        again.settings,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """The rulesets before and after, and the settings by which calls are scored."""

    before: tuple[Ruleset, ...]
    after: tuple[Ruleset, ...]
    settings: Scoring

    def judge(self, calls: Sequence[Stored]) -> Verdicts:
        """What changes in the calls."""
        verdicts = Verdicts()
        for stored in calls:
            old = ruleset_for(stored.call, self.before, self.settings.template)
            new = ruleset_for(stored.call, self.after, self.settings.template)
            same = old is not None and new is not None and old.digest == new.digest
            if same and not stored.decided:
                verdicts.count(_agent(stored), None)
                continue
            then = draft(stored.call, old, self.settings) if old else None
            now = then if same else draft(stored.call, new, self.settings) if new else None
            verdicts.count(_agent(stored), _change(stored, then, now))
            verdicts.missing(then is None, now is None)
            verdicts.crashed += _crashed(now)
            _beside_people(verdicts, stored, then, now)
        return verdicts


def _published(book: Rulebook, template: str) -> tuple[Ruleset, ...]:
    """The rulesets before; none where the template is new."""
    try:
        return rulesets_of(book, template if template in book.digests else Path(template).stem)
    except Refusal:
        return ()


def _agent(stored: Stored) -> str:
    return stored.call.about.agent or ""


def _crashed(card: Scorecard | None) -> int:
    return sum(item.verdict == Verdict.CRASHED for item in card.items) if card else 0


def _change(stored: Stored, then: Scorecard | None, now: Scorecard | None) -> CallChange | None:
    """None where nothing differs."""
    if then is None and now is None:
        return None
    alike = then is not None and now is not None and then.template == now.template
    items = tuple(item_changes(then, now)) if then and now and alike else ()
    if alike and not items:
        return None
    return CallChange(
        recording=called(stored),
        agent=_agent(stored),
        templates=(then.template if then else "", now.template if now else ""),
        before=then.total if then else None,
        after=now.total if now else None,
        points=round(worth(now) - worth(then), 3) if then and now and alike else None,
        items=items,
    )


def _beside_people(
    verdicts: Verdicts, stored: Stored, then: Scorecard | None, now: Scorecard | None
) -> None:
    """Both verdicts on every item that people decided on, as long as both have it."""
    if then is None or now is None or then.template != now.template:
        return
    decided = [(kept.card, kept.decisions) for kept in reversed(stored.decided)]
    found = settled(now, decided)
    old = {item.id: item.verdict for item in then.items}
    new = {item.id: item for item in now.items}
    for decision in _last(decided, now.template).values():
        if decision.item in old and decision.item in new:
            item = new[decision.item]
            seen = (old[item.id], item.verdict, decision.verdict)
            verdicts.beside((now.template, item.id), item.ask, seen, item.id in found.open)


def _last(decided: Decided, template: str) -> dict[str, Decision]:
    """The last decision on each item of cards by a template."""
    return {
        decision.item: decision
        for card, decisions in decided
        if card.template == template
        for decision in decisions
    }
