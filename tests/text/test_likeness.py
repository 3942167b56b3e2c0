"""Likeness in characters and in words: what it finds, and what it must not depend on."""

from pathlib import Path

import pytest

from pipeline.text.lexicon import Lexicon
from pipeline.text.likeness import most_alike
from tests.text.lexicons import phrases

UNITS = ("characters", "words")


@pytest.fixture
def wishes(tmp_path: Path) -> Lexicon:
    return phrases(tmp_path, "我要解除合同", "我要办理业务", "请问还有什么可以帮您的吗")


@pytest.mark.parametrize("unit", UNITS)
def test_the_same_is_wholly_alike_wherever_it_stands(wishes: Lexicon, unit: str) -> None:
    text = "好的，那我这边给您登记了。请问，还有什么可以帮您的吗？好的再见"
    (near,) = most_alike(wishes, [text], unit)
    assert near is not None
    assert (text[near.start : near.end], near.score) == ("请问，还有什么可以帮您的吗", 1)


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_is_alike_that_shares_nothing(wishes: Lexicon, unit: str) -> None:
    assert most_alike(wishes, ["几点下班", "", "。。。"], unit) == (None, None, None)


@pytest.mark.parametrize("unit", UNITS)
def test_a_score_must_not_depend_on_what_else_was_said(wishes: Lexicon, unit: str) -> None:
    alone = most_alike(wishes, ["这个合同我想解除"], unit)
    others = ["这个合同我想解除", "合同合同合同", "我要办理业务"]
    assert most_alike(wishes, others, unit)[0] == alone[0]


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_rare_among_the_phrases_weighs_more(wishes: Lexicon, unit: str) -> None:
    """Two phrases begin with 我要, one is about a 合同."""
    shared, rare = most_alike(wishes, ["我要", "解除合同"], unit)
    assert shared is not None
    assert rare is not None
    assert rare.score > shared.score


def test_a_lexicon_of_expressions_alone_is_like_nothing(tmp_path: Path) -> None:
    only = phrases(tmp_path, "'^我要.*'", match="regex")
    assert most_alike(only, ["我要解除合同"], "characters") == (None,)
