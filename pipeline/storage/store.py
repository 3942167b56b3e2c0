"""The store of a home folder: recordings, transcripts, rulesets, scorecards.

Each keeping is one transaction: a recording with its transcript and cards is there, or is not.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.call import Reason
from pipeline.storage import rows
from pipeline.storage.database import open_database, reading, writing
from pipeline.storage.records import Entry, Outcome, Recording, Result, State, Transcript


class Store:
    """Results of one home folder. A context manager; close() gives the file back."""

    def __init__(self, home: Path):
        """Raises Refusal where the database cannot be opened."""
        self._engine = open_database(home)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    def transcript(self, content: str, fingerprint: str) -> Transcript | None:
        """What these bytes were recognised as under this fingerprint, if they were."""
        with reading(self._engine) as connection:
            found = rows.transcript_id_of(connection, content, fingerprint)
            return None if found is None else rows.read_transcript(connection, found)

    def decided(self, content: str) -> Transcript | None:
        """The transcript of these bytes, of whatever fingerprint, of whose speakers a person
        decided last."""
        with reading(self._engine) as connection:
            found = rows.decided_id_of(connection, content)
            return None if found is None else rows.read_transcript(connection, found)

    def keep(self, entry: Entry) -> None:
        """The recording is done. Newly heard words replace those of the same fingerprint; cards
        and corrections that rest on them stay. An exchange of speakers is appended as a
        correction; a draft card of the same transcript revision and ruleset is replaced."""
        transcript, recording = entry.transcript, entry.recording
        with writing(self._engine) as connection:
            kept = rows.transcript_id_of(connection, recording.content, entry.fingerprint)
            if entry.newly_heard or kept is None:
                kept = rows.put_transcript(
                    connection, recording.content, entry.fingerprint, transcript.heard
                )
            revision, swapped = rows.read_revision(connection, kept)
            if transcript.swapped is not None and transcript.swapped != swapped:
                revision += 1
                rows.add_swap(connection, kept, revision, transcript.swapped)
            owner = rows.put_recording(connection, recording, State.DONE, entry.outcome, None)
            for card, ruleset in entry.cards:
                rows.add_ruleset(connection, ruleset)
                rows.put_card(connection, (owner, kept, revision), card)

    def keep_failure(self, recording: Recording, outcome: Outcome, reason: Reason) -> None:
        """The recording failed, and why."""
        with writing(self._engine) as connection:
            rows.put_recording(connection, recording, State.FAILED, outcome, reason)

    def find(self, name: str) -> tuple[Result, ...]:
        """The recordings that people may mean by name: the call record's id, the path, the file's
        name or its stem; the latest first."""
        with reading(self._engine) as connection:
            found = rows.named(connection, name)
            return tuple(rows.read_result(connection, row) for row in found)
