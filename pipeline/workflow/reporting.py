"""The month's demerits: what each agent's cards come to, with what people decided on them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.call import CallRecord
from pipeline.refusal import Refusal
from pipeline.scoring.decision import standing
from pipeline.scoring.points import Points, Ruling, points
from pipeline.scoring.rulebook import rebuilt
from pipeline.scoring.template import Scale, Template
from pipeline.settings import Settings
from pipeline.storage import Carded, Kept, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """An item that cost an agent points in the month. times: on how many cards."""

    id: str
    ask: str
    points: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One agent's month. agent is "" where the call records name nobody.

    points: drafted, or as people decided; at_stake: what open items may still add."""

    agent: str
    team: str
    calls: int
    points: float
    at_stake: float
    over: bool
    items: tuple[Charged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The agents with the most points first. test_calls: left out, they count for nobody."""

    month: str
    limit: float
    agents: tuple[Tally, ...]
    test_calls: int


@dataclass(frozen=True, slots=True)
class _Cost:
    about: CallRecord
    card: Kept
    points: Points


def demerits(month: str, home: Path, settings: Settings) -> Month:
    """What cards on the scale `demerits` come to in a month (YYYY-MM). Raises Refusal where that
    is no month. Of several cards of a call by one template, the one that people decided on counts,
    else the last."""
    since, until = days_of(month)
    with Store(home, settings.storage) as store:
        found = store.carded(since, until)
        templates = _Templates(store)
        costs = [cost for one in found for cost in _costs(one, templates)]
    counted = [cost for cost in costs if not cost.about.test_call]
    limit = settings.report.demerit_limit
    tallies = (_tally(agent, own, limit) for agent, own in _by_agent(counted).items())
    return Month(
        month=month,
        limit=limit,
        agents=tuple(sorted(tallies, key=lambda t: (-t.points, -t.at_stake, t.agent))),
        test_calls=len(costs) - len(counted),
    )


def days_of(month: str) -> tuple[str, str]:
    """Its first day, and the first one after it. Refusal where that is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal("workflow.not-a-month", found=month, allowed="2026-01") from None
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.isoformat(), after.isoformat()


class _Templates(dict[str, Template]):
    """Digest of a ruleset -> its template, as it was when a card was made."""

    def __init__(self, store: Store):
        super().__init__()
        self.store = store

    def __missing__(self, digest: str) -> Template:
        texts = self.store.texts_of_ruleset(digest) or {}
        (found,) = rebuilt(texts).rulesets
        self[digest] = found.template
        return found.template


def _costs(one: Carded, templates: Mapping[str, Template]) -> Iterator[_Cost]:
    chosen: dict[str, Kept] = {}
    for kept in one.kept:  # the last one first
        before = chosen.get(kept.card.template)
        if before is None or (kept.decisions and not before.decisions):
            chosen[kept.card.template] = kept
    for kept in chosen.values():
        if kept.card.scale == Scale.DEMERITS:
            template = templates[kept.card.ruleset]
            cost = points(template, _rulings(kept), kept.excellent)
            yield _Cost(one.recording.about, kept, cost)


def _rulings(kept: Kept) -> dict[str, Ruling]:
    """The verdicts of a card, and people's in their place; of a confirmed one what it was settled
    at, hit by hit."""
    if kept.settled is not None:
        return dict(kept.settled)
    said = standing(kept.decisions)
    return {
        item.id: Ruling(said[item.id].verdict if item.id in said else item.verdict, item.times)
        for item in kept.card.items
    }


def _by_agent(costs: Iterable[_Cost]) -> dict[str, list[_Cost]]:
    found: dict[str, list[_Cost]] = {}
    for cost in costs:
        found.setdefault(cost.about.agent or "", []).append(cost)
    return found


def _tally(agent: str, costs: list[_Cost], limit: float) -> Tally:
    lost: Counter[tuple[str, str]] = Counter()
    times: Counter[tuple[str, str]] = Counter()
    for cost in costs:
        for item in cost.card.card.items:
            paid = cost.points.items[item.id].lost
            lost[item.id, item.ask] += paid  # type: ignore[assignment]  # points are floats
            times[item.id, item.ask] += paid > 0
    total = round(sum(cost.points.total for cost in costs), 3)
    return Tally(
        agent=agent,
        team=next((cost.about.team for cost in reversed(costs) if cost.about.team), ""),
        calls=len({cost.card.card.call_id for cost in costs}),
        points=total,
        at_stake=round(sum(cost.points.at_stake for cost in costs), 3),
        over=total >= limit,
        items=tuple(
            Charged(id=key[0], ask=key[1], points=round(paid, 3), times=times[key])
            for key, paid in lost.most_common()
            if paid
        ),
    )
