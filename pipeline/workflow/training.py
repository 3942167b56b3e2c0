"""Who needs to be taught what: common problems, an agent's own, and what trainings changed.

Counted are all calls with a scorecard, failed by what people said, else by the machine: calls that
were reviewed because they were flagged would say that everything is bad.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.insight.comparing import Difference
from pipeline.insight.training import (
    Effect,
    Need,
    Problem,
    common_problems,
    needs,
    trained,
)
from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Share
from pipeline.storage import Act, Person, Role, Store
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figures import Figures
from pipeline.storage.topic_records import Training
from pipeline.storage.trainings import Failing, Item, Trainings
from pipeline.workflow.access import Permission, demand, teams_of
from pipeline.workflow.figures import Period, templates_of

EFFECT_DAYS = 28
"""Before a training and after it; the day itself is left out."""
LONGEST_NAME = 100
MOST = 200
"""Agents, and items, of one training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What there is to see of a period. asks: item -> what it asks; problems: of those calls that
    the asker sees sums of, the most frequent first; own: problems that are an agent's own, the
    surest first; agents: whom the asker may ask about."""

    asks: Mapping[Item, str]
    problems: tuple[tuple[Item, Problem], ...]
    own: tuple[tuple[Item, Need], ...]
    agents: tuple[str, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Beside:
    """An item of one agent's beside all colleagues'; believed: it is a problem of their own."""

    item: Item
    difference: Difference
    believed: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What a training changed of one item; None of an effect: nobody called yet."""

    item: Item
    effect: Effect


def needs_of(
    trainings: Trainings, figures: Figures, store: Store, asker: Person, period: Period
) -> Needs:
    """The needs of a period. Refusal where the asker may not see them."""
    demand(asker, Permission.NEEDS)
    mine = _seen(asker, period)
    shown = trainings.failing(replace(period.stretch(0.0), teams=mine))
    every = shown if mine is None else trainings.failing(replace(period.stretch(0.0), teams=None))
    agents = tuple(sorted({agent for agent, _ in shown.calls}))
    named = {_key(item): item for by in every.failed.values() for item in by}
    own = needs(_shares(every))
    return Needs(
        asks=asks(figures, store),
        problems=tuple((named[one.item], one) for one in common_problems(_sums(shown))),
        own=tuple((named[one.item], one) for one in own if one.agent in agents),
        agents=agents,
        calls=sum(shown.calls.values()),
    )


def beside(
    trainings: Trainings, asker: Person, period: Period, agent: str, own: Iterable[Need]
) -> tuple[Beside, ...]:
    """Everything that fails at all, of one agent and of all colleagues; what is furthest above
    theirs first. Nothing of an agent whom the asker does not see."""
    demand(asker, Permission.NEEDS)
    mine = _seen(asker, period)
    every = trainings.failing(replace(period.stretch(0.0), teams=None))
    if mine is not None:
        seen = trainings.failing(replace(period.stretch(0.0), teams=mine))
        if agent not in {one for one, _ in seen.calls}:
            return ()
    believed = {one.item for one in own if one.agent == agent}
    shares, sums = _shares(every).get(agent, {}), _sums(every)
    named = {_key(item): item for by in every.failed.values() for item in by}
    found = [
        Beside(named[key], Difference(one, _without(sums[key], one)), key in believed)
        for key, one in shares.items()
        if one.whole
    ]
    return tuple(sorted(found, key=lambda one: (-(one.difference.value or 0.0), one.item)))


def trainings_of(
    trainings: Trainings, figures: Figures, asker: Person, most: int
) -> tuple[Training, ...]:
    """The latest trainings of whom the asker is shown: one with an agent of another team tells how
    that one does."""
    demand(asker, Permission.NEEDS)
    every, teams = trainings.all(), teams_shown(asker)
    if teams is not None:
        shown = frozenset(figures.choices(teams).agents)
        every = tuple(one for one in every if shown.issuperset(one.agents))
    return every[:most]


def effect_of(trainings: Trainings, training: Training, today: date) -> tuple[Changed, ...]:
    """Failures in the four weeks after it less those in the four before, of who was trained; less
    the same of all others."""
    day = date.fromisoformat(training.day)
    before = trainings.failing(_days(day - timedelta(days=EFFECT_DAYS), day - timedelta(days=1)))
    last = min(today, day + timedelta(days=EFFECT_DAYS))
    after = trainings.failing(_days(day + timedelta(days=1), last))
    return tuple(Changed(item, _effect(before, after, item, training)) for item in training.items)


def add_training(
    trainings: Trainings, asker: Person, training: Training, known: Collection[Item]
) -> int:
    """Enter a training; its number. known: the items that there are. Refusal topics.* where
    something is missing or wrong."""
    demand(asker, Permission.TRAIN)
    return enter(trainings, replace(training, by=asker.login), known)


