"""What rose, what agents could not answer, and who called again."""

import random
from math import log, sqrt
from pathlib import Path

import pytest

from pipeline.insight.comparing import Difference, adjusted, log_odds
from pipeline.insight.news import (
    Visit,
    called_again,
    gaps,
    risen,
    risen_topics,
    risen_words,
    unanswered,
)
from pipeline.insight.talks import Bag, Talk, talk
from pipeline.scoring.agreement import Share
from pipeline.text.lexicon import Lexicon, load_lexicon
from tests.talk import talk as said


def test_what_came_up_more_this_week_has_risen() -> None:
    found = risen({"漫游": 60, "话费": 100}, 1_000, {"漫游": 60, "话费": 400}, 4_000)
    assert [one.what for one in found] == ["漫游"]
    assert found[0].times == pytest.approx(4)
    assert found[0].difference.interval is not None and found[0].difference.interval[0] > 0


def test_what_fell_or_is_rare_has_not_risen() -> None:
    assert risen({"漫游": 10}, 1_000, {"漫游": 200}, 4_000) == ()
    assert risen({"漫游": 4}, 1_000, {}, 4_000) == ()


def test_chance_among_a_thousand_words_is_no_news() -> None:
    dice = random.Random(5)
    words = [f"词{n}" for n in range(1_000)]
    calls = [Bag(str(n), tuple(dice.sample(words, 20))) for n in range(1_000)]
    assert len(risen_words(calls[:200], calls[200:])) <= 1


def test_topics_rise_as_words_do() -> None:
    before = ["话费"] * 200 + ["漫游"] * 50
    assert [one.what for one in risen_topics(["话费"] * 30 + ["漫游"] * 32, before)] == ["漫游"]


def test_log_odds_by_hand() -> None:
    value, z = log_odds(Share(30, 100), Share(60, 400))
    prior = 100 * 90 / 500  # 18
    one, other = (30 + prior) / (200 - 30 - prior), (60 + prior) / (500 - 60 - prior)
    assert value == pytest.approx(log(one / other))
    assert z == pytest.approx(log(one / other) / sqrt(1 / 48 + 1 / 78))
    assert log_odds(Share(0, 10), Share(0, 10)) == (0, 0)
    assert log_odds(Share(10, 10), Share(10, 10)) == (0, 0)


def test_a_rare_word_that_differs_gets_a_small_z() -> None:
    assert log_odds(Share(3, 1_000), Share(0, 1_000))[1] < 2
    assert log_odds(Share(60, 1_000), Share(20, 1_000))[1] > 3


def test_many_questions_are_corrected_for_their_number() -> None:
    # Benjamini, Hochberg by hand: 0.01·4/1, 0.02·4/2, 0.04·4/3 and 0.9
    assert adjusted([0.02, 0.01, 0.9, 0.04]) == pytest.approx((0.04, 0.04, 0.9, 0.04 * 4 / 3))
    assert adjusted([]) == ()


def test_a_difference_of_shares_has_newcombes_interval() -> None:
    # Newcombe 1998, example (a): 56/70 − 48/80, method 10: 0.0524 to 0.3339
    found = Difference(Share(56, 70), Share(48, 80))
    assert found.value == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert Difference(Share(1, 2), Share(0, 0)).interval is None


@pytest.fixture
def unknowing(tmp_path: Path) -> Lexicon:
    path = tmp_path / "unknowing.yaml"
    path.write_text("title: 答不上\nphrases: [不清楚, 不知道]\n", "utf-8")
    return load_lexicon(path)


def test_questions_that_nobody_could_answer_are_counted_by_topic(unknowing: Lexicon) -> None:
    asked = _talk(
        "客户 1 携号转网要几天", "坐席 3 这个我不清楚", "客户 6 转网违约金呢", "坐席 9 不知道"
    )
    fine = _talk("客户 1 携号转网要几天", "坐席 3 一般三天")
    calls = (_named(asked, "问"), _named(fine, "答"))
    cases = [case for one in calls for case in unanswered(one, unknowing)]
    (gap,) = gaps(cases, {"问": "转网", "答": "转网"}, {"转网": 2})
    assert (gap.topic, gap.unanswered) == ("转网", Share(1, 2))
    assert gap.examples == (("问", 1), ("问", 3))
    assert "转网" in gap.words


def test_what_the_customer_does_not_know_is_no_gap(unknowing: Lexicon) -> None:
    asked = _talk("坐席 1 您的订单号", "客户 3 我不清楚", "坐席 6 没关系")
    assert unanswered(asked, unknowing) == ()
    unasked = _talk("坐席 1 不知道您方便吗", "客户 3 方便")
    assert unanswered(unasked, unknowing) == ()


def test_topics_by_how_often_customers_call_again() -> None:
    visits = [
        Visit(customer="甲", day=1, topic="宽带"),
        Visit(customer="甲", day=4, topic="话费"),
        Visit(customer="乙", day=2, topic="宽带"),
        Visit(customer="乙", day=12, topic="宽带"),
        Visit(customer="丙", day=3, topic="话费"),
        Visit(customer="丁", day=20, topic="宽带"),
    ]
    found = {one.topic: one.again for one in called_again(visits)}
    # of 宽带 on days 1, 2, 12 only the first came back within 7; that of day 20 is too new to tell
    assert found == {"宽带": Share(1, 3), "话费": Share(0, 2)}


def _talk(*lines: str) -> Talk:
    return talk(said(*lines))


def _named(one: Talk, name: str) -> Talk:
    return Talk(name, one.turns)
