"""What people decided, as rows, on a connection that is in a transaction: only ever appended."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.storage.database import insert_row, now
from pipeline.storage.tables import decision as decisions
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards


def hold(connection: Connection, ids: Sequence[int]) -> None:
    """Nobody decides on a card of these recordings while it may be making room (PostgreSQL; the
    order is the same for all, so that no two wait for each other)."""
    held = select(recordings.c.id).where(recordings.c.id.in_(ids)).order_by(recordings.c.id)
    connection.execute(held.with_for_update())


def decisions_on(connection: Connection, cards: Sequence[int]) -> Mapping[int, list[Decision]]:
    found: dict[int, list[Decision]] = {}
    if not cards:
        return found
    rows = connection.execute(
        select(decisions).where(decisions.c.scorecard_id.in_(cards)).order_by(decisions.c.id)
    )
    for row in rows:
        found.setdefault(row.scorecard_id, []).append(
            Decision(
                item=row.item,
                verdict=Verdict(row.verdict),
                by=row.by,
                at=row.at,
                reason=row.reason,
            )
        )
    return found


def add_decision(connection: Connection, card: int, decision: Decision) -> None:
    """Append; KeyError where there is no such card, or no such item on it."""
    owner = select(scorecards.c.recording_id).where(scorecards.c.id == card)
    hold(connection, list(connection.execute(owner).scalars()))
    body = connection.execute(select(scorecards.c.body).where(scorecards.c.id == card)).scalar()
    if body is None or decision.item not in {item["id"] for item in json.loads(body)["items"]}:
        raise KeyError(card, decision.item)
    row = {
        "scorecard_id": card,
        "item": decision.item,
        "verdict": decision.verdict.value,
        "by": decision.by,
        "at": decision.at or now(),
        "reason": decision.reason,
    }
    insert_row(connection, decisions, row)