def enter(trainings: Trainings, training: Training, known: Collection[Item]) -> int:
    """The same for who has the database in hand anyway."""
    made = replace(training, name=training.name.strip())
    if not made.name or len(made.name) > LONGEST_NAME or not made.name.isprintable():
        raise Refusal("topics.training-name", allowed=LONGEST_NAME)
    if not 0 < len(made.items) <= MOST:
        raise Refusal("topics.training-items")
    if unknown := [one for one in made.items if one not in known]:
        raise Refusal(
            "topics.training-no-item", found="/".join(unknown[0]), allowed=_named(known, unknown[0])
        )
    if not 0 < len(made.agents) <= MOST:
        raise Refusal("topics.training-agents")
    details: dict[str, str | float] = {
        "day": made.day,
        "items": len(made.items),
        "agents": len(made.agents),
    }
    return trainings.add(made, Act(made.by, "training-added", made.day, details))


def _named(known: Collection[Item], like: Item) -> str:
    """The items that there are, of that template where it is one."""
    mine = [one for one in known if one[0] == like[0]]
    return ", ".join("/".join(one) for one in sorted(mine or known)) or "–"


def remove_training(trainings: Trainings, asker: Person, number: int) -> bool:
    """Whether there was such a training."""
    demand(asker, Permission.TRAIN)
    return drop(trainings, asker.login, number)


def drop(trainings: Trainings, by: str, number: int) -> bool:
    """The same for who has the database in hand anyway."""
    return trainings.remove(number, Act(by, "training-removed", str(number)))


def asks(figures: Figures, store: Store) -> dict[Item, str]:
    """What the items of known templates ask."""
    templates = templates_of(figures.choices(None).rulesets, store)
    return {(one.name, item.id): item.ask for one in templates for item in one.items}


def day_of_training(said: str, today: date) -> str:
    """YYYY-MM-DD. Refusal where it is no day, or still to come."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Refusal("topics.training-day", found=said, allowed="2026-01-31") from None
    if day > today:
        raise Refusal("topics.training-to-come", found=said)
    return day.isoformat()


def teams_shown(asker: Person) -> tuple[str, ...] | None:
    """Teams whose agents somebody is shown; None: all. A manager sees sums of every team."""
    return None if asker.role == Role.MANAGER else teams_of(asker)


def _seen(asker: Person, period: Period) -> tuple[str, ...] | None:
    mine = teams_shown(asker)
    if not period.team:
        return mine
    return (period.team,) if mine is None or period.team in mine else ()


def _key(item: Item) -> str:
    """As insight/training.py has it: one name for an item."""
    return "/".join(item)


def _shares(failing: Failing) -> dict[str, dict[str, Share]]:
    """Agent -> item -> failed of the calls that its template is for; items that fail at all."""
    items = {item for by in failing.failed.values() for item in by}
    found: dict[str, dict[str, Share]] = {}
    for agent, template in failing.calls:
        whole = failing.calls[agent, template]
        for item in items:
            if item[0] == template:
                failed = failing.failed.get(agent, {}).get(item, 0)
                found.setdefault(agent, {})[_key(item)] = Share(failed, whole)
    return found


def _sums(failing: Failing) -> dict[str, Share]:
    return _of(failing, [agent for agent, _ in failing.calls])


def _of(failing: Failing, agents: Iterable[str]) -> dict[str, Share]:
    """Item -> failed of all calls of these agents."""
    wanted = set(agents)
    found: dict[str, Share] = {}
    for agent, by_item in _shares(failing).items():
        if agent in wanted:
            for key, one in by_item.items():
                sum_ = found.get(key, Share(0, 0))
                found[key] = Share(sum_.part + one.part, sum_.whole + one.whole)
    return found


def _without(sum_: Share, one: Share) -> Share:
    return Share(sum_.part - one.part, sum_.whole - one.whole)


def _days(first: date, last: date) -> Stretch:
    """Both of them in it."""
    return Period(since=first, until=last).stretch(0.0)


def _effect(before: Failing, after: Failing, item: Item, training: Training) -> Effect:
    def share(failing: Failing, agents: Sequence[str]) -> Share:
        whole = sum(failing.calls.get((agent, item[0]), 0) for agent in agents)
        part = sum(failing.failed.get(agent, {}).get(item, 0) for agent in agents)
        return Share(part, whole)

    everybody = {agent for found in (before, after) for agent, _ in found.calls}
    others = sorted(everybody - set(training.agents))
    theirs = (share(before, others), share(after, others))
    mine = (share(before, training.agents), share(after, training.agents))
    return trained(*mine, theirs if all(one.whole for one in theirs) else ())
