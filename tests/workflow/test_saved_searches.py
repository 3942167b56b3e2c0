"""Searches that are kept: whose they are, who else asks them, and what the record says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.refusal import Refusal
from pipeline.storage import Audit, People, Role
from pipeline.storage.saved_searches import SavedSearches
from pipeline.workflow import saved_searches
from pipeline.workflow.asked import Asked, asked_of
from pipeline.workflow.people import Wish, let_in, switch
from pipeline.workflow.saved_searches import keep, keep_for_all, listed, named, opened, remove
from tests.databases import Database
from tests.reviewed import AGENT, INSPECTOR, LEAD, SECOND

ASKED = Asked(query="客户:退款", team="一组", points_to=60.0)


@pytest.fixture
def kept(database: Database) -> Iterator[SavedSearches]:
    with SavedSearches(database.home, database.storage) as opened:
        yield opened


def names(kept: SavedSearches, person: object) -> list[str]:
    return [one.name for one in listed(kept, person)]  # type: ignore[arg-type]


def test_what_is_kept_is_asked_again_as_it_was(kept: SavedSearches) -> None:
    number = keep(kept, INSPECTOR, " 退款 ", ASKED, shared=False)
    found = opened(kept, INSPECTOR, number)
    assert (found.name, asked_of(found.asked)) == ("退款", ASKED)


def test_the_same_name_again_takes_its_place(kept: SavedSearches) -> None:
    first = keep(kept, INSPECTOR, "退款", ASKED, shared=False)
    second = keep(kept, INSPECTOR, "退款", replace(ASKED, query="退货"), shared=True)
    assert first == second and names(kept, INSPECTOR) == ["退款"]
    assert keep(kept, SECOND, "退款", ASKED, shared=False) != first


def test_others_see_what_is_shared_and_nothing_else(kept: SavedSearches) -> None:
    own = keep(kept, INSPECTOR, "自己的", ASKED, shared=False)
    shared = keep(kept, INSPECTOR, "大家的", ASKED, shared=True)
    assert names(kept, SECOND) == names(kept, LEAD) == ["大家的"]
    assert names(kept, AGENT) == []
    for person, number in ((SECOND, own), (LEAD, own), (AGENT, shared), (SECOND, 999)):
        with pytest.raises(Refusal, match="not-kept"):
            opened(kept, person, number)


def test_only_its_owner_or_a_lead_removes_it(kept: SavedSearches) -> None:
    shared = keep(kept, INSPECTOR, "大家的", ASKED, shared=True)
    own = keep(kept, INSPECTOR, "自己的", ASKED, shared=False)
    with pytest.raises(Refusal, match="not-allowed"):
        remove(kept, SECOND, shared)
    remove(kept, LEAD, shared)
    with pytest.raises(Refusal, match="not-kept"):
        remove(kept, LEAD, own)
    remove(kept, INSPECTOR, own)
    assert names(kept, INSPECTOR) == []


def test_the_number_of_a_removed_search_is_never_given_to_another(kept: SavedSearches) -> None:
    first = keep(kept, INSPECTOR, "退款", ASKED, shared=False)
    remove(kept, INSPECTOR, first)
    assert keep(kept, INSPECTOR, "别的", ASKED, shared=False) > first
    with pytest.raises(Refusal, match="not-kept"):
        opened(kept, INSPECTOR, first)


def test_what_people_kept_who_left_stays_shared_and_goes_to_leads_else(
    database: Database, kept: SavedSearches
) -> None:
    own = keep(kept, INSPECTOR, "自己的", ASKED, shared=False)
    keep(kept, INSPECTOR, "大家的", ASKED, shared=True)
    assert names(kept, LEAD) == ["大家的"]
    with People(database.home, database.storage) as people:
        let_in(people, Wish(login="chief", name="管", role=Role.ADMIN), "x")
        let_in(people, Wish(login=INSPECTOR.login, name="王", role=Role.INSPECTOR), "x")
        switch(people, INSPECTOR.login, True, "chief")
        assert names(kept, SECOND) == ["大家的"], "who made it stands beside it"
        with pytest.raises(Refusal, match="not-kept"):
            opened(kept, SECOND, own)
        theirs = {one.name: (one.by, one.left) for one in listed(kept, LEAD)}
        assert theirs == dict.fromkeys(("大家的", "自己的"), (INSPECTOR.login, True))
        switch(people, INSPECTOR.login, False, "chief")
        assert names(kept, LEAD) == ["大家的"], "they are back, and it is theirs again"
        switch(people, INSPECTOR.login, True, "chief")
    remove(kept, LEAD, own)
    assert names(kept, LEAD) == ["大家的"]


def test_agents_keep_their_own_but_share_nothing(kept: SavedSearches) -> None:
    keep(kept, AGENT, "我的", Asked(query="抱歉"), shared=False)
    assert names(kept, AGENT) == ["我的"]
    with pytest.raises(Refusal, match="not-allowed"):
        keep(kept, AGENT, "大家的", ASKED, shared=True)
    with pytest.raises(Refusal, match="not-allowed"):
        listed(kept, replace(LEAD, role=Role.MANAGER))


def test_the_shell_keeps_for_everybody_and_prefers_its_own(kept: SavedSearches) -> None:
    keep(kept, INSPECTOR, "退款", ASKED, shared=True)
    keep_for_all(kept, "root", "退款", Asked(query="退货"))
    assert named(kept, "root", "退款").asked == {"query": "退货"}
    assert named(kept, "other", "退款").by == "root", "the latest"
    assert names(kept, SECOND) == ["退款", "退款"]
    with pytest.raises(Refusal, match="not-kept"):
        named(kept, "root", "没有")


@pytest.mark.parametrize(
    ("name", "asked", "key"),
    [
        ("", ASKED, "search.nameless"),
        ("a\nb", ASKED, "search.nameless"),
        ("长" * 61, ASKED, "search.long-name"),
        ("x", Asked(query="(甲"), "search.open-bracket"),
        ("x", Asked(query="甲", since="soon"), "search.not-a-day"),
    ],
)
def test_what_cannot_be_asked_again_is_not_kept(
    kept: SavedSearches, name: str, asked: Asked, key: str
) -> None:
    with pytest.raises(Refusal) as refused:
        keep(kept, INSPECTOR, name, asked, shared=False)
    assert refused.value.reason.key == key
    assert names(kept, INSPECTOR) == []


def test_there_is_an_end_to_how_many(kept: SavedSearches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_searches, "MOST", 2)
    for name in ("一", "二", "二"):
        keep(kept, INSPECTOR, name, ASKED, shared=False)
    with pytest.raises(Refusal, match="many-kept"):
        keep(kept, INSPECTOR, "三", ASKED, shared=False)


def test_keeping_is_on_record_without_the_words(database: Database, kept: SavedSearches) -> None:
    number = keep(kept, INSPECTOR, "找退款的", ASKED, shared=True)
    remove(kept, INSPECTOR, number)
    lines = Audit(database.home, database.storage).latest(2)
    assert [line.act.action for line in lines] == ["search-removed", "search-kept"]
    assert "退款" not in str(lines)
