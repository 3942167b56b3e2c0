"""The normal form forgets how a text is written, never where."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text.normal import form_of, normal
from pipeline.text.sound import sounds, syllables

settings.register_profile("text", deadline=None)  # the first character loads OpenCC, pypinyin
settings.load_profile("text")
MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from("您好不能知道，。？！ 　ＡＢｃ１２３ 麼後裡著⼀㎏ﬁ①é😀\t\n\u200b\ufeff"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("您好，请问！", "您好请问"),
        ("ＡＢＣ　１２３", "abc123"),
        ("您能不能幫我查詢後面的賬單", "您能不能帮我查询后面的账单"),
        ("傻 逼", "傻逼"),
        ("妳什麼意思", "你什么意思"),
        ("瞭解", "了解"),
        ("100%", "100%"),
        ("[数字x]", "数字x"),
        ("", ""),
        ("……", ""),
    ],
)
def test_what_is_written_differently_becomes_the_same(written: str, form: str) -> None:
    assert normal(written).text == form


def test_numbers_in_words_stay_words() -> None:
    assert normal("一定给您办").text == "一定给您办"


@given(MIXED)
@example("㎏ﬁ①")
@example("e\u0301")
def test_every_character_maps_back_to_the_one_it_comes_from(text: str) -> None:
    form = normal(text)
    assert form_of(text) == form.text
    assert len(form.origin) == len(form.text)
    assert list(form.origin) == sorted(form.origin)
    for at, (character, origin) in enumerate(zip(form.text, form.origin, strict=True)):
        assert character in normal(text[origin]).text
        assert form.original(at, at + 1) == (origin, origin + 1)


@given(MIXED)
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    form = normal(text).text
    assert normal(form).text == form


@given(MIXED, MIXED)
def test_a_phrase_has_the_same_form_inside_any_text(left: str, right: str) -> None:
    assert normal(left + "不知道" + right).text == normal(left).text + "不知道" + normal(right).text


@given(MIXED)
def test_sounds_stand_where_the_characters_stand(text: str) -> None:
    heard = syllables(text)
    assert heard.origin == tuple(normal(text).origin)
    assert len(heard.symbols) == len(heard.origin) == len(sounds(normal(text).text))
