"""The store of a home folder: recordings, transcripts, rulesets, scorecards, decisions.

Each keeping is one transaction: a recording with its transcript and cards is there, or is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.call import Reason
from pipeline.scoring.decision import Decision
from pipeline.scoring.ruleset import Ruleset
from pipeline.storage import cards, joining, publications, purging, rows, stored
from pipeline.storage.carded import carded, texts_of_ruleset
from pipeline.storage.database import reading, tidy, writing
from pipeline.storage.decision_rows import add_decision
from pipeline.storage.entries import alone_with_bytes, put_entry
from pipeline.storage.opened import Opened
from pipeline.storage.purging import Gone, Term
from pipeline.storage.records import (
    Carded,
    Draft,
    Entry,
    Outcome,
    Placed,
    Publication,
    Recording,
    Result,
    Stored,
    Transcript,
)
from pipeline.storage.revisions import decided_id_of
from pipeline.storage.search_index import clear

NUMBERS_AT_ONCE = 10_000


class Store(Opened):
    """Results of one home folder. A context manager; close() gives the file back."""

    def transcript(self, content: str, fingerprint: str) -> Transcript | None:
        """What these bytes were recognised as under this fingerprint, if they were."""
        with reading(self._engine) as connection:
            found = rows.transcript_id_of(connection, content, fingerprint)
            return None if found is None else rows.read_transcript(connection, found)

    def decided(self, content: str) -> Transcript | None:
        """The transcript of these bytes, of whatever fingerprint, of whose speakers a person
        decided last."""
        with reading(self._engine) as connection:
            found = decided_id_of(connection, content)
            return None if found is None else rows.read_transcript(connection, found)

    def keep(self, entry: Entry) -> None:
        """The recording is done: it is there with its transcript and cards, or not at all."""
        with writing(self._engine) as connection:
            put_entry(connection, entry)

    def keep_failure(self, recording: Recording, outcome: Outcome, reason: Reason) -> None:
        """The recording failed, and why; one that was done before stays so with its cards."""
        with writing(self._engine) as connection:
            alone_with_bytes(connection, [recording.content])
            rows.put_failure(connection, recording, outcome, reason)

    def find(self, name: str) -> tuple[Result, ...]:
        """The recordings that people may mean by name: the call record's id, the path, the file's
        name or its stem; the latest first."""
        with reading(self._engine) as connection:
            found = rows.named(connection, name)
            return tuple(rows.read_result(connection, row) for row in found)

    def texts(self, digest: str) -> dict[str, str]:
        """File -> text of a ruleset that cards were drafted by; nothing where it is unknown."""
        with reading(self._engine) as connection:
            return cards.read_texts(connection, digest)

    def decide(self, card: int, decision: Decision) -> None:
        """Append what a person decided on an item of a card (Kept.id). Nothing is overwritten: the
        last decision on an item counts. KeyError without such a card, or such an item on it."""
        with writing(self._engine) as connection:
            add_decision(connection, card, decision)

    def numbers(self, since: str = "") -> Iterator[int]:
        """The numbers of all stored calls of that day (YYYY-MM-DD) and later, in order; chats and
        calls that no template is for as well, failures not."""
        after = 0
        while True:
            with reading(self._engine) as connection:
                found = stored.numbers(connection, since, after, NUMBERS_AT_ONCE)
            if not found:
                return
            yield from found
            after = found[-1]

    def newest(self, since: str, limit: int) -> list[int]:
        """The numbers of the last calls of that day and later, the last day first."""
        with reading(self._engine) as connection:
            return stored.newest(connection, since, limit)

    def numbers_of(self, name: str) -> list[int]:
        """The numbers of the recordings that people may mean by name, as find() understands it."""
        with reading(self._engine) as connection:
            return [row["id"] for row in rows.named(connection, name)]

    def calls(self, numbers: Sequence[int]) -> list[Stored]:
        """The stored calls of these numbers: as many as the memory should hold at once."""
        with reading(self._engine) as connection:
            return stored.read_stored(connection, numbers)

    def carded(self, since: str, until: str) -> list[Carded]:
        """The recordings of the days since ≤ day < until (YYYY-MM-DD) that have cards."""
        with reading(self._engine) as connection:
            return list(carded(connection, since, until))

    def texts_of_ruleset(self, digest: str) -> Mapping[str, str] | None:
        """File -> its text of a ruleset that cards were made with; None where it is unknown."""
        with reading(self._engine) as connection:
            return texts_of_ruleset(connection, digest)

    def redraft(self, drafts: Sequence[Draft], rulesets: Iterable[Ruleset]) -> list[Placed]:
        """Keep new drafts of different calls, all or none. What people have decided on stays."""
        with writing(self._engine) as connection:
            for ruleset in rulesets:
                cards.add_ruleset(connection, ruleset)
            return cards.put_drafts(connection, drafts)

    def joined(self) -> Mapping[int, str]:
        """The numbers of the calls whose records came late, and that are to be drafted again, each
        with its record."""
        with reading(self._engine) as connection:
            return joining.joined(connection)

    def caught_up(self, drafted: Mapping[int, str]) -> None:
        """Of these all that could be drafted again have been, as joined() gave them."""
        with writing(self._engine) as connection:
            joining.grant(connection, drafted)

    def publish(self, publication: Publication, after: int | None = None) -> int:
        """Append a version of the rules, on record; its number, which is the next one.

        after: the last version must be this one. Refusal where somebody was faster."""
        with writing(self._engine) as connection:
            return publications.add_publication(connection, publication, after)

    def published(self, version: int | None = None) -> Publication | None:
        """That version of the rules, or without a number the last; None where there is none."""
        with reading(self._engine) as connection:
            return publications.read_publication(connection, version)

    def publications(self) -> tuple[Publication, ...]:
        """Every version of the rules, the last one first."""
        with reading(self._engine) as connection:
            return publications.read_publications(connection)

    def outlived(self, term: Term, after: int, limit: int) -> list[tuple[int, Recording]]:
        """The next recordings above that number whose time is up."""
        with reading(self._engine) as connection:
            return purging.outlived(connection, term, after, limit)

    def count_outlived(self, term: Term) -> Gone:
        """What forget() would delete in all."""
        with reading(self._engine) as connection:
            return purging.count_outlived(connection, term)

    def forget(self, numbers: Sequence[int], term: Term) -> Gone:
        """Delete those of the recordings whose time is up, with all that only they used; with
        their scores or, as the term says, only whose these are."""
        with writing(self._engine) as connection:
            return purging.forget(connection, numbers, term)

    def tidy(self) -> None:
        """After deleting: nothing of it stays behind in the database's files."""
        with writing(self._engine) as connection:
            clear(connection)
        tidy(self._engine)
