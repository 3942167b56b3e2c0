"""Trainings that were entered, and in how many calls which items failed, agent by agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, delete, select, true

from pipeline.storage import tallies
from pipeline.storage.audit_rows import Act
from pipeline.storage.database import alone_with, moment, reading, writing
from pipeline.storage.figure_records import Stretch
from pipeline.storage.numbers import insert_new
from pipeline.storage.opened import Opened
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.review_changes import record
from pipeline.storage.tally_tables import COUNTING, tally
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
            number = insert_new(connection, trainings, row)
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

    def count(self, since: str = "", until: str = "") -> int:
        """Count the days since ≤ day < until ("": open on that side) that have changed since they
        were counted; how many those were. After it, what is asked of them is right."""
        with reading(self._engine) as connection:
            stale = tallies.stale_days(connection, since, until)
        for at in range(0, len(stale), tallies.DAYS_AT_ONCE):
            with writing(self._engine) as connection:
                alone_with(connection, COUNTING)
                tallies.count_days(connection, stale[at : at + tallies.DAYS_AT_ONCE])
        return len(stale)

    def failing(self, stretch: Stretch) -> Failing:
        """Over the standing cards of a stretch, of calls whose agent is known."""
        self.count(stretch.since, stretch.until)
        with reading(self._engine) as connection:
            return _failing(tallies.added(connection, tallies.of_stretch(stretch)))

    def failing_of(
        self, days: Sequence[str], agents: Sequence[str], teams: Sequence[str] | None = None
    ) -> Failing:
        """On these days, which were counted (count()): of these agents, in calls of these teams
        (None: of any), and under "" of all that are known, in any team."""
        theirs = true() if teams is None else tally.c.team.in_(teams)
        asked = (tally.c.agent == tallies.ALL) | (tally.c.agent.in_(agents) & theirs)
        which = (tally.c.day.in_(days), asked)
        with reading(self._engine) as connection:
            return _failing(tallies.added(connection, which))


def _failing(added: Mapping[tuple[str, str, str], int]) -> Failing:
    calls: dict[tuple[str, str], int] = {}
    failed: dict[str, dict[Item, int]] = {}
    for (agent, template, item), count in added.items():
        if item:
            failed.setdefault(agent, {})[template, item] = count
        else:
            calls[agent, template] = count
    return Failing(calls, failed)


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
