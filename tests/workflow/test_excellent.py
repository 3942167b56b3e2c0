"""A call is marked as excellent: a bonus where the template says so, and one to make a case of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.call import Interval
from pipeline.refusal import Refusal
from pipeline.scoring.review import Mark, Marking
from pipeline.settings import Reviewing
from pipeline.storage import Act
from pipeline.storage.case_records import Cut, Fresh, Notes, Quality
from pipeline.storage.cases import Cases
from pipeline.storage.reviews import Reviews
from pipeline.workflow import cases
from pipeline.workflow.correcting import swap
from pipeline.workflow.reviewing import confirm, mark, open_card, reckoned, undo
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import INSPECTOR, LEAD, SECOND, keep

YES = Mark(kind=Marking.EXCELLENT, by="", says="yes")
NO = replace(YES, says="no")


@pytest.fixture
def reviews(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviews]:
    """By a template that gives two points for an excellent call."""
    monkeypatch.setattr(given, "TEMPLATE", given.TEMPLATE + "bonus: {{excellent: 2}}\n")
    given.rules.cache_clear()
    with given.reviews(database) as opened:
        yield opened
    given.rules.cache_clear()


def total(reviews: Reviews, card: int) -> float:
    return reckoned(reviews, open_card(reviews, LEAD, card)).points.total


def test_an_excellent_call_has_the_bonus_once_until_it_is_taken_back(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", given.POLITE)
    before = total(reviews, card)
    saved = mark(reviews, INSPECTOR, card, 0, [YES])
    assert saved.reviewed.excellent and saved.reviewed.points.total == before + 2
    again = mark(reviews, SECOND, card, saved.version, [YES])
    assert again.reviewed.points.total == before + 2
    none = mark(reviews, INSPECTOR, card, again.version, [NO])
    assert not none.reviewed.excellent and none.reviewed.points.total == before
    back = undo(reviews, INSPECTOR, card, none.version)
    listed = reviews.listed(card)
    assert back.reviewed.excellent and listed is not None
    assert listed.total + listed.waiting == before + 2, "what people have yet to give is not earned"


def test_a_fatal_failure_is_not_made_good_by_it(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a", ("坐席 1 您好", "坐席 6 你这个笨蛋"))
    assert mark(reviews, INSPECTOR, card, 0, [YES]).reviewed.points.total == 0


def test_it_is_frozen_with_the_card_and_goes_with_corrected_words(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", given.POLITE)
    mark(reviews, INSPECTOR, card, 0, [YES])
    new = swap(reviews, INSPECTOR, card, 1)
    review = open_card(reviews, LEAD, new)
    assert reckoned(reviews, review).excellent
    confirm(reviews, INSPECTOR, new, review.version, Reviewing())
    final = open_card(reviews, LEAD, new).final
    assert final and final.excellent and final.total == total(reviews, new)
    with database.store() as store:
        (result,) = store.find("a")
    assert result.kept[0].excellent


def test_nothing_but_yes_and_no_is_said_of_it(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a")
    with pytest.raises(Refusal):
        mark(reviews, INSPECTOR, card, 0, [replace(YES, says="pass")])
    saved = mark(reviews, INSPECTOR, card, 0, [replace(YES, item="taboo", text="x", hit=0)])
    assert (saved.marks[0].item, saved.marks[0].text, saved.marks[0].hit) == ("", "", None)


def test_marked_calls_wait_for_a_case_until_there_is_one(
    database: Database, reviews: Reviews
) -> None:
    for name in ("a", "b", "c"):
        keep(database, name)
    mark(reviews, INSPECTOR, 1, 0, [YES])
    mark(reviews, INSPECTOR, 2, 0, [YES])
    mark(reviews, INSPECTOR, 2, 1, [NO])
    mark(reviews, INSPECTOR, 3, 0, [YES])
    with Cases(database.home, database.storage) as library:
        assert [one.card for one in cases.chosen(library, LEAD)] == [3, 1]
        with pytest.raises(Refusal):
            cases.chosen(library, INSPECTOR)
        cut = Cut(span=Interval(0, 5))
        notes = Notes(title="好", quality=Quality.GOOD, tags=("甲", "乙"))
        fresh = Fresh(recording=3, team="一组", notes=notes, cut=cut)
        number = library.add(fresh, Act("zhao", "case-made", ""))
        assert [one.card for one in cases.chosen(library, LEAD)] == [1]
        case = library.read(number)
        assert case and case.notes.tags == tuple(sorted(("甲", "乙")))
