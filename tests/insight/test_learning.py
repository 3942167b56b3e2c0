"""What decisions teach: models that can be believed, and when there are too few."""

import json
import random
from math import exp
from pathlib import Path

import pytest

from pipeline.call import Reason, Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.insight.calibration import measured, threshold
from pipeline.insight.learning import Answer, Learned, Model, TooFew, Traits, learned
from pipeline.insight.settling import Rule, settles, still_right, traits
from pipeline.scoring.risk import expected_loss, rank
from pipeline.scoring.scorecard import ItemResult
from tests.scoring.rules import Rules
from tests.talk import talk


def answers(count: int, seed: int = 3) -> list[Answer]:
    """People uphold what was heard well, and hardly ever 没办法."""
    dice = random.Random(seed)
    made = []
    for at in range(count):
        trust, phrase = dice.random(), dice.choice(("不知道", "没办法"))
        score = 4 * trust - 1 - 2 * (phrase == "没办法")
        known = Traits(numbers={"trust": trust}, words={"phrase": phrase})
        made.append(Answer(traits=known, upheld=dice.random() < 1 / (1 + exp(-score)), at=at))
    return made


def test_what_was_heard_well_is_likelier_to_be_upheld() -> None:
    found = learned("taboo", answers(2_000))
    assert isinstance(found, Learned)
    heard = Traits(numbers={"trust": 0.9}, words={"phrase": "不知道"})
    guessed = Traits(numbers={"trust": 0.2}, words={"phrase": "没办法"})
    assert found.model.probability(heard) == pytest.approx(0.93, abs=0.05)
    assert found.model.probability(guessed) == pytest.approx(0.1, abs=0.05)
    assert found.measured.skill > 0.1
    assert found.measured.error < 0.1


def test_it_is_measured_on_later_decisions_than_it_was_made_from() -> None:
    given = answers(1_000)
    found = learned("taboo", random.Random(1).sample(given, len(given)))
    assert isinstance(found, Learned)
    assert (found.model.decisions, found.measured.decisions) == (750, 250)
    assert found.model.version == 749  # the newest that it was made from
    turned = given[:750] + [
        Answer(traits=one.traits, upheld=not one.upheld, at=one.at) for one in given[750:]
    ]
    worse = learned("taboo", turned)
    assert isinstance(worse, Learned)
    assert worse.model == found.model
    assert worse.measured.skill < 0


def test_a_model_is_plain_json_and_is_applied_from_it() -> None:
    found = learned("taboo", answers(1_000))
    assert isinstance(found, Learned)
    stored = json.loads(json.dumps(found.model.as_json()))
    again = Model.from_json(stored)
    assert again == found.model
    new = Traits(numbers={"trust": 0.4}, words={"phrase": "从没见过"})
    assert again.probability(new) == found.model.probability(new)
    assert Model.from_json({**stored, "format": 0}) is None


def test_with_too_few_decisions_it_says_how_many_are_needed() -> None:
    one_kind = learned("taboo", [a for a in answers(100) if a.upheld])
    assert isinstance(one_kind, TooFew) and one_kind.needed is None
    few = learned("taboo", answers(150))
    assert isinstance(few, TooFew) and (few.decisions, few.needed) == (150, 200)
    rare = [Answer(traits=a.traits, upheld=a.at >= 5, at=a.at) for a in answers(300)]
    lacking = learned("taboo", rare)
    assert isinstance(lacking, TooFew)
    assert lacking.needed == 1_200  # 5 of 300 were rejected: 20 are to be expected among 1,200
    assert isinstance(learned("taboo", []), TooFew)


def test_the_figures_of_ten_probabilities_by_hand() -> None:
    found = measured([(0.1, False), (0.1, False), (0.8, True), (0.8, False)], base=0.5)
    assert [(b.foretold, b.upheld.part, b.upheld.whole) for b in found.bins] == [
        (0.1, 0, 1), (0.1, 0, 1), (0.8, 0, 1), (0.8, 1, 1),
    ]  # fmt: skip
    assert found.error == pytest.approx((0.1 + 0.1 + 0.8 + 0.2) / 4)
    assert found.brier == pytest.approx((0.01 + 0.01 + 0.04 + 0.64) / 4)
    assert found.base_brier == 0.25


