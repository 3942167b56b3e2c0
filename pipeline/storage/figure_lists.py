"""What lists show beside their cards: what was raised on them, and what there is to choose from; on
a connection that is in a transaction."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.hit import Verdict
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
from pipeline.storage.tables import ruleset as rulesets
from pipeline.storage.tables import scorecard as scorecards

MOST_AGENTS = 2_000
"""More are not listed to choose from; they can still be typed."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An item that was raised or marked on a card, as it stands now."""

    item: str
    ask: str
    machine: Verdict
    verdict: Verdict
    lost: float
    at_stake: float


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: teams, agents, and of each template the latest rules that cards
    may have been drafted by (digests)."""

    teams: tuple[str, ...]
    agents: tuple[str, ...]
    rulesets: tuple[str, ...]


def raised_on(connection: Connection, cards: Collection[int]) -> dict[int, tuple[Raised, ...]]:
    """The items of each card, those that cost most first."""
    asked = select(items, reviews.c.template).where(
        items.c.scorecard_id == reviews.c.scorecard_id, items.c.scorecard_id.in_(sorted(cards))
    )
    rows = connection.execute(asked).all()
    samples = {(row.template, row.item): row.scorecard_id for row in rows}
    known = items_on(connection, set(samples.values()))
    found: dict[int, list[Raised]] = {card: [] for card in cards}
    for row in rows:
        found[row.scorecard_id].append(
            Raised(
                item=row.item,
                ask=known[row.template, row.item]["ask"],
                machine=Verdict(row.machine),
                verdict=Verdict(row.verdict),
                lost=row.lost,
                at_stake=row.at_stake,
            )
        )
    return {card: tuple(sorted(of, key=_gravity)) for card, of in found.items()}


def _gravity(raised: Raised) -> tuple[float, float, str]:
    return -raised.lost, -raised.at_stake, raised.item


def items_on(
    connection: Connection, cards: Collection[int]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The items of those cards as plain values, by template and item."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for card in _bodies(connection, sorted(cards)):
        found |= {(card["template"], item["id"]): item for item in card["items"]}
    return found


def _bodies(connection: Connection, cards: Sequence[int]) -> list[dict[str, Any]]:
    chosen = select(scorecards.c.body).where(scorecards.c.id.in_(cards)).order_by(scorecards.c.id)
    return [json.loads(body) for body in connection.execute(chosen).scalars()]


def choices(connection: Connection, teams: tuple[str, ...] | None) -> Choices:
    """Of those teams' cards (None: of all). Each question is answered by an index alone."""
    mine = [] if teams is None else [reviews.c.team.in_(teams)]
    found = [
        connection.execute(select(column).where(*mine).distinct()).scalars().all()
        for column in (reviews.c.team, reviews.c.agent)
    ]
    every = select(rulesets.c.digest, rulesets.c.template).order_by(
        rulesets.c.added, rulesets.c.digest
    )
    latest = {row.template: row.digest for row in connection.execute(every)}
    return Choices(
        teams=tuple(sorted({*found[0]} - {""})),
        agents=tuple(sorted({*found[1]} - {""}))[:MOST_AGENTS],
        rulesets=tuple(latest[template] for template in sorted(latest)),
    )


def titles(connection: Connection) -> dict[str, str]:
    """What templates are called, by their names."""
    return {card["template"]: card["title"] for card in _last_of_each(connection)}


def _last_of_each(connection: Connection) -> list[dict[str, Any]]:
    """The latest card by each template."""
    last = select(func.max(reviews.c.scorecard_id)).group_by(reviews.c.template)
    return _bodies(connection, list(connection.execute(last).scalars()))
