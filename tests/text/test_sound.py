"""What sounds alike to speakers and recognisers has the same symbols; what does not, has not."""

import pytest

from pipeline.text.sound import fold, readings, sounds, syllables
from pipeline.text.words import boundaries, words


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("不知道", "不之到"),
        ("是四十", "四是事"),
        ("您能", "领冷"),
        ("蓝牙", "南亚"),
        ("138", "一三八"),
        ("请稍等", "亲烧灯"),
    ],
)
def test_sound_alikes_share_their_symbols(said: str, heard: str) -> None:
    assert syllables(said).symbols == syllables(heard).symbols


@pytest.mark.parametrize(
    ("said", "other"), [("你知道吗", "您知道吗"), ("可以", "科技"), ("a1", "b1")]
)
def test_what_sounds_different_stays_different(said: str, other: str) -> None:
    assert sounds(said) != sounds(other)


@pytest.mark.parametrize(
    ("syllable", "folded"),
    [("zhong", "zong"), ("shang", "san"), ("ling", "lin"), ("nang", "lan"), ("ning", "lin")],
)
def test_confusable_sounds_are_folded(syllable: str, folded: str) -> None:
    assert fold(syllable) == folded


def test_a_word_with_another_reading_is_looked_for_in_both() -> None:
    by_character, by_word = readings("银行卡")
    assert by_word == sounds("银航卡") != by_character
    assert readings("不知道") == (sounds("不知道"),)


def test_words_joined_are_the_text() -> None:
    assert "".join(words("您好，请问有什么可以帮您")) == "您好，请问有什么可以帮您"


def test_boundaries_lie_between_words_of_the_dictionary() -> None:
    assert boundaries("您的功能不错") == {0, 1, 2, 4, 6}
    assert boundaries("") == {0}
    assert 2 in boundaries("一定能办下来")
