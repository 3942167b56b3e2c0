"""The overview: what people's work on the drafts shows of teams, items and the machine.

Scores are judged by the random sample: what was flagged is worse than the rest, and an average over
all that people confirmed would say so of everybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Share
from pipeline.scoring.average import Average
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.template import Template
from pipeline.settings import Reviewing
from pipeline.storage import Person, Store
from pipeline.storage.figure_records import Done, ItemTally, Monthly, Scored, Stretch, Waiting
from pipeline.storage.figures import Figures
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.rules import ruleset_of

DAYS = 30
"""What is looked at where nobody says."""
MOST_DAYS = 62
"""Of work done day by day: two months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from since to until, both of them in it; team, template: "" all."""

    since: date
    until: date
    team: str = ""
    template: str = ""

    def stretch(self, share: float) -> Stretch:
        """The same for the store."""
        return Stretch(
            since=self.since.isoformat(),
            until=(self.until + timedelta(days=1)).isoformat(),
            teams=(self.team,) if self.team else None,
            template=self.template,
            sample=share,
        )


@dataclass(frozen=True, slots=True)
class Work:
    """Cards confirmed: by each person, the busiest first, on each of the days."""

    days: tuple[date, ...]
    people: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is to see of a period. teams, agents: the lowest mean of the random sample first;
    a team is the sum of its agents. items: those that failed most first; confirmed: of how many
    cards. waits: by team, whatever the period."""

    period: Period
    sample: float
    whole: Scored
    teams: tuple[Scored, ...]
    agents: tuple[Scored, ...]
    items: tuple[ItemTally, ...]
    confirmed: int
    work: Work
    waits: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists may be restricted to: teams, agents, templates (name -> title), and their items
    (id -> what it asks)."""

    teams: tuple[str, ...]
    agents: tuple[str, ...]
    templates: Mapping[str, str]
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Charged:
    """A bar of the Pareto chart. share: of all failures; cumulative: with those before it."""

    tally: ItemTally
    share: float
    cumulative: float


def choices(figures: Figures, store: Store, teams: tuple[str, ...] | None) -> Choices:
    """Of the cards of those teams (None: of all)."""
    found = figures.choices(teams)
    templates = templates_of(found.rulesets, store)
    return Choices(
        teams=found.teams,
        agents=found.agents,
        templates={template.name: template.title for template in templates},
        items={item.id: item.ask for template in templates for item in template.items},
    )


def templates_of(rulesets: Iterable[str], store: Store) -> list[Template]:
    """Those that this version can read, of the rules of these digests."""
    return [rules.template for rules in map(partial(_known, store), rulesets) if rules]


def _known(store: Store, digest: str) -> Ruleset | None:
    try:
        return ruleset_of(digest, store.texts)
    except Refusal:
        return None  # of an older version, which this one cannot read any more


def recent(today: date) -> Period:
    """The last days."""
    return Period(since=today - timedelta(days=DAYS - 1), until=today)


def last_day(figures: Figures, today: date) -> date:
    """The last day of which there are calls, today where there are none: what is looked at where
    nobody says ends there."""
    found = figures.last_day(today.isoformat())
    return date.fromisoformat(found) if found else today


def overview(
    figures: Figures, asker: Person, period: Period, settings: Reviewing, today: date
) -> Overview:
    """The figures of a period. Refusal where the asker may not see them."""
    demand(asker, Permission.OVERVIEW)
    stretch = period.stretch(settings.random_share)
    agents = figures.scores(stretch)
    tallies = figures.items(stretch)
    return Overview(
        period=period,
        sample=settings.random_share,
        whole=_sum("", agents),
        teams=_lowest(_sum(team, own) for team, own in _by_team(agents).items()),
        agents=_lowest(agents),
        items=tuple(sorted(tallies, key=lambda t: (-t.cards, -t.lost, t.item))),
        confirmed=figures.confirmed(stretch),
        work=work(figures, period),
        waits=tuple(figures.waiting(stretch, late_before(today, settings))),
    )


def work(figures: Figures, period: Period) -> Work:
    """Who confirmed how much on which day of the period, by this machine's clock; at most the
    last two months of it."""
    since = max(period.since, period.until - timedelta(days=MOST_DAYS - 1))
    days = tuple(since + timedelta(days=n) for n in range((period.until - since).days + 1))
    done = figures.done(milliseconds(since), milliseconds(period.until + timedelta(days=1)))
    return Work(days, _per_day(done, days))


def _per_day(done: Iterable[Done], days: Sequence[date]) -> Mapping[str, tuple[int, ...]]:
    counts: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in done:
        counts[one.by][datetime.fromtimestamp(one.at / 1000).date()] += one.cards
    busiest = sorted(counts, key=lambda login: (-sum(counts[login].values()), login))
    return {login: tuple(counts[login][day] for day in days) for login in busiest}


def charged(items: Iterable[ItemTally], most: int) -> tuple[Charged, ...]:
    """The items that failed most, with what they are of all failures."""
    failed = [tally for tally in items if tally.cards]
    whole, before, found = sum(tally.cards for tally in failed), 0, []
    for tally in failed[:most]:
        before += tally.cards
        found.append(Charged(tally, tally.cards / whole, before / whole))
    return tuple(found)


def precise(items: Iterable[ItemTally]) -> tuple[ItemTally, ...]:
    """The items that the machine raised, those that it charged most first."""
    raised = (tally for tally in items if tally.agreement.charged or tally.agreement.asked)
    return tuple(sorted(raised, key=lambda t: (-t.agreement.charged, -t.agreement.asked, t.item)))


def asked(tally: ItemTally) -> Share:
    """Of what the machine put to people, what they call a failure."""
    return Share(tally.agreement.rightly_asked, tally.agreement.asked)


def own_months(figures: Figures, asker: Person) -> list[Monthly]:
    """An agent's months, of the cards that they may see."""
    demand(asker, Permission.ACKNOWLEDGE)
    return figures.months(asker.agent) if asker.agent else []


def late_before(today: date, settings: Reviewing) -> str:
    """Calls of earlier days (YYYY-MM-DD) should have been inspected by now."""
    return (today - timedelta(days=settings.days)).isoformat()


def milliseconds(day: date) -> int:
    """When a day begins here, since 1970."""
    return round(datetime(day.year, day.month, day.day).timestamp() * 1000)


def _by_team(agents: Iterable[Scored]) -> dict[str, list[Scored]]:
    found: dict[str, list[Scored]] = defaultdict(list)
    for scored in agents:
        found[scored.team].append(scored)
    return found


def _sum(team: str, scores: Sequence[Scored]) -> Scored:
    return Scored(
        team=team,
        agent="",
        all=_added(scored.all for scored in scores),
        random=_added(scored.random for scored in scores),
        drawn=sum(scored.drawn for scored in scores),
    )


def _added(averages: Iterable[Average]) -> Average:
    listed = list(averages)
    return Average(
        sum(a.n for a in listed), sum(a.sum for a in listed), sum(a.squares for a in listed)
    )


def _lowest(scores: Iterable[Scored]) -> tuple[Scored, ...]:
    """Those of whom the sample says nothing come last, those of whom nothing is known are out."""
    known = [scored for scored in scores if scored.all.n or scored.drawn]
    return tuple(sorted(known, key=_by_mean))


def _by_mean(scored: Scored) -> tuple[bool, float, bool, float, str, str]:
    random, every = scored.random.mean, scored.all.mean
    return (
        random is None,
        random or 0.0,
        every is None,
        every or 0.0,
        scored.team,
        scored.agent,
    )
