"""What decisions teach, in a home's database: answers of people, lessons, rules, proposals."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select

from pipeline.storage import foretold_rows, lesson_rows
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import reading, writing
from pipeline.storage.figure_scope import CONFIRMED
from pipeline.storage.foretold_rows import Untouched
from pipeline.storage.lesson_records import (
    Answered,
    Foretold,
    Key,
    Lesson,
    Proposed,
    Raised,
    Settling,
    Taught,
)
from pipeline.storage.lesson_tables import answer, foretold
from pipeline.storage.opened import Opened
from pipeline.storage.raised_rows import read_raised
from pipeline.storage.review_tables import review as reviews

AT_ONCE = 200
"""Calls that the memory holds at a time."""
VERSIONS = 50


class Lessons(Opened):
    """A context manager; close() gives the database back."""

    def unanswered(self) -> Iterator[list[Raised]]:
        """Cards that people confirmed and of which no answers are kept yet, some at a time."""
        kept = select(answer.c.item).where(
            answer.c.scorecard_id == reviews.c.scorecard_id, answer.c.at == reviews.c.confirmed_at
        )
        after = 0
        while True:
            which = (CONFIRMED, reviews.c.raised > 0, reviews.c.scorecard_id > after)
            with reading(self._engine) as connection:
                found = read_raised(connection, (*which, ~kept.exists()), AT_ONCE)
            if not found:
                return
            yield found
            after = found[-1].id

    def keep_answers(self, answers: Sequence[Answered]) -> None:
        """Of cards that have none."""
        with writing(self._engine) as connection:
            lesson_rows.put_answers(connection, answers)

    def drop_withdrawn(self) -> int:
        """Forget answers of confirmations that were taken back; how many there were."""
        with writing(self._engine) as connection:
            return lesson_rows.drop_withdrawn(connection)

    def answered(self) -> list[Key]:
        """The items that people decided on."""
        with reading(self._engine) as connection:
            return lesson_rows.answered(connection)

    def answers(self, key: Key) -> list[Answered]:
        """What people made of an item, the earliest first."""
        with reading(self._engine) as connection:
            return lesson_rows.read_answers(connection, key)

    def judged(self, template: str, limit: int) -> Iterator[Raised]:
        """The newest cards of a template that people confirmed, with their marks."""
        before, left = None, limit
        while left > 0:
            older = () if before is None else (reviews.c.scorecard_id < before,)
            which = (CONFIRMED, reviews.c.template == template, *older)
            with reading(self._engine) as connection:
                found = read_raised(connection, which, min(left, AT_ONCE), newest=True)
            if not found:
                return
            yield from found
            before, left = found[-1].id, left - len(found)

    def teach(self, taught: Sequence[Taught], proposed: Sequence[Proposed], act: Act) -> int:
        """Append a lesson, on record; its version."""
        with writing(self._engine) as connection:
            version = lesson_rows.put_lesson(connection, act.by, taught, proposed)
            append(connection, replace(act, target=str(version)))
            return version

    def last(self) -> Lesson | None:
        """The last lesson; None where there is none."""
        with reading(self._engine) as connection:
            return lesson_rows.read_lesson(connection)

    def history(self, key: Key | None = None) -> list[Lesson]:
        """The last lessons, the newest first, with what they say of that item, or of all."""
        with reading(self._engine) as connection:
            return lesson_rows.read_history(connection, key, VERSIONS)

    def proposals(self) -> list[Proposed]:
        """Phrases that a lexicon lacks, of the last lesson."""
        with reading(self._engine) as connection:
            return lesson_rows.read_proposals(connection)

    def unforetold(self, keys: Collection[Key], version: int) -> Iterator[list[Raised]]:
        """Drafts that raised one of those items and were not foretold by that lesson."""
        after = 0
        while True:
            which = foretold_rows.unforetold(keys, version, after)
            with reading(self._engine) as connection:
                found = read_raised(connection, which, AT_ONCE)
            if not found:
                return
            yield found
            after = found[-1].id

    def foretell(self, version: int, found: Sequence[Foretold]) -> None:
        """Keep what a lesson says of drafts, and order the queue by it."""
        with writing(self._engine) as connection:
            foretold_rows.put_foretold(connection, version, found)

    def probabilities(self, card: int) -> dict[str, float]:
        """Item -> how likely it is upheld, of a card."""
        mine = select(foretold.c.item, foretold.c.probability)
        with reading(self._engine) as connection:
            rows = connection.execute(mine.where(foretold.c.scorecard_id == card))
            return {row.item: row.probability for row in rows}

    def untouched(self, keys: Collection[Key], version: int) -> list[Untouched]:
        """Drafts with such items that nobody has touched."""
        with reading(self._engine) as connection:
            return foretold_rows.untouched(connection, keys, version)

    def checked(self, rule: Settling, from_probability: float) -> list[bool]:
        """Whether people upheld what they checked all the same."""
        with reading(self._engine) as connection:
            return foretold_rows.checked(connection, rule, from_probability)

    def settlings(self) -> dict[Key, Settling]:
        """What leads said last of each item."""
        with reading(self._engine) as connection:
            return lesson_rows.read_settlings(connection)

    def settle(self, rule: Settling, act: Act) -> None:
        """Append what is to become of an item's flags, on record."""
        with writing(self._engine) as connection:
            lesson_rows.put_settling(connection, rule)
            append(connection, act)
