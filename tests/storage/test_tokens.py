"""What programs show, what they list, and the record searched: on both databases."""

from dataclasses import replace

import pytest

from pipeline.refusal import Refusal
from pipeline.storage import Act, Audit, People, Person, Publication, Role, Sought
from pipeline.storage.call_lists import CallLists
from pipeline.storage.card_sums import CardSums
from pipeline.storage.review_records import Wanted
from pipeline.storage.tokens import Tokens
from tests.databases import Database

LI = Person(id=0, login="li", name="李", role=Role.LEAD)
MADE = Act("admin", "token-made", "li")
VERSION = Publication(version=0, by="李", at=0, note="", rulesets={}, texts={}, diff={"rules": []})


@pytest.fixture
def li(database: Database) -> Person:
    with People(database.home, database.storage) as people:
        people.add(LI, Act("admin", "user-added", "li"))
        person = people.named("li")
    assert person
    return person


def test_a_token_is_somebodys_until_it_is_revoked(database: Database, li: Person) -> None:
    with Tokens(database.home, database.storage) as tokens:
        assert tokens.add(li, "bi", "a" * 64, MADE)
        assert not tokens.add(li, "bi", "b" * 64, MADE), "one of a name that holds"
        assert tokens.person("a" * 64) == li
        assert tokens.person("b" * 64) is None
        (one,) = tokens.listed("li")
        assert (one.name, one.revoked, bool(one.seen)) == ("bi", None, True)
        assert tokens.revoke(li, "bi", Act("admin", "token-revoked", "li"))
        assert not tokens.revoke(li, "bi", MADE)
        assert tokens.person("a" * 64) is None
        assert tokens.add(li, "bi", "c" * 64, MADE), "the name is free again"
        assert len(tokens.listed()) == 2 and tokens.listed("nobody") == ()
    acts = [line.act.action for line in Audit(database.home, database.storage).latest(9)]
    assert acts == ["token-made", "token-revoked", "token-made", "user-added"]


def test_who_is_shut_out_has_no_token(database: Database, li: Person) -> None:
    with Tokens(database.home, database.storage) as tokens:
        tokens.add(li, "bi", "a" * 64, MADE)
        with People(database.home, database.storage) as people:
            people.change(replace(li, disabled=True), Act("admin", "user-disabled", "li"))
        assert tokens.person("a" * 64) is None


def test_where_there_are_no_cards_lists_and_sums_are_empty(database: Database) -> None:
    with CallLists(database.home, database.storage) as calls:
        assert calls.page(Wanted(share=0.1), 0, 10) == ()
        assert calls.call(1, Wanted(share=0.1)) is None
    with CardSums(database.home, database.storage) as sums:
        found = sums.read(0.1)
    assert (set(found.states.values()), found.waiting, found.oldest) == ({0}, 0, "")


def test_the_record_is_searched_by_what_its_lines_hold(database: Database) -> None:
    audit = Audit(database.home, database.storage)
    for number in range(3):
        audit.note(Act("李", "viewed", f"100%_{number}"))
    audit.note(Act("王", "exported", "record"))
    assert [line.number for line in audit.latest(9, Sought(by="李"))] == [3, 2, 1]
    assert [line.number for line in audit.latest(1, Sought(by="李"), before=3)] == [2]
    assert [line.number for line in audit.latest(9, Sought(target="%_1"))] == [2]
    assert audit.latest(9, Sought(target="%x")) == []
    at = audit.latest(1)[0].at
    assert len(audit.latest(9, Sought(since=at))) >= 1
    assert audit.latest(9, Sought(until=1)) == []


def test_of_two_versions_after_the_same_one_the_second_is_refused(database: Database) -> None:
    with database.store() as store:
        assert store.publish(VERSION, after=0) == 1
        with pytest.raises(Refusal, match="published-meanwhile") as refused:
            store.publish(replace(VERSION, by="王"), after=0)
        assert dict(refused.value.reason.values) == {"found": 1, "by": "李"}
        assert store.publish(replace(VERSION, by="王"), after=1) == 2
    acts = [line.act for line in Audit(database.home, database.storage).latest(9)]
    assert [(act.by, act.action, act.target) for act in acts] == [
        ("王", "rules-published", "2"),
        ("李", "rules-published", "1"),
    ]