def test_bins_are_of_equal_count() -> None:
    found = measured([(number / 1_003, True) for number in range(1_003)], base=0.5)
    assert {b.upheld.whole for b in found.bins} <= {100, 101}
    assert sum(b.upheld.whole for b in found.bins) == 1_003


def test_a_threshold_needs_the_whole_interval_and_enough_decisions() -> None:
    sure = [(0.99, True)] * 300 + [(0.6, False)] * 50 + [(0.6, True)] * 50
    found = threshold(sure, at_least=0.95)
    assert found is not None
    assert (found.probability, found.upheld.part, found.upheld.whole) == (0.99, 300, 300)
    assert threshold(sure[:99], at_least=0.95) is None
    doubtful = sure[:300] + [(0.85, True)] * 10  # an average of 99 % does not carry them
    low = threshold(doubtful, at_least=0.9)
    assert low is not None and low.probability == 0.99
    assert threshold([(0.99, True)] * 100, at_least=0.99) is None  # 100 of 100 do not show 99 %


def test_a_rule_settles_nothing_of_the_random_share_nor_of_other_items() -> None:
    rule = Rule(item="taboo", from_probability=0.95, at_least=0.98, checked=0.1)
    assert settles(rule, "taboo", 0.95, lot=0.1)
    assert not settles(rule, "taboo", 0.95, lot=0.0999)
    assert not settles(rule, "taboo", 0.9499, lot=0.5)
    assert not settles(rule, "abuse", 0.99, lot=0.5)


def test_a_rule_falls_when_people_clearly_disagree() -> None:
    rule = Rule(item="taboo", from_probability=0.95, at_least=0.98, checked=0.1)
    assert still_right(rule, [])
    assert still_right(rule, [True] * 60 + [False] * 2)
    assert not still_right(rule, [True] * 50 + [False] * 10)


TABOO = "points: 5, forbid: {find: phrase, lexicon: taboo, speaker: agent}"
PRAISE = "points: 20, fatal: card, forbid: {find: phrase, lexicon: praise, speaker: agent}"
RUDE = talk("坐席 1-2 您好", "客户 3 查话费", "坐席 10-12 这个我不知道", duration=100)


def test_traits_are_what_was_known_before_anybody_looked() -> None:
    hit = Hit(
        start=10.0, end=11.0, speaker=Speaker.AGENT, what="不知道", kind=Kind.SOUND,
        quote="不知道", confidence=0.7, turn=2,
    )  # fmt: skip
    found = traits(RUDE, _item(Verdict.UNSURE, evidence=(hit,)), topic="话费")
    assert found.numbers == pytest.approx(
        {"hits": 1, "trust": 0.7, "position": 0.1, "role": 1.0, "length": 6, "rate": 3}
    )
    assert found.words == {
        "verdict": "unsure", "medium": "voice", "topic": "话费",
        "kind": "sound", "phrase": "不知道",
    }  # fmt: skip
    bare = traits(RUDE, _item(Verdict.FAIL))
    assert bare.numbers == {"hits": 0} and "kind" not in bare.words


def test_what_is_expected_to_cost_most_comes_first(tmp_path: Path) -> None:
    card = Rules(tmp_path).card(RUDE, TABOO, PRAISE)
    assert [item.verdict for item in card.items] == [Verdict.FAIL, Verdict.PASS]
    assert expected_loss(card, {}) == pytest.approx(5 / 25)
    assert expected_loss(card, {"i1": 0.5}) == pytest.approx(0.5 * 5 / 25)
    assert rank(card, {"i1": 0.9}) > rank(card, {"i1": 0.3}) > 0
    deadly = Rules(tmp_path).card(talk("坐席 1 服务真好"), TABOO, PRAISE)
    assert expected_loss(deadly, {"i2": 0.7}) == pytest.approx(1 - 0.3 * (1 - 0.7 * 20 / 25))
    assert rank(deadly, {"i2": 0.7}) > rank(card, {})
    clean = Rules(tmp_path).card(talk("坐席 1 您好"), TABOO, PRAISE)
    assert rank(clean, {}) == 0


def _item(verdict: Verdict, evidence: tuple[Hit, ...] = ()) -> ItemResult:
    return ItemResult(
        id="taboo", ask="", section="", verdict=verdict, points_lost=0, at_stake=5, max=5,
        reason=Reason("x"), evidence=evidence,
    )  # fmt: skip
