"""Decisions of people outlive a change of rules where it is still about the same words."""

import pytest

from pipeline.call import Reason, Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.scoring.agreement import Share, agreement
from pipeline.scoring.decision import Decision, follows, standing
from pipeline.scoring.scorecard import ItemResult


def result(*spans: tuple[float, float], item: str = "forbidden") -> ItemResult:
    hits = tuple(
        Hit(start=start, end=end, speaker=Speaker.AGENT, what="不知道", kind=Kind.WORD)
        for start, end in spans
    )
    return ItemResult(
        id=item,
        ask="",
        section="",
        verdict=Verdict.FAIL if hits else Verdict.PASS,
        points_lost=0,
        at_stake=0,
        max=1,
        reason=Reason(""),
        evidence=hits,
    )


@pytest.mark.parametrize(
    ("decided", "now"),
    [
        ([(8, 9)], [(8, 9)]),
        ([(8, 9)], [(8, 9), (40, 41)]),
        ([(8, 9), (20, 21)], [(8, 9)]),
        ([(8, 10)], [(9, 11)]),
        ([(8, 11)], [(8, 9)]),  # a shorter phrase in the same words
        ([(5, 5)], [(5, 5)]),  # a chat: a moment has no length
        ([], []),
    ],
)
def test_a_decision_follows_where_half_of_what_it_was_on_is_there_again(
    decided: list[tuple[float, float]], now: list[tuple[float, float]]
) -> None:
    assert follows(result(*decided), result(*now))


@pytest.mark.parametrize(
    ("decided", "now"),
    [
        ([(8, 9)], [(40, 41)]),
        ([(8, 9)], []),
        ([], [(8, 9)]),
        ([(8, 9), (20, 21), (30, 31)], [(8, 9)]),
        ([(8, 10)], [(9.5, 11.5)]),
        ([(5, 5)], [(6, 6)]),
    ],
)
def test_it_must_not_follow_to_other_words(
    decided: list[tuple[float, float]], now: list[tuple[float, float]]
) -> None:
    assert not follows(result(*decided), result(*now))


def test_it_must_not_follow_to_another_item() -> None:
    assert not follows(result((8, 9)), result((8, 9), item="restricting"))


def test_the_last_decision_on_an_item_counts() -> None:
    said = [
        Decision(item="a", verdict=Verdict.PASS, by="x"),
        Decision(item="b", verdict=Verdict.FAIL, by="x"),
        Decision(item="a", verdict=Verdict.FAIL, by="y"),
    ]
    assert {item: d.verdict for item, d in standing(said).items()} == {
        "a": Verdict.FAIL,
        "b": Verdict.FAIL,
    }


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    share = Share(part, whole)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_nothing_counted_has_no_rate() -> None:
    assert (Share(0, 0).rate, Share(0, 0).low, Share(0, 0).high) == (None, None, None)


def test_precision_is_of_the_charged_and_recall_of_the_failures() -> None:
    fail, ok, unsure = Verdict.FAIL, Verdict.PASS, Verdict.UNSURE
    found = agreement(
        [(fail, fail), (fail, ok), (ok, fail), (unsure, fail), (ok, ok), (unsure, ok)]
    )
    assert (found.precision, found.recall) == (Share(1, 2), Share(1, 3))
    assert found.recall_with_asked == Share(2, 3)
