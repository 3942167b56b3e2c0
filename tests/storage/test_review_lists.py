"""Lists of cards: filters, pages, the random share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scoring.review import Standing
from pipeline.settings import Reviewing
from pipeline.storage import Act
from pipeline.storage.review_records import Wanted, Why
from pipeline.storage.review_rows import lot_of
from pipeline.storage.reviews import Reviews
from pipeline.workflow.reviewing import confirm, mark
from tests import reviewed as given_
from tests.databases import Database
from tests.reviewed import INSPECTOR, POLITE, QUEUE, answer, keep

ALL = Wanted(share=0.02)


@pytest.fixture
def cards(database: Database) -> dict[str, int]:
    """Of two agents and days; one is confirmed, one was answered."""
    found = {
        "rude": keep(database, "rude", started="2026-11-02T09:00:00"),
        "polite": keep(database, "polite", POLITE, started="2026-11-02T10:00:00", team="二组"),
        "other": keep(database, "other", started="2026-11-03T09:00:00", agent="8002"),
        "done": keep(database, "done", started="2026-11-04T09:00:00"),
    }
    with given_.reviews(database) as reviews:
        confirm(reviews, INSPECTOR, found["done"], 0, Reviewing(neighbours=0))
        mark(reviews, INSPECTOR, found["polite"], 0, [answer("answer", "fail")])
    return found


@pytest.fixture
def reviews(database: Database) -> Iterator[Reviews]:
    with given_.reviews(database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["done", "other", "polite", "rude"]),
        ({"states": (Standing.DRAFT,)}, ["other", "polite", "rude"]),
        ({"states": (Standing.CONFIRMED, Standing.RELEASED)}, ["done"]),
        ({"states": (Standing.RELEASED,)}, []),
        ({"agent": "8002"}, ["other"]),
        ({"team": "二组"}, ["polite"]),
        ({"teams": ("一组",)}, ["done", "other", "rude"]),
        ({"teams": ("一组", "二组")}, ["done", "other", "polite", "rude"]),
        ({"teams": ()}, []),
        ({"team": "二组", "teams": ("一组",)}, []),
        ({"template": "small"}, ["done", "other", "polite", "rude"]),
        ({"template": "large"}, []),
        ({"item": "taboo"}, ["done", "other", "rude"]),
        ({"item": "answer"}, ["polite"]),
        ({"item": "hello"}, []),
        ({"since": "2026-11-03"}, ["done", "other"]),
        ({"until": "2026-11-02"}, ["polite", "rude"]),
        ({"since": "2026-11-03", "until": "2026-11-03"}, ["other"]),
        ({"below": 0.74}, ["done", "other", "polite", "rude"]),
        ({"below": 0.73}, ["done", "other", "rude"]),  # 18 of 28 so far: nobody has answered
        ({"below": 0.64}, []),
        ({"by": "wang"}, ["done"]),
        ({"assigned": "wang"}, []),
        ({"why": Why.FLAGGED}, ["done", "other", "rude"]),
        ({"why": Why.NEIGHBOUR}, []),
        ({"why": Why.RANDOM, "share": 1.0}, ["done", "other", "polite", "rude"]),
        ({"queued": True, "share": 0.0}, ["rude", "other"]),
        ({"queued": True, "share": 1.0}, ["rude", "other", "polite"]),
    ],
)
def test_a_list_has_what_is_wanted(
    wanted: dict[str, Any], names: list[str], cards: dict[str, int], reviews: Reviews
) -> None:
    page = reviews.page(replace(ALL, **wanted), "wang")
    assert [row.id for row in page.rows] == [cards[name] for name in names]
    assert (page.total, page.offset) == (len(names), 0)


def test_pages_follow_each_other_through_both_parts_of_a_queue(
    database: Database, reviews: Reviews
) -> None:
    ids = [keep(database, f"n{number}") for number in range(7)]
    mine = ids[4:6]
    reviews.assign(mine, "wang", given_.act())
    whole = [row.id for row in reviews.page(QUEUE, "wang").rows]
    assert whole == [*mine, *(one for one in ids if one not in mine)]
    for size in (1, 2, 3, 4):
        pages = [reviews.page(QUEUE, "wang", offset, size) for offset in range(0, 8, size)]
        assert [row.id for page in pages for row in page.rows] == whole
        assert {page.total for page in pages} == {7}
    assert reviews.page(QUEUE, "li").total == 5
    assert reviews.page(replace(QUEUE, assigned="wang"), "li").total == 2


def test_the_next_one_goes_through_both_parts_of_a_queue_and_round(
    database: Database, reviews: Reviews
) -> None:
    ids = [keep(database, f"n{number}") for number in range(4)]
    reviews.assign(ids[2:3], "wang", given_.act())
    found, at = [], None
    for _ in range(5):
        at = reviews.next(QUEUE, "wang", at)
        found.append(at)
    assert found == [ids[2], ids[0], ids[1], ids[3], ids[2]]


def test_nobody_is_given_the_card_that_another_was_given_just_now(
    database: Database, reviews: Reviews
) -> None:
    ids = [keep(database, f"n{number}") for number in range(8)]
    people = [f"p{number}" for number in range(8)]
    with ThreadPoolExecutor(len(people)) as crew:
        given = list(crew.map(lambda who: reviews.next(QUEUE, who), people))
    assert sorted(one for one in given if one) == ids
    assert reviews.next(QUEUE, "late") is None
    assert reviews.next(QUEUE, "p0") == given[0]


def test_a_card_knows_what_its_recording_is_called_and_no_folder(
    database: Database, reviews: Reviews
) -> None:
    card = reviews.listed(keep(database, "a"))
    assert card is not None and card.name == "a.wav"


def test_what_a_later_call_record_says_is_shown_and_searched(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", team="")
    assert keep(database, "a", team="二组") == card
    listed = reviews.listed(card)
    assert listed is not None and listed.team == "二组"
    assert reviews.page(replace(ALL, team="二组"), "wang").total == 1


@given(st.binary(max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_has_all_that_a_smaller_one_has(
    content: bytes, one: float, other: float
) -> None:
    lot = lot_of(sha256(content).hexdigest())
    assert 0 <= lot < 1
    small, large = sorted((one, other))
    assert not lot < small or lot < large


def test_the_lots_of_many_recordings_are_spread_evenly() -> None:
    lots = sorted(lot_of(sha256(str(number).encode()).hexdigest()) for number in range(20_000))
    worst = max(abs(lot - place / len(lots)) for place, lot in enumerate(lots))
    assert worst < 1.95 / len(lots) ** 0.5  # Kolmogorov and Smirnov: once in a thousand


def test_a_lot_has_nothing_to_do_with_what_was_found(database: Database) -> None:
    keep(database, "a", POLITE)
    polite = database.rows("SELECT lot FROM review")
    keep(database, "a")
    assert database.rows("SELECT raised > 0 FROM review") in ([(True,)], [(1,)])
    assert database.rows("SELECT lot FROM review") == polite


@pytest.mark.parametrize("queued", [True, False])
def test_a_list_goes_on_behind_its_last_row_whatever_comes_meanwhile(
    database: Database, cards: dict[str, int], reviews: Reviews, queued: bool
) -> None:
    wanted = replace(ALL, queued=queued)
    reviews.assign([cards["polite"]], INSPECTOR.login, Act("x", "assigned"))
    whole = [row.id for row in reviews.page(wanted, INSPECTOR.login).rows]
    first = reviews.following(wanted, INSPECTOR.login, (), 1)
    keep(database, "later", started="2026-11-09T09:00:00")  # of the highest risk and the latest day
    seen, behind = [row.id for row in first.rows], first.further
    while behind:
        part = reviews.following(wanted, INSPECTOR.login, behind, 1)
        seen += [row.id for row in part.rows]
        behind = part.further
    assert [one for one in seen if one in whole] == whole
    assert len(seen) == len(set(seen)), "none twice"
