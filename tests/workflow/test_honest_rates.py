"""True rates from the machine's verdicts and people's; and what must not raise them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.hit import Verdict
from pipeline.settings import Reviewing
from pipeline.storage.figure_records import Stretch
from pipeline.storage.rate_sums import Cell, Counts, RateSums, Stratum
from pipeline.workflow import honest_rates
from pipeline.workflow.honest_rates import Rates, _rates, rates
from pipeline.workflow.reviewing import confirm, mark
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import INSPECTOR, POLITE, RUDE, answer, kept, missed

FLAGGED = Stratum("一组", "small", "2026-11-02", flagged=True, drawn=False, judged=False)
KEY = ("small", "taboo")


def counted(cards: dict[Stratum, int], cells: Sequence[Cell]) -> Rates:
    return _rates(Counts(cards, tuple(cells), {KEY: "禁语"}), "", {"一组"})


def cell(stratum: Stratum, fails: bool | None, cards: int, machine: Verdict = Verdict.FAIL) -> Cell:
    return Cell(stratum, "taboo", machine, fails, cards)


QUIET = replace(FLAGGED, flagged=False)
HEARD = replace(QUIET, drawn=True, judged=True)
FLAGGED_HEARD = replace(FLAGGED, drawn=True, judged=True)
SEEN = replace(FLAGGED, judged=True)
CARDS = {FLAGGED: 160, FLAGGED_HEARD: 40, QUIET: 640, HEARD: 160}
CELLS = [
    cell(FLAGGED, None, 160),
    cell(FLAGGED_HEARD, True, 20),
    cell(FLAGGED_HEARD, False, 20),
    cell(HEARD, True, 8, Verdict.PASS),
]


def test_a_rate_is_the_machines_corrected_by_the_random_sample() -> None:
    found = counted(CARDS, CELLS)
    (problem,) = found.problems
    assert (found.calls, found.sampled, found.lacking) == (1_000, 200, 0)
    assert problem.rate is not None and (problem.charged, problem.calls) == (200, 1_000)
    assert problem.rate.value == pytest.approx(0.2 * 0.5 + 0.8 * 8 / 160)  # 14 %
    assert problem.rate.low < 0.14 < problem.rate.high
    right = problem.agreement
    assert (right.precision.part, right.precision.whole) == (20, 40)
    assert (right.recall.part, right.recall.whole) == (20, 28)


def test_calls_that_were_reviewed_because_they_were_flagged_do_not_raise_it() -> None:
    some = {**CARDS, FLAGGED: 100, SEEN: 60}
    cells = [*CELLS[1:], cell(FLAGGED, None, 100), cell(SEEN, True, 60)]
    assert counted(some, cells).problems[0].rate == counted(CARDS, CELLS).problems[0].rate
    every = {FLAGGED_HEARD: 40, SEEN: 160, QUIET: 640, HEARD: 160}
    cells = [*CELLS[1:], cell(SEEN, True, 80), cell(SEEN, False, 80)]
    (problem,) = counted(every, cells).problems  # all flagged calls of the day: they count, once
    assert problem.rate is not None and problem.rate.reviewed == 360
    assert problem.rate.value == pytest.approx(0.14)


def test_flagged_calls_that_were_got_to_first_do_not_weigh_more() -> None:
    unheard = replace(QUIET, drawn=True)  # of the sample, people did not get to half of the quiet
    cards = {**CARDS, HEARD: 80, unheard: 80}
    cells = [*CELLS[:3], cell(HEARD, True, 4, Verdict.PASS)]
    (problem,) = counted(cards, cells).problems
    assert problem.rate is not None and problem.rate.value == pytest.approx(0.14)


def test_too_small_a_sample_gives_no_rate_but_how_many_are_wanting() -> None:
    few = {HEARD: 37, QUIET: 900}
    found = counted(few, [cell(HEARD, True, 2, Verdict.PASS)])
    assert (found.sampled, found.lacking, found.problems[0].rate) == (37, 63, None)


def test_what_people_left_open_is_not_counted_as_judged() -> None:
    cells = [*CELLS, cell(HEARD, None, 10, Verdict.UNSURE)]
    (problem,) = counted(CARDS, cells).problems
    assert problem.rate is not None and problem.rate.reviewed == 190


def test_counts_come_from_the_cards_as_they_stand(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(honest_rates, "ENOUGH", 3)
    with database.store() as store, given.reviews(database) as reviews:
        rude, polite = kept(store, "rude", RUDE), kept(store, "polite", POLITE)
        also = kept(store, "also", RUDE)
        kept(store, "waits", RUDE, team="二组")
        kept(store, "alone", RUDE, team="二组")
        saved = mark(reviews, INSPECTOR, rude, 0, [answer("taboo", "pass")])
        confirm(reviews, INSPECTOR, rude, saved.version, Reviewing())
        confirm(reviews, INSPECTOR, also, 0, Reviewing())
        saved = mark(reviews, INSPECTOR, polite, 0, [missed("taboo")])
        confirm(reviews, INSPECTOR, polite, saved.version, Reviewing())
    with RateSums(database.home, database.storage) as sums:
        whole, first, second = rates(sums, Stretch(sample=1.0))
        nobody, *_ = rates(sums, Stretch(sample=0.0))
    assert [(one.team, one.calls, one.sampled) for one in (whole, first, second)] == [
        ("", 5, 3),
        ("一组", 3, 3),
        ("二组", 2, 0),
    ]
    taboo = next(one for one in first.problems if one.item == "taboo")
    assert taboo.rate is not None and taboo.rate.value == pytest.approx(2 / 3)
    assert (taboo.charged, taboo.calls, taboo.agreement.failures) == (2, 3, 2)
    assert (taboo.agreement.precision.part, taboo.agreement.precision.whole) == (1, 2)
    assert taboo.agreement.recall.whole == 2, "a miss is seen where people listen at random"
    assert all(one.item != "answer" for one in whole.problems), "what only people judge is no flag"
    assert nobody.sampled == 0
