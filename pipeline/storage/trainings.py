"""Trainings that were entered, and in how many calls which items failed, agent by agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Row, delete, func, select

from pipeline.hit import Verdict
from pipeline.storage.audit_rows import Act
from pipeline.storage.database import insert_row, moment, reading, writing
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figure_scope import counts, joined
from pipeline.storage.opened import Opened
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.review_changes import record
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
from pipeline.storage.topic_records import Training
from pipeline.storage.topic_tables import training as trainings

Item = tuple[str, str]
"""A template, and an item of it."""


@dataclass(frozen=True, slots=True)
class Failing:
    """calls: agent and template -> calls with a card by it; failed: agent -> item -> calls in which
    it failed, by what people said, else by the machine."""

    calls: Mapping[tuple[str, str], int]
    failed: Mapping[str, Mapping[Item, int]] = field(default_factory=dict)


class Trainings(Opened):
    """The trainings of a home. A context manager; close() gives the database back."""

    def all(self) -> tuple[Training, ...]:
        """The latest first."""
        order = (trainings.c.day.desc(), trainings.c.id.desc())
        with reading(self._engine) as connection:
            return tuple(map(_training, connection.execute(select(trainings).order_by(*order))))

    def add(self, training: Training, act: Act) -> int:
        """With its line of the record; its number."""
        with writing(self._engine) as connection:
            row = {
                "name": training.name,
                "day": training.day,
                "items": to_json(training.items),
                "agents": to_json(training.agents),
                "by": training.by,
                "added": moment(connection),
            }
            number = insert_row(connection, trainings, row)
            record(connection, act, training=number)
            return number

    def remove(self, number: int, act: Act) -> bool:
        """Whether it was there."""
        with writing(self._engine) as connection:
            mine = trainings.c.id == number
            gone = connection.execute(delete(trainings).where(mine)).rowcount
            if gone:
                record(connection, act)
            return bool(gone)

    def failing(self, stretch: Stretch) -> Failing:
        """Over the standing cards of a stretch, of calls whose agent is known."""
        known = counts(stretch) & (reviews.c.agent != "")
        who = (reviews.c.agent, reviews.c.template)
        calls = select(*who, func.count()).select_from(joined()).where(known).group_by(*who)
        what = (*who, items.c.item)
        on = joined().join(items, items.c.scorecard_id == reviews.c.scorecard_id)
        fails = items.c.verdict == Verdict.FAIL.value
        failed = select(*what, func.count()).select_from(on).where(known, fails).group_by(*what)
        found: dict[str, dict[Item, int]] = {}
        with reading(self._engine) as connection:
            there = {(row[0], row[1]): int(row[2]) for row in connection.execute(calls)}
            for agent, template, item, count in connection.execute(failed):
                found.setdefault(agent, {})[template, item] = int(count)
        return Failing(there, found)


def _training(row: Row[tuple[object, ...]]) -> Training:
    return Training(
        id=row.id,
        name=row.name,
        day=row.day,
        items=from_json(tuple[tuple[str, str], ...], row.items),
        agents=from_json(tuple[str, ...], row.agents),
        by=row.by,
        added=row.added,
    )
