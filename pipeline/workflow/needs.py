"""Who needs to be taught what: common problems, and an agent's own.

Counted are all calls with a scorecard, failed by what people said, else by the machine: calls that
were reviewed because they were flagged would say that everything is bad.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from pipeline.insight.comparing import Difference
from pipeline.insight.training import Need, Problem, common_problems, needs
from pipeline.scoring.agreement import Share
from pipeline.storage import Person
from pipeline.storage.trainings import Failing, Item, Trainings
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.figures import Period
from pipeline.workflow.training import teams_shown, without

Shares = Mapping[str, Mapping[str, Share]]
"""Agent -> item (by its key) -> failed of the calls that its template is for."""
OTHERS = ""
"""Under that stand calls of teams that the asker is shown no sums of; no agent is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What there is to see of a period. problems: of those calls that the asker sees sums of, the
    most frequent first; own: problems that are an agent's own, the surest first; agents: whom the
    asker may ask about; shares: of all agents, theirs by the calls that the asker sees sums of."""

    problems: tuple[tuple[Item, Problem], ...]
    own: tuple[tuple[Item, Need], ...]
    agents: tuple[str, ...]
    calls: int
    shares: Shares
    named: Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class Beside:
    """An item of one agent's beside all colleagues'; believed: it is a problem of their own."""

    item: Item
    difference: Difference
    believed: bool


def needs_of(trainings: Trainings, asker: Person, period: Period) -> Needs:
    """The needs of a period. Refusal where the asker may not see them."""
    demand(asker, Permission.NEEDS)
    mine, stretch = _seen(asker, period), period.stretch(0.0)
    every = trainings.failing(replace(stretch, teams=None))
    shown = every if mine is None else trainings.failing(replace(stretch, teams=mine))
    agents = {agent for agent, _ in shown.calls}
    named = {_key(item): item for by in every.failed.values() for item in by}
    shares = _shares(every if shown is every else _apart(every, shown, agents))
    of_shown = _sums(shares if shown is every else _shares(shown))
    return Needs(
        problems=tuple((named[one.item], one) for one in common_problems(of_shown)),
        own=tuple((named[one.item], one) for one in needs(shares) if one.agent in agents),
        agents=tuple(sorted(agents)),
        calls=sum(shown.calls.values()),
        shares=shares,
        named=named,
    )


def beside(found: Needs, agent: str) -> tuple[Beside, ...]:
    """Everything that fails at all, of one agent and of all colleagues; what is furthest above
    theirs first. Nothing of an agent whom the asker does not see."""
    if agent not in found.agents:
        return ()
    believed = {one.item for _, one in found.own if one.agent == agent}
    sums = _sums(found.shares)
    all_of_it = [
        Beside(found.named[key], Difference(one, without(sums[key], one)), key in believed)
        for key, one in found.shares.get(agent, {}).items()
        if one.whole
    ]
    return tuple(sorted(all_of_it, key=lambda one: (-(one.difference.value or 0.0), one.item)))


def _seen(asker: Person, period: Period) -> tuple[str, ...] | None:
    mine = teams_shown(asker)
    if not period.team:
        return mine
    return (period.team,) if mine is None or period.team in mine else ()


def _key(item: Item) -> str:
    """As insight/training.py has it: one name for an item."""
    return "/".join(item)


def _apart(every: Failing, shown: Failing, agents: Collection[str]) -> Failing:
    """Of these agents what is shown; what they did elsewhere is nobody's, one in a sum over all."""
    calls = Counter(shown.calls)
    for (agent, template), count in every.calls.items():
        whose = OTHERS if agent in agents else agent
        calls[whose, template] += count - shown.calls.get((agent, template), 0)
    failed = {agent: Counter(by) for agent, by in shown.failed.items()}
    for agent, by in every.failed.items():
        theirs = shown.failed.get(agent, {})
        rest = failed.setdefault(OTHERS if agent in agents else agent, Counter())
        rest.update({item: count - theirs.get(item, 0) for item, count in by.items()})
    return Failing(calls, failed)


def _shares(failing: Failing) -> Shares:
    """Items that fail at all."""
    of_template: dict[str, list[Item]] = {}
    for item in sorted({item for by in failing.failed.values() for item in by}):
        of_template.setdefault(item[0], []).append(item)
    found: dict[str, dict[str, Share]] = {}
    for (agent, template), whole in failing.calls.items():
        failed = failing.failed.get(agent, {})
        for item in of_template.get(template, ()):
            found.setdefault(agent, {})[_key(item)] = Share(failed.get(item, 0), whole)
    return found


def _sums(shares: Shares) -> dict[str, Share]:
    """Item -> failed of all calls of these agents."""
    found: dict[str, Share] = {}
    for of_agent in shares.values():
        for key, share in of_agent.items():
            sum_ = found.get(key, Share(0, 0))
            found[key] = Share(sum_.part + share.part, sum_.whole + share.whole)
    return found
