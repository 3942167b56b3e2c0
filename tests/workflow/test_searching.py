"""Who finds what: the calls that they see and no others, on record without the words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing
from pipeline.settings import Reviewing
from pipeline.storage import Audit, Person, Role
from pipeline.storage.review_records import Wanted
from pipeline.storage.search import Search
from pipeline.storage.search_records import Among
from pipeline.workflow.correcting import Wording, correct, swap
from pipeline.workflow.reviewing import confirm, release
from pipeline.workflow.searching import search, search_all
from tests.databases import Database
from tests.reviewed import AGENT, INSPECTOR, LEAD, POLITE, RUDE, keep, reviews

ALL = Among()
LEADER = Person(id=9, login="ma", name="马", role=Role.LEADER, teams=("二组",))


@pytest.fixture
def index(database: Database) -> Iterator[Search]:
    keep(database, "rude", RUDE)
    keep(database, "polite", POLITE, team="二组", agent="8002", started="2026-11-05T09:00:00")
    with Search(database.home, database.storage) as opened:
        yield opened


def calls(index: Search, person: Person, text: str = "话费", among: Among = ALL) -> list[int]:
    return [hit.card for hit in search(index, person, text, among).hits]


def test_people_find_what_they_may_read(index: Search) -> None:
    assert calls(index, LEAD) == calls(index, INSPECTOR) == [2, 1]
    assert calls(index, LEADER) == [2]
    assert calls(index, replace(INSPECTOR, teams=("一组",))) == [1]
    assert calls(index, AGENT) == [], "nothing was released"
    for role in (Role.MANAGER, Role.ADMIN):
        with pytest.raises(Refusal):
            search(index, replace(LEAD, role=role), "话费", ALL)


def test_nobody_finds_more_by_asking_for_others(index: Search) -> None:
    others = Among(cards=Wanted(share=0.0, team="一组", states=(Standing.DRAFT,)))
    assert calls(index, LEADER, among=others) == []
    assert calls(index, AGENT, among=others) == []


def test_agents_find_their_own_calls_once_they_were_released(
    database: Database, index: Search
) -> None:
    with reviews(database) as opened:
        confirm(opened, LEAD, 1, 0, Reviewing())
        release(opened, LEAD, 1, 1)
    assert calls(index, AGENT) == [1]
    assert calls(index, AGENT, "不清楚") == [1, 1]


def test_searches_are_on_record_without_their_words(database: Database, index: Search) -> None:
    search(index, LEAD, "不清楚", ALL)
    search_all(index, "root", "话费", ALL)
    lines = Audit(database.home, database.storage).latest(2)
    told = [(line.act.by, line.act.action, dict(line.act.details)) for line in lines]
    assert told == [
        ("root", "searched", {"characters": 2, "found": 2}),
        ("zhao", "searched", {"characters": 3, "found": 2}),
    ]
    assert "不清楚" not in str(lines) and "话费" not in str(lines)


@pytest.mark.parametrize(
    ("among", "found"),
    [
        (Among(cards=Wanted(share=0.0, agent="8002")), [2]),
        (Among(cards=Wanted(share=0.0, since="2026-11-03")), [2]),
        (Among(cards=Wanted(share=0.0, until="2026-11-03")), [1]),
        (Among(cards=Wanted(share=0.0, template="small")), [2, 1]),
        (Among(cards=Wanted(share=0.0, template="other")), []),
        (Among(cards=Wanted(share=0.0, item="taboo")), [1]),
        (Among(cards=Wanted(share=0.0, item="taboo"), verdict=Verdict.FAIL), [1]),
        (Among(cards=Wanted(share=0.0, item="taboo"), verdict=Verdict.UNSURE), []),
        (Among(share_from=0.9), [2]),
        (Among(share_to=0.9), [1]),
        (Among(seconds_from=9), [1]),
        (Among(seconds_to=9), [2]),
        (Among(silence=1.5), [2, 1]),
        (Among(silence=60), []),
    ],
)
def test_calls_are_narrowed_down(index: Search, among: Among, found: list[int]) -> None:
    assert [hit.card for hit in search_all(index, "root", "话费", among).hits] == found


def test_words_and_speakers_are_found_as_people_put_them_right(
    database: Database, index: Search
) -> None:
    with reviews(database) as opened:
        card = correct(opened, INSPECTOR, 1, 0, Wording(turn=1, first=3, last=5, text="账单"))
        assert calls(index, LEAD, "账单") == [card]
        assert calls(index, LEAD, "查话费") == [2]
        again = swap(opened, INSPECTOR, card, 0)
        assert calls(index, LEAD, "坐席:账单") == [again]
        assert calls(index, LEAD, "客户:账单") == []
