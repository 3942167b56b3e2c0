"""Phrases that a lexicon lacks."""

import pytest

from pipeline.insight.proposals import Marked, Other, proposals
from pipeline.scoring.agreement import Share

MARKED = [
    Marked("1", "这个我不清楚"),
    Marked("2", "具体的我不清楚"),
    Marked("3", "那我不清楚"),
    Marked("9", "我不清楚"),
    Marked("4", "您的事不归我管"),
    Marked("5", "这不归我管"),
    Marked("6", "反正不归我管"),
    Marked("7", "这个不归我管"),
]
OTHERS = [
    Other(str(number), ("您好", "这个我帮您查", "您不清楚的可以问我")) for number in range(20)
]


def test_what_is_common_to_marked_passages_and_rare_elsewhere_is_proposed() -> None:
    found = proposals(MARKED, OTHERS)
    clear = next(one for one in found if one.phrase == "我不清楚")
    assert (clear.precision, clear.recall, clear.more) == (Share(4, 4), Share(4, 8), 4)
    assert clear.where == ("1", "2", "3")
    assert sum(one.more for one in found) == 8


def test_what_is_said_by_everybody_is_not_proposed() -> None:
    found = proposals(MARKED, OTHERS)
    assert not any(one.phrase in ("这个", "不清楚", "您") for one in found)


def test_what_the_lexicon_finds_already_is_not_proposed_again() -> None:
    found = proposals(MARKED, OTHERS, known=("我不清楚",))
    assert found and not any("不清楚" in one.phrase for one in found)
    assert found[0].recall == Share(4, 4)


def test_one_slip_is_no_phrase() -> None:
    assert proposals(MARKED[:3], OTHERS) == ()
    assert proposals([], []) == ()


def test_precision_counts_calls_elsewhere_as_a_lexicon_would_find_them() -> None:
    many = [Marked(str(n), "你等一下") for n in range(30)]
    (found,) = proposals(
        many, [Other("x", ("麻烦你等一下好吗", "你等一下吧")), Other("y", ("您好",))]
    )
    assert found.precision == Share(30, 31)
    assert found.precision.rate == pytest.approx(30 / 31)


def test_no_phrase_goes_over_a_mark_or_is_longer_than_twelve_characters() -> None:
    many = [
        Marked(str(n), "好的，没别的事就挂了吧，后面还有很多很多人在排队等着我接电话呢")
        for n in range(9)
    ]
    phrases = [one.phrase for one in proposals(many, OTHERS)]
    assert phrases and all(2 <= len(phrase) <= 12 for phrase in phrases)
    assert not any("的没" in phrase for phrase in phrases)
