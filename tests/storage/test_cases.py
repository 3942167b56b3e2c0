"""Cases and playlists in either database: found by what they have, changed by one at a time."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.call import Interval
from pipeline.storage import Act
from pipeline.storage.case_records import (
    Changed,
    Cut,
    Fresh,
    NoCase,
    Notes,
    Quality,
    Sought,
    Stage,
)
from pipeline.storage.cases import Cases
from pipeline.storage.purging import Term
from tests import reviewed as given
from tests.databases import Database

CUT = Cut(span=Interval(1.25, 9.5), clip="a" * 32, beeps=(Interval(2.0, 3.125),))
NOTES = Notes(
    title="退费 50% 怎么说",
    quality=Quality.BAD,
    topic="退费",
    tags=("乙", "甲"),
    learn="先查再答",
    stages=(Stage(title="开场", weaknesses="没有问候"),),
    questions=("为什么？",),
)


@pytest.fixture
def library(database: Database) -> Iterator[Cases]:
    given.keep(database, "a")
    given.keep(database, "b")
    with Cases(database.home, database.storage) as opened:
        yield opened


def add(library: Cases, notes: Notes = NOTES, recording: int = 1, team: str = "一组") -> int:
    fresh = Fresh(recording=recording, team=team, notes=notes, cut=CUT)
    return library.add(fresh, Act("zhao", "case-made", ""))


def act(action: str) -> Act:
    return Act("zhao", action, "1")


def found(library: Cases, **sought: object) -> list[int]:
    return [case.id for case in library.page(Sought(**sought)).rows]  # type: ignore[arg-type]


def test_a_case_comes_back_as_it_was_kept(library: Cases) -> None:
    case = library.read(add(library))
    assert case and (case.notes, case.cut) == (NOTES, CUT)
    assert (case.recording, case.team, case.by, case.at) == (1, "一组", "zhao", case.changed)
    assert library.read(99) is None


def test_cases_are_found_by_what_they_have_and_by_nothing_else(library: Cases) -> None:
    bad = add(library)
    good = add(
        library, replace(NOTES, title="Refund_x", quality=Quality.GOOD, topic="", tags=("甲",))
    )
    other = add(library, replace(NOTES, topic="推诿", tags=()), recording=2, team="二组")
    assert found(library) == [other, good, bad]
    assert found(library, quality=Quality.GOOD) == [good]
    assert found(library, tag="甲") == [good, bad] and found(library, tag="乙") == [bad]
    assert found(library, topic="推诿") == found(library, words="推") == [other]
    assert found(library, words="refund") == [good], "whatever the case"
    assert found(library, words="50%") == [other, bad] and found(library, words="d%x") == []
    assert found(library, words="_x") == [good]
    assert found(library, teams=("二组",)) == [other] and found(library, teams=()) == []
    page = library.page(Sought(), 1, 1)
    assert ([case.id for case in page.rows], page.total) == ([good], 3)
    assert library.counts(None) == ({"推诿": 1, "退费": 1}, {"乙": 1, "甲": 2})
    assert library.counts(("二组",)) == ({"推诿": 1}, {})
    assert sorted(library.clips_of([1])) == ["a" * 32] * 2 and library.clips() == {"a" * 32}


def test_of_two_changes_one_stands_and_the_other_writes_nothing(library: Cases) -> None:
    number = add(library)
    case = library.read(number)
    assert case
    told = (replace(NOTES, tags=("丙",)), replace(CUT, clip="b" * 32))
    assert library.change(number, case.changed, told, act("case-changed")) == "a" * 32
    with pytest.raises(Changed):
        library.change(number, case.changed, (NOTES, CUT), act("case-changed"))
    with pytest.raises(Changed):
        library.remove(number, case.changed, act("case-deleted"))
    after = library.read(number)
    assert after and after.notes.tags == ("丙",) and after.changed > case.changed
    assert library.remove(number, after.changed, act("case-deleted")) == "b" * 32
    with pytest.raises(NoCase):
        library.remove(number, after.changed, act("case-deleted"))


def test_playlists_keep_an_order_of_cases_that_are_there(library: Cases) -> None:
    one, two = add(library), add(library)
    number = library.add_playlist("新人", act("playlist-made"))
    library.arrange(number, lambda now: [*now, two, one, two], act("playlist-changed"))
    assert found(library, playlist=number) == [two, one]
    library.arrange(number, lambda now: now[::-1], act("playlist-changed"))
    assert found(library, playlist=number) == [one, two]
    with pytest.raises(NoCase):
        library.arrange(number, lambda now: [99], act("playlist-changed"))
    assert found(library, playlist=number) == [one, two]
    library.rename_playlist(number, "老人", act("playlist-changed"))
    (listed,) = library.playlists()
    assert (listed.title, listed.count, listed.by) == ("老人", 2, "zhao")
    library.remove_playlist(number, act("playlist-deleted"))
    assert library.playlist(number) is None and found(library) == [two, one]
    with pytest.raises(NoCase):
        library.rename_playlist(number, "x", act("playlist-changed"))


def test_a_number_of_what_was_deleted_is_never_given_to_another(
    library: Cases, database: Database
) -> None:
    one = add(library)
    case = library.read(one)
    assert case
    library.remove(one, case.changed, act("case-deleted"))
    other = add(library)
    assert other > one and library.read(one) is None, "a bookmark must not show another case"
    playlist = library.add_playlist("新人", act("playlist-made"))
    library.remove_playlist(playlist, act("playlist-deleted"))
    assert library.add_playlist("老人", act("playlist-made")) > playlist
    with database.store() as store:
        store.forget([1, 2], Term(before="2030-01-01"))
    assert library.page(Sought()).total == 0
    given.keep(database, "c")
    assert add(library, recording=3) > other, "nor that of one that was purged"
    with pytest.raises(NoCase):
        add(library, recording=1)


@pytest.mark.parametrize("keep_scores", [False, True])
def test_a_case_goes_with_its_recording_out_of_playlists_too(
    library: Cases, database: Database, keep_scores: bool
) -> None:
    add(library)
    number = library.add_playlist("新人", act("playlist-made"))
    library.arrange(number, lambda now: [1], act("playlist-changed"))
    term = Term(before="2030-01-01", keep_scores=keep_scores)
    with database.store() as store:
        assert store.count_outlived(term).counts["cases"] == 1
        assert store.forget([1], term).counts["cases"] == 1
    assert found(library) == [] and library.playlists()[0].count == 0
    for table in ("training_case", "case_tag", "playlist_case"):
        assert database.count(table) == 0
    with pytest.raises(NoCase):
        add(library)
