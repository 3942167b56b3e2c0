from itertools import islice
from random import Random

import pytest

from models.train.corpus import CALLS, TEXT, held_out, plain, speakable, utterances
from models.train.phrases import Grammar, number, spoken
from models.train.tokenizer import characters


def test_every_pattern_can_be_filled_with_characters_that_the_model_writes() -> None:
    known, random = set(characters()), Random(1)
    grammar = Grammar().read([*TEXT.glob("*.txt"), CALLS / "slots.txt"])
    for line in grammar.lines():
        for _ in range(3):
            said = plain(grammar.expand(line, random))
            assert known.issuperset(said), (line, set(said) - known)


def test_a_seed_decides_everything() -> None:
    first, again, other = (
        [said.text for said in islice(utterances(Random(seed)), 50)] for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_training_and_evaluation_never_share_a_sentence() -> None:
    trained = {plain(said.text) for said in islice(utterances(Random(5)), 1500)}
    kept = {plain(said.text) for said in islice(utterances(Random(6), train=False), 40)}
    assert not trained & kept
    assert all(held_out(text) for text in kept)
    assert not any(held_out(text) for text in trained)


def test_utterances_can_be_spoken() -> None:
    assert all(speakable(said.text) for said in islice(utterances(Random(7)), 300))


def test_scenes_stay_in_order() -> None:
    scenes = [said.scene for said in islice(utterances(Random(8)), 300) if said.scene >= 0]
    assert scenes == sorted(scenes)
    assert len(set(scenes)) > 3


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (10_000, "一万"),
        (10_500, "一万零五百"),
        (123_456, "十二万三千四百五十六"),
        (1_000_000, "一百万"),
    ],
)
def test_numbers_are_counted(n: int, said: str) -> None:
    assert number(n) == said


def test_two_of_something() -> None:
    assert [spoken(n) for n in (2, 12, 20, 200, 2000, 22_000)] == [
        "两",
        "十二",
        "二十",
        "二百",
        "两千",
        "两万两千",
    ]


def test_a_rule_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        Grammar().expand("{nothing}", Random(0))


def test_rules_in_a_circle_are_an_error() -> None:
    with pytest.raises(KeyError, match="circle"):
        Grammar({"a": ["{b}"], "b": ["{a}"]}).expand("{a}", Random(0))
