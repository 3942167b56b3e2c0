"""Trainings: entered, listed, and what they changed.

Counted are all calls with a scorecard, failed by what people said, else by the machine: calls that
were reviewed because they were flagged would say that everything is bad.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.insight.training import Effect, trained
from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Share
from pipeline.storage import Act, Person, Role, Store
from pipeline.storage.figures import Figures
from pipeline.storage.topic_records import Training
from pipeline.storage.trainings import Failing, Item, Trainings
from pipeline.workflow.access import Permission, demand, teams_of
from pipeline.workflow.figures import templates_of

EFFECT_DAYS = 28
"""Before a training and after it; the day itself is left out."""
FIRST_YEAR = 2000
LONGEST_NAME = 100
MOST = 200
"""Agents, and items, of one training."""
ALL = ""
"""Under that the store has the sum of all agents."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a training changed of one item; None of an effect: nobody called yet."""

    item: Item
    effect: Effect


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


def effects_of(
    trainings: Trainings,
    held: Sequence[Training],
    today: date,
    teams: Sequence[str] | None = None,
) -> list[tuple[Training, tuple[Changed, ...]]]:
    """Of each training: failures in the four weeks after it less those in the four before, of who
    was trained, in calls of these teams (None: of any); less the same of all other calls."""
    if not held:
        return []
    times = [_times(training, today) for training in held]
    every = [day for before, after in times for day in (*before, *after)]
    trainings.count(min(every), (date.fromisoformat(max(every)) + timedelta(days=1)).isoformat())
    return [
        (one, _changed(one, *(trainings.failing_of(days, one.agents, teams) for days in both)))
        for one, both in zip(held, times, strict=True)
    ]


def _changed(training: Training, before: Failing, after: Failing) -> tuple[Changed, ...]:
    return tuple(Changed(item, _effect(before, after, item, training)) for item in training.items)


def _times(training: Training, today: date) -> tuple[list[str], list[str]]:
    """The days before it, and those after it that have come."""
    held = date.fromisoformat(training.day)
    apart = [timedelta(days=n) for n in range(1, EFFECT_DAYS + 1)]
    after = [held + days for days in apart if held + days <= today]
    return [(held - days).isoformat() for days in apart], [day.isoformat() for day in after]


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
        day = date.min
    if day.year < FIRST_YEAR:
        raise Refusal("topics.training-day", found=said, allowed="2026-01-31")
    if day > today:
        raise Refusal("topics.training-to-come", found=said)
    return day.isoformat()


def teams_shown(asker: Person) -> tuple[str, ...] | None:
    """Teams whose agents somebody is shown; None: all. A manager sees sums of every team."""
    return None if asker.role == Role.MANAGER else teams_of(asker)


def _effect(before: Failing, after: Failing, item: Item, training: Training) -> Effect:
    def share(failing: Failing, agents: Iterable[str]) -> Share:
        whole = sum(failing.calls.get((agent, item[0]), 0) for agent in agents)
        part = sum(failing.failed.get(agent, {}).get(item, 0) for agent in agents)
        return Share(part, whole)

    mine = share(before, training.agents), share(after, training.agents)
    every = share(before, [ALL]), share(after, [ALL])
    theirs = [without(*both) for both in zip(every, mine, strict=True)]
    return trained(*mine, theirs if all(one.whole for one in theirs) else ())


def without(whole: Share, part: Share) -> Share:
    """Of all but those."""
    return Share(whole.part - part.part, whole.whole - part.whole)
