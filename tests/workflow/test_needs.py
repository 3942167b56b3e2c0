"""Training needs: an agent of two teams is shown to each leader by the calls of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from pipeline.scoring.agreement import Share
from pipeline.storage import Person, Role
from pipeline.storage.topic_records import Training
from pipeline.storage.trainings import Trainings
from pipeline.workflow.figures import Period
from pipeline.workflow.needs import Needs, beside, needs_of
from pipeline.workflow.training import effects_of
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import POLITE, RUDE

DAY, LATER = "2026-11-02", "2026-11-09"
PERIOD = Period(since=date(2026, 11, 1), until=date(2026, 11, 30))
TABOO = ("small", "taboo")
LEADER = Person(id=2, login="zhao", name="赵", role=Role.LEADER, teams=("一组",))
LEAD = Person(id=3, login="qian", name="钱", role=Role.LEAD)


@pytest.fixture
def trainings(database: Database) -> Iterator[Trainings]:
    """8001 has three calls for 二组, all of them bad, and a good one for 一组."""
    for name, lines, agent, team in (
        ("a", RUDE, "8001", "二组"),
        ("b", RUDE, "8001", "二组"),
        ("c", RUDE, "8001", "二组"),
        ("d", POLITE, "8001", "一组"),
        ("e", RUDE, "8002", "一组"),
        ("f", POLITE, "8003", "二组"),
    ):
        given.keep(database, name, lines, agent=agent, team=team, started=f"{DAY}T09:00:00")
    with Trainings(database.home, database.storage) as opened:
        yield opened


def of_8001(found: Needs) -> tuple[Share, Share]:
    """How often taboos fell in calls of that agent, and in all other calls."""
    (one,) = (one for one in beside(found, "8001") if one.item == TABOO)
    return one.difference.one, one.difference.other


def test_a_leader_is_told_nothing_of_an_agents_calls_for_another_team(trainings: Trainings) -> None:
    assert of_8001(needs_of(trainings, LEAD, PERIOD)) == (Share(3, 4), Share(1, 2))
    found = needs_of(trainings, LEADER, PERIOD)
    assert found.agents == ("8001", "8002") and found.calls == 2
    assert of_8001(found) == (Share(0, 1), Share(4, 5))
    assert {agent for agent in found.shares if agent} == {"8001", "8002", "8003"}
    assert beside(found, "8003") == beside(found, "") == ()


def test_who_chooses_a_team_is_told_of_its_calls(trainings: Trainings) -> None:
    found = needs_of(trainings, LEAD, replace(PERIOD, team="二组"))
    assert of_8001(found) == (Share(3, 3), Share(1, 3))


def test_what_a_training_changed_is_told_by_the_calls_of_ones_teams(
    trainings: Trainings, database: Database
) -> None:
    given.keep(database, "g", POLITE, agent="8001", team="二组", started=f"{LATER}T09:00:00")
    training = Training(name="用语", day="2026-11-05", items=(TABOO,), agents=("8001",))
    before = {}
    for teams in (None, LEADER.teams):
        ((_, (changed,)),) = effects_of(trainings, [training], date(2026, 11, 20), teams)
        before[teams] = changed.effect.trained.other
    assert before == {None: Share(3, 4), ("一组",): Share(0, 1)}
