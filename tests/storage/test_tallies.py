"""What fails how often, kept by day: the same as counting all cards anew, whoever changed what."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Connection

from pipeline.settings import Reviewing
from pipeline.storage import tallies
from pipeline.storage.figure_records import Stretch
from pipeline.storage.purging import Term
from pipeline.storage.reviews import Reviews
from pipeline.storage.trainings import Failing, Trainings
from pipeline.workflow.reviewing import confirm, mark, undo
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import INSPECTOR, POLITE, RUDE, answer

FIRST, SECOND, THIRD = "2026-11-02", "2026-11-03", "2026-11-09"
TABOO = ("small", "taboo")


@pytest.fixture
def trainings(database: Database) -> Iterator[Trainings]:
    given.keep(database, "a", RUDE, started=f"{FIRST}T09:00:00")
    given.keep(database, "b", POLITE, started=f"{SECOND}T09:00:00", agent="8002", team="二组")
    given.keep(database, "c", RUDE, started=f"{THIRD}T09:00:00")
    given.keep(database, "d", RUDE, started=f"{FIRST}T10:00:00", agent="")
    with Trainings(database.home, database.storage) as opened:
        yield opened


def test_of_each_agent_the_calls_and_those_that_failed_are_told(trainings: Trainings) -> None:
    found = trainings.failing(Stretch())
    assert found == Failing({("8001", "small"): 2, ("8002", "small"): 1}, {"8001": {TABOO: 2}})
    assert trainings.failing(Stretch(since=FIRST, until=SECOND)).calls == {("8001", "small"): 1}
    assert trainings.failing(Stretch(teams=("二组",))).failed == {}
    assert trainings.failing(Stretch(teams=())).calls == {}
    assert trainings.failing(Stretch(template="other")).calls == {}


def test_sums_of_days_stand_beside_the_agents_that_are_asked_for(trainings: Trainings) -> None:
    assert trainings.count() == 3
    found = trainings.failing_of([FIRST, SECOND, THIRD], ["8001"])
    assert found.calls == {("", "small"): 3, ("8001", "small"): 2}
    assert found.failed == {"": {TABOO: 2}, "8001": {TABOO: 2}}
    assert trainings.failing_of([SECOND], ["8001"]).calls == {("", "small"): 1}


def test_only_days_that_changed_are_counted_anew(trainings: Trainings, database: Database) -> None:
    assert trainings.count() == 3 and trainings.count() == 0
    given.keep(database, "e", RUDE, started=f"{SECOND}T11:00:00")
    assert trainings.count(since=THIRD) == 0 and trainings.count(until=SECOND) == 0
    assert trainings.count() == 1
    database.rows("UPDATE tally SET calls = 99")  # what is kept is what is told
    assert trainings.failing(Stretch(until=SECOND)).calls == {("8001", "small"): 99}


def _marked(reviews: Reviews, _: Database) -> None:
    saved = mark(reviews, INSPECTOR, 1, 0, [answer("taboo", "pass"), answer("hello", "fail")])
    confirm(reviews, INSPECTOR, 1, saved.version, Reviewing())


def _taken_back(reviews: Reviews, database: Database) -> None:
    _marked(reviews, database)
    undo(reviews, INSPECTOR, 1, 3)


def _drafted_by_others(_: Reviews, database: Database) -> None:
    given.rescore(database, "c", version="2")


def _purged(_: Reviews, database: Database) -> None:
    with database.store() as store:
        store.forget([1, 2], Term(before=THIRD))


def _scores_alone(_: Reviews, database: Database) -> None:
    with database.store() as store:
        store.forget([1, 2], Term(before=THIRD, keep_scores=True))


def _another_agent(_: Reviews, database: Database) -> None:
    given.keep(database, "a", RUDE, started=f"{FIRST}T09:00:00", agent="8009")


def _another_day(_: Reviews, database: Database) -> None:
    given.keep(database, "a", RUDE, started=f"{THIRD}T09:00:00")


@pytest.mark.parametrize(
    "changed",
    [
        _marked,
        _taken_back,
        _drafted_by_others,
        _purged,
        _scores_alone,
        _another_agent,
        _another_day,
    ],
)
def test_what_is_kept_is_what_counting_anew_gives(
    changed: Callable[[Reviews, Database], None], trainings: Trainings, database: Database
) -> None:
    trainings.count()
    with given.reviews(database) as reviews:
        changed(reviews, database)
    kept = trainings.failing(Stretch())
    database.rows("DELETE FROM tallied")
    assert trainings.failing(Stretch()) == kept
    if changed is _marked:
        assert kept.failed["8001"] == {TABOO: 1, ("small", "hello"): 1}
    if changed is _purged:
        assert kept.calls == {("8001", "small"): 1}


def test_of_what_is_purged_no_agent_stays_named(trainings: Trainings, database: Database) -> None:
    trainings.count()
    with given.reviews(database) as reviews:
        _purged(reviews, database)
    assert database.rows("SELECT DISTINCT agent FROM tally WHERE agent <> ''") == [("8001",)]


def test_what_changes_while_its_day_is_counted_must_not_stay_as_it_was(
    trainings: Trainings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose call it is changes neither the number of a day's cards nor their marks."""
    other = threading.Thread(target=_another_agent, args=(None, database))
    plain = tallies.count_days

    def meanwhile(connection: Connection, days: Sequence[str]) -> None:
        plain(connection, days)
        other.start()
        other.join(1.0)

    with monkeypatch.context() as patched:
        patched.setattr(tallies, "count_days", meanwhile)
        trainings.count()
    other.join()
    assert trainings.failing(Stretch()).calls["8009", "small"] == 1
