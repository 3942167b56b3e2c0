"""A card opened whole, on a connection that is in a transaction."""

from sqlalchemy import Connection, select

from pipeline.scoring.review import Standing
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage.plain import from_json
from pipeline.storage.review_lists import read_listed
from pipeline.storage.review_records import Final, Review
from pipeline.storage.review_rows import read_marks
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.rows import read_recording, read_transcript
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import scorecard as scorecards


def read_review(connection: Connection, card: int) -> Review | None:
    """The card with its call as it was when it was drafted, its marks, and the cards beside it;
    None where it is not there."""
    chosen = select(scorecards, reviews.c.version, reviews.c.final).join(
        reviews, reviews.c.scorecard_id == scorecards.c.id
    )
    row = connection.execute(chosen.where(scorecards.c.id == card)).first()
    if row is None:
        return None
    source = select(recordings).where(recordings.c.id == row.recording_id)
    recording = read_recording(dict(connection.execute(source).mappings().one()))
    said = read_transcript(connection, row.transcript_id)
    then = said
    if said.revision != row.revision:
        then = read_transcript(connection, row.transcript_id, row.revision)
    mine = select(reviews.c.scorecard_id).where(reviews.c.recording_id == row.recording_id)
    beside = read_listed(connection, list(connection.execute(mine).scalars()))
    body = from_json(Scorecard, row.body)
    return Review(
        id=card,
        recording_id=row.recording_id,
        recording=recording,
        transcript=row.transcript_id,
        revision=row.revision,
        said=said,
        call=then.call(recording, body.call_id),
        card=body,
        marks=read_marks(connection, card),
        version=row.version,
        standing=Standing(row.state),
        listed=beside.pop(card),
        final=from_json(Final, row.final) if row.final else None,
        others=tuple(beside[number] for number in sorted(beside, reverse=True)),
    )
