"""Calls whose time is up: their words go, and their scores with them, or only whose they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from pipeline.call import CallRecord, Reason
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.case_tables import training_case as cases
from pipeline.storage.database import here_with
from pipeline.storage.entries import alone_with_bytes
from pipeline.storage.gists import drop_gists
from pipeline.storage.lesson_tables import proposal, proposal_card
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.records import Recording, State
from pipeline.storage.review_tables import mark as marks
from pipeline.storage.review_tables import presence as presences
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.rows import read_recording
from pipeline.storage.search_rows import drop_words
from pipeline.storage.tables import decision as decisions
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import revision as revisions
from pipeline.storage.tables import scorecard as scorecards
from pipeline.storage.tables import transcript as transcripts
from pipeline.storage.tables import turn as turns
from pipeline.storage.tallies import drop_days
from pipeline.storage.tally_tables import COUNTING
from pipeline.storage.topics import drop_topics

SETTLED = (State.DONE.value, State.FAILED.value, State.SKIPPED.value)
"""What waits or is in hand stays, however old it is."""
KEPT = ("agent", "team", "shift", "project", "queue", "direction", "business_type", "test_call")
"""What stays of the call record beside a score that is kept: nothing of the customer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Calls of days before that one (YYYY-MM-DD) go; keep_scores: but not their scores."""

    before: str
    keep_scores: bool = False

    @property
    def is_up(self) -> ColumnElement[bool]:
        """Of recordings whose time is up."""
        states = SETTLED if self.keep_scores else (*SETTLED, State.PURGED.value)
        return (recordings.c.day < self.before) & recordings.c.state.in_(states)


@dataclass(frozen=True, slots=True)
class Gone:
    """How much went: recordings by day, and rows by kind; scores are cards that were kept."""

    days: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Gone") -> None:
        """Count another batch with this one."""
        self.days.update(other.days)
        self.counts.update(other.counts)


def outlived(
    connection: Connection, term: Term, after: int, limit: int
) -> list[tuple[int, Recording]]:
    """The next recordings above that number whose time is up."""
    chosen = select(recordings).where(term.is_up, recordings.c.id > after)
    rows = connection.execute(chosen.order_by(recordings.c.id).limit(limit)).mappings()
    return [(row["id"], read_recording(row)) for row in map(dict, rows)]


def count_outlived(connection: Connection, term: Term) -> Gone:
    """What would go."""
    days = select(recordings.c.day, func.count().label("calls")).where(term.is_up)
    mine = select(recordings.c.id).where(term.is_up)
    cards = select(scorecards.c.id).where(scorecards.c.recording_id.in_(mine))
    words = select(transcripts.c.id).where(_of(mine), _nobodys(~term.is_up))
    found = {
        "scores" if term.keep_scores else "scorecards": cards,
        "decisions": select(decisions.c.id).where(decisions.c.scorecard_id.in_(cards)),
        "marks": select(marks.c.number).where(marks.c.scorecard_id.in_(cards)),
        "cases": select(cases.c.id).where(cases.c.recording_id.in_(mine)),
        "transcripts": words,
        "turns": select(turns.c.number).where(turns.c.transcript_id.in_(words)),
    }
    if term.keep_scores:
        del found["decisions"]
    counts = {
        name: connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
        for name, chosen in found.items()
    }
    by_day = connection.execute(days.group_by(recordings.c.day))
    return Gone(Counter({row.day: row.calls for row in by_day}), +Counter(counts))


def forget(connection: Connection, ids: Sequence[int], term: Term) -> Gone:
    """Delete these recordings, as far as their time is still up, and what only they used."""
    contents = select(recordings.c.content).where(recordings.c.id.in_(ids))
    alone_with_bytes(connection, connection.execute(contents).scalars())
    chosen = select(recordings).where(recordings.c.id.in_(ids), term.is_up).with_for_update()
    rows = {row["id"]: row for row in map(dict, connection.execute(chosen).mappings())}
    mine = select(recordings.c.id).where(recordings.c.id.in_(rows))
    words = list(connection.execute(select(transcripts.c.id).where(_of(mine))).scalars())
    cards = select(scorecards.c.id, scorecards.c.recording_id, scorecards.c.body)
    kept: set[int] = set()
    gone = Gone(days=Counter(row["day"] for row in rows.values()))
    # A case is words and sound of its call, also where the score is kept.
    theirs = delete(cases).where(cases.c.recording_id.in_(list(rows)))
    gone.counts["cases"] = connection.execute(theirs).rowcount
    if term.keep_scores:
        for card in connection.execute(cards.where(scorecards.c.recording_id.in_(rows))).all():
            _keep_score(connection, card.id, from_json(Scorecard, card.body), card.recording_id)
            gone.counts["marks"] += _delete_marks(connection, card.id)
            kept.add(card.recording_id)
            gone.counts["scores"] += 1
    drop_topics(connection, sorted(kept))
    for number in kept:
        _keep_no_name(connection, number, read_recording(rows[number]))
    gone.counts.update(_delete(connection, [number for number in rows if number not in kept]))
    here_with(connection, COUNTING)  # or both would wait for what the other deletes
    drop_days(connection, sorted(gone.days))
    _delete_proposals(connection)
    gone.counts.update(_delete_words(connection, words))
    return Gone(gone.days, +gone.counts)


def _of(mine: Any) -> ColumnElement[bool]:
    """Transcripts of these recordings: by the bytes that they share, and by their cards."""
    mine = mine.correlate(None)
    contents = select(recordings.c.content).where(recordings.c.id.in_(mine)).correlate(None)
    heard = select(scorecards.c.transcript_id).where(scorecards.c.recording_id.in_(mine))
    return or_(transcripts.c.content.in_(contents), transcripts.c.id.in_(heard))


def _nobodys(others: ColumnElement[bool]) -> ColumnElement[bool]:
    """Transcripts of bytes that none of the other recordings has."""
    return ~exists().where(recordings.c.content == transcripts.c.content, others)


def _delete(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    cards = select(scorecards.c.id).where(scorecards.c.recording_id.in_(ids))
    in_order = {
        "decisions": delete(decisions).where(decisions.c.scorecard_id.in_(cards)),
        "marks": delete(marks).where(marks.c.scorecard_id.in_(cards)),
        "scorecards": delete(scorecards).where(scorecards.c.recording_id.in_(ids)),
        "recordings": delete(recordings).where(recordings.c.id.in_(ids)),
    }
    counts = _run(connection, in_order)
    del counts["recordings"]  # counted by their days
    return counts


def _delete_words(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    """Of those transcripts that no recording has any more. One on which a score rests stays, as
    the empty row that says what heard it."""
    chosen = select(transcripts.c.id).where(transcripts.c.id.in_(ids), _nobodys(true()))
    free = list(connection.execute(chosen).scalars())
    rests = select(scorecards.c.transcript_id).where(scorecards.c.transcript_id.in_(free))
    held = set(connection.execute(rests).scalars())
    for number in held:
        empty = {"content": _nobody(number), "speech": None, "untrusted": "[]", "remarks": "[]"}
        connection.execute(update(transcripts).where(transcripts.c.id == number).values(**empty))
    bare = [number for number in free if number not in held]
    drop_words(connection, free)
    drop_gists(connection, free)
    in_order = {
        "turns": delete(turns).where(turns.c.transcript_id.in_(free)),
        "revisions": delete(revisions).where(revisions.c.transcript_id.in_(free)),
        "transcripts": delete(transcripts).where(transcripts.c.id.in_(bare)),
    }
    counts = _run(connection, in_order)
    return {"turns": counts["turns"], "transcripts": len(free)}


def _run(connection: Connection, in_order: dict[str, Delete]) -> dict[str, int]:
    return {name: connection.execute(one).rowcount for name, one in in_order.items()}


def _keep_score(connection: Connection, card: int, body: Scorecard, recording: int) -> None:
    """The card with verdicts and points, without quotes, and what people wrote beside it."""
    items = tuple(
        replace(item, reason=Reason(item.reason.key), evidence=(), nearest=None, remarks=())
        for item in body.items
    )
    bare = to_json(replace(body, call_id=_nobody(recording), items=items))
    connection.execute(update(scorecards).where(scorecards.c.id == card).values(body=bare))
    connection.execute(update(decisions).where(decisions.c.scorecard_id == card).values(reason=""))


def _delete_marks(connection: Connection, card: int) -> int:
    """What people said of the call goes with it, key by key; what it came to stays. Nobody is to
    look at what is not there any more."""
    mine = reviews.c.scorecard_id == card
    bare = {"started": "", "eligible": False, "asked": "", "assigned": ""}
    connection.execute(update(reviews).where(mine).values(**bare))
    connection.execute(delete(presences).where(presences.c.scorecard_id == card))
    connection.execute(delete(proposal_card).where(proposal_card.c.scorecard_id == card))
    return connection.execute(delete(marks).where(marks.c.scorecard_id == card)).rowcount


def _delete_proposals(connection: Connection) -> None:
    """Phrases that none of the calls that are left was marked with."""
    left = exists().where(proposal_card.c.proposal_id == proposal.c.id)
    connection.execute(delete(proposal).where(~left))


def _keep_no_name(connection: Connection, number: int, recording: Recording) -> None:
    about = CallRecord(**{name: getattr(recording.about, name) for name in KEPT})
    bare = {
        "content": _nobody(number),
        "name": _nobody(number),
        "sources": "[]",
        "about": to_json(about),
        "reason": None,
        "stamp": "",
        "state": State.PURGED.value,
    }
    connection.execute(update(recordings).where(recordings.c.id == number).values(**bare))


def _nobody(number: int) -> str:
    """In the place of a name or of a hash that would lead back to the call."""
    return f"purged:{number}"
