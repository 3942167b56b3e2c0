"""What a change of rules does to calls, counted: by call, item and agent, and beside people.

Tallies are added up, so that processes can count apart; what they hold does not grow with calls.
"""

from collections import Counter
from dataclasses import dataclass, field

from pipeline.hit import Verdict
from pipeline.scoring.agreement import Agreement, agreement
from pipeline.scoring.comparing import ItemChange

LISTED = 1_000
"""So many changed calls are kept for lists; all are counted."""
EXAMPLES = 3

Key = tuple[str, str]
"""Template and item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChange:
    """A call that is judged otherwise. before, after: its total, None where no template is for it.

    points: what the agent gains or loses in all; None where the templates differ, so that totals
    cannot be compared (moved), or where there is none."""

    recording: str
    agent: str
    templates: tuple[str, str]
    before: float | None
    after: float | None
    points: float | None
    items: tuple[ItemChange, ...]


@dataclass(slots=True)
class AgentTally:
    """Calls of an agent, those that lose and gain, and the points that they gain in all."""

    calls: int = 0
    worse: int = 0
    better: int = 0
    points: float = 0.0

    def add(self, other: "AgentTally") -> None:
        """Count another one's calls with this one's."""
        self.calls += other.calls
        self.worse += other.worse
        self.better += other.better
        self.points = round(self.points + other.points, 3)


@dataclass(slots=True)
class ItemTally:
    """What became of an item: (verdict before, after) -> calls; an example or three of each."""

    ask: str
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    points: float = 0.0
    examples: list[tuple[str, ItemChange]] = field(default_factory=list)

    def add(self, other: "ItemTally") -> None:
        """Count another one's calls with this one's."""
        self.verdicts += other.verdicts
        self.points = round(self.points + other.points, 3)
        for recording, change in other.examples:
            self._show(recording, change)

    def see(self, recording: str, change: ItemChange) -> None:
        """Count one call."""
        self.verdicts[_word(change.before), _word(change.after)] += 1
        self.points = round(self.points + change.points, 3)
        self._show(recording, change)

    def times(self, before: Verdict | None, after: Verdict | None) -> int:
        """Calls that went from one verdict to the other; None: from or to any."""
        return sum(
            count
            for (was, is_), count in self.verdicts.items()
            if was != is_
            and (before is None or was == before.value)
            and (after is None or is_ == after.value)
        )

    def _show(self, recording: str, change: ItemChange) -> None:
        """Keep an example, unless there are enough of its sort."""
        alike = [one for _, one in self.examples if _sort(one) == _sort(change)]
        if len(alike) < EXAMPLES:
            self.examples.append((recording, change))


@dataclass(slots=True)
class Verdicts:
    """What the change does to the calls, counted.

    altered: calls with any difference; worse, better: those that lose, gain points; moved: those
    that another template is for; unruled: for which there is no template before, none after.
    crashed: items that a detector failed on, after. decided: item -> (verdict before, after,
    people's) -> calls; asks: the questions of those items; elsewhere: decisions that rest on other
    words than the new verdict does."""

    calls: int = 0
    altered: int = 0
    worse: int = 0
    better: int = 0
    moved: int = 0
    unruled: tuple[int, int] = (0, 0)
    crashed: int = 0
    elsewhere: int = 0
    changed: list[CallChange] = field(default_factory=list)
    items: dict[Key, ItemTally] = field(default_factory=dict)
    agents: dict[str, AgentTally] = field(default_factory=dict)
    decided: dict[Key, Counter[tuple[Verdict, Verdict, Verdict]]] = field(default_factory=dict)
    asks: dict[Key, str] = field(default_factory=dict)

    def count(self, agent: str, change: CallChange | None) -> None:
        """One call, and what changes in it, if anything."""
        points = (change.points if change else 0.0) or 0.0
        seen = AgentTally(1, int(points < 0), int(points > 0), points)
        self.agents.setdefault(agent, AgentTally()).add(seen)
        self.calls += 1
        self.worse += points < 0
        self.better += points > 0
        if change is None:
            return
        self.altered += 1
        self.moved += all(change.templates) and change.templates[0] != change.templates[1]
        self.changed += [change][: max(0, LISTED - len(self.changed))]
        for item in change.items:
            key = (item.template, item.item)
            self.items.setdefault(key, ItemTally(item.ask)).see(change.recording, item)

    def missing(self, before: bool, after: bool) -> None:
        """Whether no template was, or is, for a call."""
        self.unruled = (self.unruled[0] + before, self.unruled[1] + after)

    def beside(
        self, key: Key, ask: str, seen: tuple[Verdict, Verdict, Verdict], elsewhere: bool
    ) -> None:
        """The verdicts before and after on an item of a call, and people's."""
        self.asks[key] = ask
        self.decided.setdefault(key, Counter())[seen] += 1
        self.elsewhere += elsewhere

    def add(self, other: "Verdicts") -> None:
        """Count another one's calls with this one's."""
        for name in ("calls", "altered", "worse", "better", "moved", "crashed", "elsewhere"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unruled = (self.unruled[0] + other.unruled[0], self.unruled[1] + other.unruled[1])
        self.changed += other.changed[: max(0, LISTED - len(self.changed))]
        for key, item in other.items.items():
            self.items.setdefault(key, ItemTally(item.ask)).add(item)
        for agent, tally in other.agents.items():
            self.agents.setdefault(agent, AgentTally()).add(tally)
        self.asks |= other.asks
        for key, seen in other.decided.items():
            self.decided.setdefault(key, Counter()).update(seen)

    def agreement(self, key: Key | None = None) -> tuple[Agreement, Agreement]:
        """How right the rules before and after are on an item that people decided on; on all."""
        counters = [self.decided[key]] if key else list(self.decided.values())
        both = [triple for counter in counters for triple in counter.elements()]
        return (
            agreement((before, people) for before, _, people in both),
            agreement((after, people) for _, after, people in both),
        )


def _sort(change: ItemChange) -> tuple[str, str]:
    return _word(change.before), _word(change.after)


def _word(verdict: Verdict | None) -> str:
    return verdict.value if verdict else ""
