"""A database with calls changes its schema when somebody asks for it, and not before."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from pipeline.refusal import Refusal
from pipeline.scoring.risk import rank
from pipeline.scoring.scorecard import Scorecard
from pipeline.storage import Store
from pipeline.storage.database import NAME, NEWEST, upgrade_database
from pipeline.storage.plain import from_json
from pipeline.storage.review_records import Wanted
from pipeline.storage.review_rows import lot_of
from pipeline.storage.reviews import Reviews
from tests.databases import Database
from tests.storage.making import as_it_is, make_database


def revision(home: Path) -> str:
    with sqlite3.connect(home / NAME) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_an_older_database_without_calls_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    Store(tmp_path).close()
    assert revision(tmp_path) == NEWEST


def test_an_older_database_with_calls_is_refused_unchanged(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute(
            "INSERT INTO recording VALUES "
            "(1, 'c', '/a.wav', '[]', '{}', 'done', 'speech', NULL, 1, 0, 0)"
        )
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            Store(tmp_path)
        assert refused.value.reason.key == "storage.older"
        assert refused.value.reason.values["found"] == "0001"
    assert upgrade_database(tmp_path, dry_run=True) == "0001"
    assert revision(tmp_path) == "0001"
    assert upgrade_database(tmp_path) == "0001"
    assert revision(tmp_path) == NEWEST
    Store(tmp_path).close()


def test_an_upgrade_makes_the_database_where_there_is_none_but_not_on_trial(tmp_path: Path) -> None:
    assert upgrade_database(tmp_path, dry_run=True) is None
    assert list(tmp_path.iterdir()) == []
    assert upgrade_database(tmp_path) is None
    assert revision(tmp_path) == NEWEST


def test_an_upgrade_does_not_touch_a_database_of_a_newer_version(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refused:
        upgrade_database(tmp_path)
    assert refused.value.reason.key == "storage.newer"
    assert revision(tmp_path) == "9999"


def test_an_upgrade_that_breaks_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    make_database(tmp_path, "0001")
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute("CREATE TABLE decision (mine INTEGER)")  # stands in the way of the second
        schema = old.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(Exception, match="decision"):
        upgrade_database(tmp_path)
    assert revision(tmp_path) == "0001"
    with sqlite3.connect(tmp_path / NAME) as old:
        assert old.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == schema


CARD = """{"call_id": "a", "template": "t", "title": "t", "version": "1", "ruleset": "r",
 "scale": "deduct_from_max", "total": 90, "max": 100, "at_stake": 5, "fatal": [], "sections": [],
 "items": [
  {"id": "taboo", "ask": "", "section": "", "verdict": "fail", "points_lost": 10, "at_stake": 0,
   "max": 10, "reason": {"key": "scoring.forbidden", "values": {}}, "times": 2},
  {"id": "hello", "ask": "", "section": "", "verdict": "unsure", "points_lost": 0, "at_stake": 5,
   "max": 5, "reason": {"key": "scoring.missing-unheard", "values": {}}},
  {"id": "answer", "ask": "", "section": "", "verdict": "unsure", "points_lost": 0, "at_stake": 9,
   "max": 9, "reason": {"key": "scoring.person-answers", "values": {}}},
  {"id": "bye", "ask": "", "section": "", "verdict": "pass", "points_lost": 0, "at_stake": 0,
   "max": 9, "reason": {"key": "scoring.found", "values": {}}}]}"""


def cards_of_0004(connection: Connection, recordings: int) -> None:
    """Recordings with a draft each; the first has one that was decided on, and one beside it."""
    said = {"agent": "8001", "team": "一组", "started": "2026-11-02 09:00:00", "test_call": True}
    record = json.dumps(said, separators=(",", ":"))
    connection.execute(text("INSERT INTO ruleset VALUES ('r', 't', '1', '{}', 0)"))
    numbers = range(1, recordings + 1)
    connection.execute(
        text(
            "INSERT INTO recording (id, content, name, sources, about, state, outcome, attempts,"
            " added, changed, day) VALUES (:id, :content, :name, '[]', :about, 'done', 'speech',"
            " 1, 0, 0, '2026-11-02')"
        ),
        [
            {"id": n, "content": f"c{n}", "name": f"/{n}.wav", "about": record if n > 1 else "{}"}
            for n in numbers
        ],
    )
    connection.execute(
        text(
            "INSERT INTO transcript VALUES"
            " (:id, :content, 'f', '', 'voice', 9, NULL, '[]', '[]', 0)"
        ),
        [{"id": n, "content": f"c{n}"} for n in numbers],
    )
    connection.execute(
        text(
            "INSERT INTO scorecard (id, recording_id, transcript_id, revision, ruleset, number,"
            " state, total, max, fatal, body, added) VALUES"
            " (:card, :id, :id, 0, 'r', :beside, 'draft', 90, 100, :fatal, :body, 0)"
        ),
        [
            {"card": card, "id": n, "beside": beside, "fatal": False, "body": CARD}
            for card, n, beside in (
                (1, 1, 1),
                (recordings + 1, 1, 2),
                *((n, n, 1) for n in numbers[1:]),
            )
        ],
    )
    connection.execute(text("INSERT INTO decision VALUES (1, 1, 'taboo', 'pass', 'li', 5, '')"))


def test_cards_that_are_there_get_their_rows_for_the_desk(bare_database: Database) -> None:
    home, storage = bare_database.home, bare_database.storage
    make_database(home, "0004", storage)
    with as_it_is(home, storage) as connection:
        cards_of_0004(connection, 600)  # more than are filled in at once
    assert upgrade_database(home, storage) == "0004"
    with Reviews(home, storage) as reviews:
        page = reviews.page(Wanted(share=0.0, queued=True), "li", limit=1000)
        first, review = reviews.listed(1), reviews.read(2)
    assert [row.id for row in page.rows] == list(range(1, 601)), "601 stands beside a decided one"
    assert first is not None and review is not None
    assert (first.agent, first.started, first.day) == ("", "", "2026-11-02")
    listed = review.listed
    assert (listed.agent, listed.team, listed.started) == ("8001", "一组", "2026-11-02T09:00:00")
    assert (listed.raised, listed.open) == (2, 1)
    assert (listed.total, listed.max, listed.waiting) == (81, 91, 9), "nobody has answered"
    assert listed.risk == rank(from_json(Scorecard, CARD)) > 0
    assert bare_database.rows(
        "SELECT item, machine, verdict, lost, at_stake FROM review_item WHERE scorecard_id = 2"
        " ORDER BY item"
    ) == [("hello", "unsure", "unsure", 0, 5), ("taboo", "fail", "fail", 10, 0)]
    tests = bare_database.rows("SELECT count(*) FROM review WHERE test_call")
    assert tests == [(599,)], "the first has no record"
    lots = dict(bare_database.rows("SELECT recording_id, lot FROM review"))
    assert lots == {n: lot_of(f"c{n}") for n in range(1, 601)}
    assert bare_database.rows("SELECT last FROM numbering WHERE name = 'scorecard'") == [(601,)]
    assert bare_database.rows("SELECT last FROM numbering WHERE name = 'recording'") == [(600,)]


def test_what_people_had_answered_must_not_wait_after_the_upgrade(bare_database: Database) -> None:
    home, storage = bare_database.home, bare_database.storage
    make_database(home, "0004", storage)
    with as_it_is(home, storage) as connection:
        cards_of_0004(connection, 3)
    make_database(home, "0014", storage)
    with as_it_is(home, storage) as connection:
        said = "INSERT INTO review_item VALUES (:card, 'answer', 'unsure', :verdict, :lost, 0)"
        answers = [
            {"card": 2, "verdict": "pass", "lost": 0},
            {"card": 3, "verdict": "fail", "lost": 9},
        ]
        connection.execute(text(said), answers)
        connection.execute(text("UPDATE review SET total = 81 WHERE scorecard_id = 3"))
    assert upgrade_database(home, storage) == "0014"
    with Reviews(home, storage) as reviews:
        found = {card: reviews.listed(card) for card in (2, 3, 4)}
    come = {card: (one.total, one.max, one.waiting) for card, one in found.items() if one}
    assert come == {2: (90, 100, 0), 3: (81, 100, 0), 4: (81, 91, 9)}
