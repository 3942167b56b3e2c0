"""What was said is put where it can be searched, on the connection and in the transaction that
writes it: as people last corrected it, under the last day of its recordings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, select

from pipeline.call import Call, CallRecord, Speaker
from pipeline.storage.plain import from_json
from pipeline.storage.rows import read_transcripts
from pipeline.storage.search_index import Indexed, put, take
from pipeline.storage.search_keys import TURNS, floor, key_of, number_of_day
from pipeline.storage.search_tables import spoken
from pipeline.storage.tables import recording as recordings
from pipeline.storage.tables import transcript as transcripts
from pipeline.text.normal import normal
from pipeline.text.timing import silences
from pipeline.text.tokens import syllables_of


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is indexed of a transcript. turns: who says what, from turn 0 on; silence: the longest,
    in milliseconds."""

    transcript: int
    day: int
    revision: int
    silence: int | None
    turns: Sequence[tuple[Speaker, str]]


def index_words(connection: Connection, transcript: int, anew: bool = True) -> None:
    """The transcript as it stands takes the place of what was indexed of it. anew: its words or
    speakers were changed; else only where its day is another by now."""
    day, answered = _of_recordings(connection, transcript)
    if not anew:
        known = select(spoken.c.day).where(spoken.c.transcript_id == transcript)
        if connection.execute(known).scalar() == day:
            return
    drop_words(connection, [transcript])
    said = read_transcripts(connection, [transcript])[transcript]
    heard = replace(said.heard, about=CallRecord(answered=answered))
    turns = [(turn.speaker, turn.text) for turn in said.view.turns]
    silence = longest_silence(heard)
    put_words(connection, Spoken(transcript, day, said.revision, silence, turns))


def put_words(connection: Connection, said: Spoken) -> None:
    """Index a transcript of which nothing is indexed."""
    held = put(connection, list(_indexed(said)))
    row = {"transcript_id": said.transcript, "day": said.day, "revision": said.revision}
    connection.execute(insert(spoken).values(**row, silence=said.silence, held=held))


def drop_words(connection: Connection, ids: Sequence[int]) -> None:
    """Nothing of these transcripts is found any more."""
    mine = spoken.c.transcript_id.in_(ids)
    for row in connection.execute(select(spoken).where(mine)).all():
        take(connection, row.day, row.transcript_id, row.held)
    connection.execute(delete(spoken).where(mine))


def longest_silence(heard: Call) -> int | None:
    """In milliseconds; None where nobody knows when anybody spoke."""
    found = silences(heard)
    return None if found is None else round(1000 * max((s.seconds for s in found), default=0.0))


def last_day(days: Iterable[str]) -> int:
    """Of recordings with the same words, by its number."""
    return max(map(number_of_day, days), default=0)


def _of_recordings(connection: Connection, transcript: int) -> tuple[int, float | None]:
    """The last day of the transcript's recordings, and when the call was answered."""
    rows = connection.execute(
        select(recordings.c.day, recordings.c.about)
        .join(transcripts, transcripts.c.content == recordings.c.content)
        .where(transcripts.c.id == transcript)
        .order_by(recordings.c.id.desc())
    ).all()
    answered = from_json(CallRecord, rows[0].about).answered if rows else None
    return last_day(row.day for row in rows), answered


def _indexed(said: Spoken) -> Iterator[Indexed]:
    lowest = floor(said.day, said.transcript)
    for number, (speaker, text) in enumerate(said.turns[:TURNS]):
        form = normal(text).text
        if form:
            yield Indexed(key_of(lowest, number, speaker), form, syllables_of(form))
