"""What lists show beside their cards: what was raised on them, and what there is to choose from; on
a connection that is in a transaction."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from pipeline.hit import Verdict
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
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
    """What there is to choose from: teams, agents, templates (name -> title) and their items (id
    -> what it asks)."""

    teams: tuple[str, ...]
    agents: tuple[str, ...]
    templates: Mapping[str, str]
    items: Mapping[str, str]


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
    """Of those teams' cards (None: of all)."""
    mine: ColumnElement[bool] = reviews.c.team.is_not(None)
    if teams is not None:
        mine = reviews.c.team.in_(teams)
    who = connection.execute(select(reviews.c.team, reviews.c.agent).where(mine).distinct()).all()
    cards = _last_of_each(connection)
    return Choices(
        teams=tuple(sorted({row.team for row in who} - {""})),
        agents=tuple(sorted({row.agent for row in who} - {""}))[:MOST_AGENTS],
        templates={card["template"]: card["title"] for card in cards},
        items={item["id"]: item["ask"] for card in cards for item in card["items"]},
    )


def titles(connection: Connection) -> dict[str, str]:
    """What templates are called, by their names."""
    return {card["template"]: card["title"] for card in _last_of_each(connection)}


def _last_of_each(connection: Connection) -> list[dict[str, Any]]:
    """The latest card by each template."""
    last = select(func.max(reviews.c.scorecard_id)).group_by(reviews.c.template)
    return _bodies(connection, list(connection.execute(last).scalars()))
