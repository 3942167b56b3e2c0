"""A recording that was scored, written whole, on a connection that is in a transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection

from pipeline.storage import cards, rows
from pipeline.storage.database import alone_with
from pipeline.storage.records import Entry, State
from pipeline.storage.revisions import add_swap, revisions_of
from pipeline.storage.search_rows import index_words


def alone_with_bytes(connection: Connection, contents: Iterable[str]) -> None:
    """Nobody else writes what came of these bytes until the transaction ends."""
    for content in sorted(set(contents)):  # in one order, so that no two wait for each other
        alone_with(connection, f"content {content}")


def put_entry(connection: Connection, entry: Entry) -> int:
    """The recording is done: its row is given back. Newly heard words replace those of the same
    fingerprint; cards and corrections that rest on them stay. An exchange of speakers is appended
    as a correction. A draft card by the same template is replaced, unless people decided on it."""
    transcript, recording = entry.transcript, entry.recording
    alone_with_bytes(connection, [recording.content])
    kept = rows.transcript_id_of(connection, recording.content, entry.fingerprint)
    newly = entry.newly_heard or kept is None
    if kept is None or entry.newly_heard:
        kept = rows.put_transcript(
            connection, recording.content, entry.fingerprint, transcript.heard
        )
    revised = revisions_of(connection, [kept])[kept]
    revision = revised.number
    if transcript.swapped is not None and transcript.swapped != revised.swapped:
        revision += 1
        add_swap(connection, kept, revision, transcript.swapped)
    owner = rows.put_recording(connection, recording, State.DONE, entry.outcome, None)
    index_words(connection, kept, anew=newly or revision != revised.number)
    for card, ruleset in entry.cards:
        cards.add_ruleset(connection, ruleset)
        cards.put_drafts(connection, [cards.draft_of(card, (owner, kept, revision))])
    return owner
