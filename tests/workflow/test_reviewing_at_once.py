"""Several at one card at the same moment: nothing that anybody saved is lost or overwritten."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing, View
from pipeline.settings import Reviewing
from pipeline.storage import Audit, Person, Placed
from pipeline.storage.review_records import Overtaken
from pipeline.storage.reviews import Reviews
from pipeline.workflow.correcting import swap
from pipeline.workflow.reviewing import Saved, confirm, mark, open_card, undo
from tests.databases import Database
from tests.reviewed import INSPECTOR, SECOND, comment, hit, keep, rescored, reviews
from tests.trials import tries

ROUNDS = [25, pytest.param(tries(150, 1_000), marks=pytest.mark.desk)]
RERUNS = [8, pytest.param(tries(20, 60), marks=pytest.mark.desk)]
SAVES_A_CARD = 50
APART_SECONDS = 0.003


@dataclass(frozen=True, slots=True)
class Pair:
    """Two threads that do something at nearly the same moment, again and again."""

    pool: ThreadPoolExecutor
    drawn: random.Random

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """What came of each: its value, or what it raised."""
        waits = [self.drawn.random() * APART_SECONDS for _ in acts]
        done = [self.pool.submit(_after, *both) for both in zip(waits, acts, strict=True)]
        return [one.result(60) for one in done]


def _after(seconds: float, act: Callable[[], Any]) -> Any:
    time.sleep(seconds)
    try:
        return act()
    except (Overtaken, Refusal) as error:
        return error


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_who_save_at_once_one_is_told_and_nothing_is_lost(
    rounds: int, database: Database
) -> None:
    numbers, told, cards = count(), 0, []
    with reviews(database) as mine, reviews(database) as other, ThreadPoolExecutor(2) as pool:
        pair = Pair(pool, random.Random(7))
        for round_ in range(rounds):
            if round_ % SAVES_A_CARD == 0:
                cards.append(keep(database, f"a{round_}"))
            card = cards[-1]
            version = len(_said(mine, card))
            both = [
                (mine, INSPECTOR, f"第{next(numbers)}句"),
                (other, SECOND, f"第{next(numbers)}句"),
            ]
            saves = [
                lambda r=r, who=who, text=text: mark(r, who, card, version, [comment(text)])  # noqa: B023
                for r, who, text in both
            ]
            found = pair.at_once(*saves)
            late = [n for n, one in enumerate(found) if isinstance(one, Overtaken)]
            assert len(late) == 1, found
            told += 1
            (loser,) = late
            winner = both[1 - loser]
            error = found[loser]
            assert error.version == version + 1
            assert [one.text for one in error.marks] == [winner[2]]
            again, who, text = both[loser]
            mark(again, who, card, error.version, [comment(text)])  # having seen it
        said = [text for card in cards for text in _said(mine, card)]
    assert told == rounds
    assert sorted(said) == sorted(f"第{number}句" for number in range(2 * rounds))
    assert database.count("audit") == 2 * rounds
    assert Audit(database.home, database.storage).verify().whole


def _said(opened: Reviews, card: int) -> list[str]:
    review = opened.read(card)
    assert review is not None
    assert [one.number for one in review.marks] == list(range(1, review.version + 1))
    return [one.text for one in review.marks]


@pytest.mark.parametrize("rounds", RERUNS)
def test_a_night_that_checks_a_call_again_never_takes_a_card_from_under_a_confirmation(
    rounds: int, database: Database
) -> None:
    outcomes = set()
    with (
        reviews(database) as mine,
        database.store() as store,
        ThreadPoolExecutor(2) as pool,
    ):
        pair = Pair(pool, random.Random(11))
        for number in range(rounds):
            name = f"b{number}"
            card = keep(database, name)
            confirmed, placed = pair.at_once(
                lambda: confirm(mine, INSPECTOR, card, 0, Reviewing()),  # noqa: B023
                lambda: rescored(store, name, "2"),  # noqa: B023
            )
            (result,) = store.find(f"/calls/{name}.wav")
            outcomes.add(placed)
            if isinstance(confirmed, Saved):
                assert placed == Placed.BESIDE and len(result.kept) == 2
                assert result.kept[-1].id == card and len(result.kept[-1].decisions) == 3
                assert open_card(mine, INSPECTOR, card).standing == Standing.CONFIRMED
            else:
                assert isinstance(confirmed, Refusal) and placed == Placed.NEW
                assert confirmed.reason.key in ("desk-review.gone", "desk-review.no-card")
                assert [kept.decisions for kept in result.kept] == [()]
    assert outcomes <= {Placed.NEW, Placed.BESIDE}


def _confirm(opened: Reviews, who: Person, card: int, version: int) -> Saved:
    return confirm(opened, who, card, version, Reviewing())


def _reject(opened: Reviews, who: Person, card: int, version: int) -> Saved:
    return mark(opened, who, card, version, [hit("taboo", 0, View.REJECTED)])


@pytest.mark.parametrize("rounds", RERUNS)
@pytest.mark.parametrize("act", [_confirm, swap, undo])
def test_whatever_two_do_at_once_only_one_of_them_has_done_it(
    act: Callable[..., Any], rounds: int, database: Database
) -> None:
    with reviews(database) as mine, reviews(database) as other, ThreadPoolExecutor(2) as pool:
        pair = Pair(pool, random.Random(13))
        for number in range(rounds):
            card = keep(database, f"c{number}")
            mark(mine, INSPECTOR, card, 0, [comment("先听")])
            first, second = pair.at_once(
                lambda: _reject(mine, SECOND, card, 1),  # noqa: B023
                lambda: act(other, INSPECTOR, card, 1),  # noqa: B023
            )
            failed = [isinstance(one, Overtaken | Refusal) for one in (first, second)]
            assert failed.count(True) == 1, (first, second)
            review = open_card(mine, INSPECTOR, card)
            replaced = review.listed.replaced_by is not None
            assert (review.version == 1) == replaced == (act is swap and failed[0])
