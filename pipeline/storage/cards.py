"""Scorecards and what people decided on them, on a connection that is in a transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from pipeline.scoring.decision import settled
from pipeline.scoring.risk import rank
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Scorecard
from pipeline.scoring.so_far import marks
from pipeline.storage.database import insert_or_leave, lots, now
from pipeline.storage.decision_rows import decisions_on, hold
from pipeline.storage.numbers import never_used
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Draft, Kept, Placed
from pipeline.storage.review_records import Final, Why
from pipeline.storage.review_rows import Fresh, put_reviews, raised_of
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import decision as decisions
from pipeline.storage.tables import ruleset as rulesets
from pipeline.storage.tables import scorecard as scorecards

OPEN = "draft"
"""The state of a card that nobody has closed."""
TOLD = ("released", "acknowledged")
"""States of cards that agents have seen."""
KEY = ("transcript_id", "revision", "ruleset")
"""What a card of a recording rests on."""


def left_of(connection: Connection, cards: Iterable[int]) -> set[int]:
    """Those of these cards that are there; none of them goes before the transaction ends."""
    found: set[int] = set()
    for ids in lots(sorted(set(cards))):
        chosen = select(scorecards.c.id).where(scorecards.c.id.in_(ids))
        held = chosen.with_for_update(read=True, key_share=True)
        found |= set(connection.execute(held).scalars())
    return found


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
        waiting=marks(card).waiting,
        fatal=bool(card.fatal),
        body=to_json(card),
        risk=rank(card),
        raised=raised_of(card),
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
    nobody decided on or marked makes room; any other card is left as it is."""
    hold(connection, [draft.recording for draft in drafts])
    there = _standing(connection, [draft.recording for draft in drafts])
    gone: list[int] = []
    fresh: list[tuple[Draft, int]] = []
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
            fresh.append((draft, number))
        gone += [row.id for row in cards if not row.decided and _makes_room(row, draft)]
    if gone:
        connection.execute(delete(scorecards).where(scorecards.c.id.in_(gone)))
    if fresh:
        ids = insert(scorecards).returning(scorecards.c.id, sort_by_parameter_order=True)
        own = never_used(connection, scorecards, len(fresh))
        rows = [
            {**number, **_row(draft), "number": beside}
            for number, (draft, beside) in zip(own, fresh, strict=True)
        ]
        written = zip(connection.execute(ids, rows).scalars(), fresh, strict=True)
        wanted = [_fresh(connection, i, d, there[d.recording]) for i, (d, _) in written]
        put_reviews(connection, wanted)
    return placed


def _fresh(connection: Connection, card: int, draft: Draft, before: list[Row[Any]]) -> Fresh:
    """What becomes of a new card in the queue. It is for it where it is the first of its template
    to be judged; beside a card that was, only where decisions on that do not carry over."""
    alike = [row for row in before if row.template == draft.template]
    judged = [row for row in alike if row.decided and row.replaced_by is None]
    room = [row for row in alike if not row.decided]
    asked = next((row.asked for row in room if row.asked), "")
    return Fresh(
        card=card,
        draft=draft,
        eligible=not judged,
        asked=asked or (Why.AGAIN.value if _again(connection, draft, judged) else ""),
        assigned=next((row.assigned for row in room if row.assigned), ""),
    )


def _again(connection: Connection, draft: Draft, judged: list[Row[Any]]) -> bool:
    """Whether something that people settled has to be asked again, on a card that its agent has
    not been told of."""
    said = decisions_on(connection, [row.id for row in judged])
    if not said or any(row.state in TOLD for row in judged):
        return False
    older = [(from_json(Scorecard, row.body), said.get(row.id, ())) for row in judged]
    return bool(settled(from_json(Scorecard, draft.body), older).open)


def _standing(connection: Connection, recordings: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The cards of recordings, in the order of their making, and whether people have decided on
    them or marked them."""
    touched = select(decisions.c.scorecard_id)
    marked = func.coalesce(reviews.c.version, 0) > 0
    decided = scorecards.c.id.in_(touched) | (scorecards.c.state != OPEN) | marked
    rows: Iterable[Row[Any]] = connection.execute(
        select(
            *(scorecards.c[name] for name in ("id", "recording_id", "number", "state", *KEY)),
            rulesets.c.template,
            decided.label("decided"),
            scorecards.c.body,
            reviews.c.asked,
            reviews.c.assigned,
            reviews.c.replaced_by,
        )
        .join(rulesets, rulesets.c.digest == scorecards.c.ruleset)
        .outerjoin(reviews, reviews.c.scorecard_id == scorecards.c.id)
        .where(scorecards.c.recording_id.in_(recordings))
        .order_by(scorecards.c.id)
    )
    found: dict[int, list[Row[Any]]] = {recording: [] for recording in recordings}
    for row in rows:
        found[row.recording_id].append(row)
    return found


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
    chosen = (
        select(scorecards, reviews.c.final)
        .outerjoin(reviews, reviews.c.scorecard_id == scorecards.c.id)
        .where(scorecards.c.recording_id.in_(recordings))
    )
    if decided_only:
        chosen = chosen.where(scorecards.c.id.in_(select(decisions.c.scorecard_id)))
    rows = connection.execute(chosen.order_by(scorecards.c.id.desc())).all()
    said = decisions_on(connection, [row.id for row in rows])
    found: dict[int, list[Kept]] = {recording: [] for recording in recordings}
    for row in rows:
        final = from_json(Final, row.final) if row.final else None
        kept = Kept(
            id=row.id,
            card=from_json(Scorecard, row.body),
            transcript=row.transcript_id,
            revision=row.revision,
            decisions=tuple(said.get(row.id, ())),
            settled=final.rulings if final else None,
            excellent=final is not None and final.excellent,
        )
        found[row.recording_id].append(kept)
    return {recording: tuple(kept) for recording, kept in found.items()}
