"""Who needs to be taught what, and what a training has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from pipeline.insight.comparing import Difference, adjusted, chance, log_odds, reach
from pipeline.scoring.agreement import Share

BELIEVED = 0.05
"""False discovery rate up to which a problem is an agent's own."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that fails: of the calls in which it was judged, of all failures (Pareto), and of
    failures together with those of more frequent items."""

    item: str
    failing: Share
    of_all: float
    with_those_before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An item at which an agent fails more than colleagues do. difference: agent − colleagues; z of
    the log-odds; false: the false discovery rate at which it is believed."""

    agent: str
    item: str
    difference: Difference
    z: float
    false: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Failures after a training less those before. others: the same of agents without training, in
    the same times; None where there are none."""

    trained: Difference
    others: Difference | None = None

    @property
    def value(self) -> float | None:
        """trained, less what changed for others as well (difference in differences); below 0 is
        better."""
        if self.trained.value is None or self.others is None:
            return self.trained.value
        return self.trained.value - self.others.value if self.others.value is not None else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 %, of the intervals of the parts: value − √Σ(reach down)² to value + √Σ(reach up)²."""
        if self.value is None:
            return None
        differences = [self.trained] if self.others is None else [self.trained, self.others]
        down = up = 0.0
        for number, difference in enumerate(differences):
            after, before = reach(difference.one), reach(difference.other)
            lower, higher = after[0] ** 2 + before[1] ** 2, after[1] ** 2 + before[0] ** 2
            down, up = down + (higher if number else lower), up + (lower if number else higher)
        return self.value - sqrt(down), self.value + sqrt(up)

    @property
    def shown(self) -> bool:
        """The interval leaves out 0: more than chance has changed."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


def common_problems(items: Mapping[str, Share]) -> tuple[Problem, ...]:
    """What fails most often, with its part of all failures. items: item -> failing of judged."""
    failures = sum(share.part for share in items.values())
    made: list[Problem] = []
    reached = 0
    for item, share in sorted(items.items(), key=lambda pair: (-pair[1].part, pair[0])):
        if share.part:
            reached += share.part
            made.append(Problem(item, share, share.part / failures, reached / failures))
    return tuple(made)


def needs(agents: Mapping[str, Mapping[str, Share]]) -> tuple[Need, ...]:
    """Problems that are an agent's own, the surest first. agents: agent -> item -> failing of
    judged. All agents and items are asked at once, and corrected for that."""
    totals: dict[str, tuple[int, int]] = {}
    for items in agents.values():
        for item, share in items.items():
            part, whole = totals.get(item, (0, 0))
            totals[item] = part + share.part, whole + share.whole
    asked = [
        _need(agent, item, share, totals[item])
        for agent, items in sorted(agents.items())
        for item, share in sorted(items.items())
    ]
    false = adjusted([chance(need.z) for need in asked])
    found = [
        Need(agent=n.agent, item=n.item, difference=n.difference, z=n.z, false=rate)
        for n, rate in zip(asked, false, strict=True)
        if n.z > 0 and rate <= BELIEVED
    ]
    return tuple(sorted(found, key=lambda need: (-need.z, need.agent, need.item)))


def trained(before: Share, after: Share, others: Sequence[Share] = ()) -> Effect:
    """What a training changed. before, after: failing of judged, of those who were trained; others:
    the same two of those who were not, if there are any."""
    if not others:
        return Effect(trained=Difference(after, before))
    others_before, others_after = others
    return Effect(trained=Difference(after, before), others=Difference(others_after, others_before))


def _need(agent: str, item: str, share: Share, total: tuple[int, int]) -> Need:
    colleagues = Share(total[0] - share.part, total[1] - share.whole)
    return Need(
        agent=agent,
        item=item,
        difference=Difference(share, colleagues),
        z=log_odds(share, colleagues)[1] if share.whole and colleagues.whole else 0.0,
        false=1.0,
    )
