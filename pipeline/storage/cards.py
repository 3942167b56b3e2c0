"""Scorecards and what people decided on them, on a connection that is in a transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.database import insert_or_leave, insert_row, now
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Draft, Kept, Placed
from pipeline.storage.tables import decision as decisions
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import ruleset as rulesets
from pipeline.storage.tables import scorecard as scorecards

OPEN = "draft"
"""The state of a card that nobody has closed."""
KEY = ("transcript_id", "revision", "ruleset")
"""What a card of a recording rests on."""


def draft_of(card: Scorecard, of: tuple[int, int, int], alone: bool = False) -> Draft:
    """The card as it is written; of: its recording, transcript and revision."""
    return Draft(
        recording=of[0],
        transcript=of[1],
        revision=of[2],
        ruleset=card.ruleset,
        template=card.template,
        total=card.total,
        max=card.max,
        fatal=bool(card.fatal),
        body=to_json(card),
        alone=alone,
    )


def add_ruleset(connection: Connection, ruleset: Ruleset) -> None:
    known = select(rulesets.c.digest).where(rulesets.c.digest == ruleset.digest)
    if connection.execute(known).first() is None:  # another may be adding it just now
        row = {
            "digest": ruleset.digest,
            "template": ruleset.template.name,
            "version": ruleset.template.version,
            "texts": json.dumps(dict(ruleset.files), ensure_ascii=False),
            "added": now(),
        }
        connection.execute(insert_or_leave(connection, rulesets).values(**row))


def read_texts(connection: Connection, digest: str) -> dict[str, str]:
    """The files of a ruleset; none where it is not stored."""
    found = select(rulesets.c.texts).where(rulesets.c.digest == digest)
    texts = connection.execute(found).scalar()
    return dict(json.loads(texts)) if texts else {}


def put_drafts(connection: Connection, drafts: Sequence[Draft]) -> list[Placed]:
    """Write the drafts of different recordings, each by a ruleset that is stored. A draft that
    nobody decided on makes room; a decided card is left as it is."""
    _hold(connection, [draft.recording for draft in drafts])
    there = _standing(connection, [draft.recording for draft in drafts])
    gone: list[int] = []
    fresh: list[dict[str, Any]] = []
    placed = []
    for draft in drafts:
        cards = there[draft.recording]
        decided = [row for row in cards if row.decided]
        if cards and not cards[-1].decided and _is(cards[-1], draft):
            placed.append(Placed.UNCHANGED)
            cards = cards[:-1]
        elif decided and _key(decided[-1]) == _key_of(draft) and _says_so(decided[-1].body, draft):
            placed.append(Placed.SAME)
        else:
            placed.append(Placed.BESIDE if decided else Placed.NEW)
            alike = [row.number for row in decided if _key(row) == _key_of(draft)]
            number = 1 + max(alike, default=0)
            fresh.append({**_row(draft), "number": number})
        gone += [row.id for row in cards if not row.decided and _makes_room(row, draft)]
    if gone:
        connection.execute(delete(scorecards).where(scorecards.c.id.in_(gone)))
    if fresh:
        connection.execute(insert(scorecards), fresh)
    return placed


def _standing(connection: Connection, recordings: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The cards of recordings, in the order of their making, and whether they are decided on."""
    touched = select(decisions.c.scorecard_id)
    decided = scorecards.c.id.in_(touched) | (scorecards.c.state != OPEN)
    rows: Iterable[Row[Any]] = connection.execute(
        select(
            *(scorecards.c[name] for name in ("id", "recording_id", "number", *KEY)),
            rulesets.c.template,
            decided.label("decided"),
            scorecards.c.body,
        )
        .join(rulesets, rulesets.c.digest == scorecards.c.ruleset)
        .where(scorecards.c.recording_id.in_(recordings))
        .order_by(scorecards.c.id)
    )
    found: dict[int, list[Row[Any]]] = {recording: [] for recording in recordings}
    for row in rows:
        found[row.recording_id].append(row)
    return found


def _hold(connection: Connection, ids: Sequence[int]) -> None:
    """Nobody decides on a card of these recordings while it may be making room (PostgreSQL; the
    order is the same for all, so that no two wait for each other)."""
    held = select(recordings.c.id).where(recordings.c.id.in_(ids)).order_by(recordings.c.id)
    connection.execute(held.with_for_update())


def _makes_room(row: Row[Any], draft: Draft) -> bool:
    return draft.alone or bool(row.template == draft.template)


def _is(row: Row[Any], draft: Draft) -> bool:
    """Whether a card is the draft itself, made once more."""
    return _key(row) == _key_of(draft) and bool(row.body == draft.body)


def _says_so(body: str, draft: Draft) -> bool:
    """Whether a kept card says what a draft does, whatever version of the product made it."""
    return bool({**json.loads(body), "code": ""} == {**json.loads(draft.body), "code": ""})


def _key(row: Row[Any]) -> tuple[int, int, str]:
    return row.transcript_id, row.revision, row.ruleset


def _key_of(draft: Draft) -> tuple[int, int, str]:
    return draft.transcript, draft.revision, draft.ruleset


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "recording_id": draft.recording,
        "transcript_id": draft.transcript,
        "revision": draft.revision,
        "ruleset": draft.ruleset,
        "state": OPEN,
        "total": draft.total,
        "max": draft.max,
        "fatal": draft.fatal,
        "body": draft.body,
        "added": now(),
    }


def cards_of(
    connection: Connection, recordings: Sequence[int], decided_only: bool = False
) -> dict[int, tuple[Kept, ...]]:
    """The cards of each recording with their decisions, the last card first."""
    chosen = select(scorecards).where(scorecards.c.recording_id.in_(recordings))
    if decided_only:
        chosen = chosen.where(scorecards.c.id.in_(select(decisions.c.scorecard_id)))
    rows = connection.execute(chosen.order_by(scorecards.c.id.desc())).all()
    said = _decisions_on(connection, [row.id for row in rows])
    found: dict[int, list[Kept]] = {recording: [] for recording in recordings}
    for row in rows:
        kept = Kept(
            id=row.id,
            card=from_json(Scorecard, row.body),
            transcript=row.transcript_id,
            revision=row.revision,
            decisions=tuple(said.get(row.id, ())),
        )
        found[row.recording_id].append(kept)
    return {recording: tuple(kept) for recording, kept in found.items()}


def _decisions_on(connection: Connection, cards: Sequence[int]) -> Mapping[int, list[Decision]]:
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
    _hold(connection, list(connection.execute(owner).scalars()))
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
