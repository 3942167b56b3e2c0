"""The lexicons that come with the product: what each must and must not find."""

import random
from functools import cache
from itertools import permutations

import pytest

from benchmarks.disguises import POLITE, disguises, said
from pipeline.configuration.resources import folder
from pipeline.hit import Kind
from pipeline.text.lexicon import Lexicon, load_lexicons
from pipeline.text.match import broken_examples, find_all

NAMES = (
    *("greeting", "self-identification", "offer-more-help", "farewell", "courtesy", "apology"),
    *("hold-notice", "back-from-hold", "forbidden", "restricting", "rhetorical", "jargon"),
    *("promises", "shirking", "pushing-to-end", "impolite-you", "thanks", "phantoms", "prompts"),
    *("agent-talk", "customer-talk", "customer-refusal"),
)
CHARGED = (
    *("forbidden", "restricting", "rhetorical", "jargon", "promises", "shirking"),
    *("pushing-to-end", "impolite-you", "insults", "refusing-complaints"),
)
ASKED = ("in-context", "vague-promises")
"""Wordings that a person judges: they cost nothing."""
COUNTED = ("unknowing",)
"""What is counted and costs nothing, whatever else it costs elsewhere."""
NOT_AGENTS = ("customer-talk", "customer-wait", "customer-refusal", "phantoms")


@cache
def lexicons() -> dict[str, Lexicon]:
    return load_lexicons(folder("lexicons"))


LISTED = sorted(lexicons())


def test_every_lexicon_that_the_templates_name_is_there() -> None:
    assert set(NAMES) <= set(lexicons())


@pytest.mark.parametrize("name", LISTED)
def test_a_lexicon_lives_up_to_its_examples(name: str) -> None:
    assert broken_examples(lexicons()[name]) == ()


@pytest.mark.parametrize("name", LISTED)
def test_a_lexicon_has_a_title_and_examples_both_ways(name: str) -> None:
    words = lexicons()[name]
    assert words.title
    assert len(words.must_match) >= 2
    assert len(words.must_not_match) >= 2


@pytest.mark.parametrize("name", LISTED)
def test_every_phrase_alone_is_found(name: str) -> None:
    """No phrase is made useless by a veto or by an unless_within of its own lexicon."""
    words = lexicons()[name]
    for phrase in words.phrases:
        if phrase.parts:
            assert phrase.text in [match.phrase for match in find_all(words, said(phrase))]


@pytest.mark.parametrize(("one", "other"), list(permutations(CHARGED, 2)))
def test_one_saying_is_charged_in_one_place_only(one: str, other: str) -> None:
    sayings = [example.text for example in lexicons()[one].must_match]
    sayings += [said(phrase) for phrase in lexicons()[one].phrases]
    both = {saying: find_all(lexicons()[other], saying) for saying in sayings}
    assert {saying: found for saying, found in both.items() if found} == {}


@pytest.mark.parametrize("charged", CHARGED)
def test_what_is_good_manners_elsewhere_is_never_charged(charged: str) -> None:
    good = [name for name in LISTED if name not in (*CHARGED, *ASKED, *COUNTED, *NOT_AGENTS)]
    said_well = [e.text for name in good for e in lexicons()[name].must_match]
    said_well += [e.text for name in CHARGED for e in lexicons()[name].must_not_match]
    said_well += [said(p) for name in ("greeting", "farewell") for p in lexicons()[name].phrases]
    words = lexicons()[charged]
    assert {text: found for text in said_well if (found := find_all(words, text))} == {}


@pytest.mark.parametrize("name", LISTED)
def test_a_phrase_among_polite_words_is_found_where_it_stands(name: str) -> None:
    dice = random.Random(name)
    words = lexicons()[name]
    for phrase in words.phrases:
        if not phrase.parts:
            continue
        before = "".join(f"{clause}，" for clause in dice.sample(POLITE, dice.randrange(3)))
        for manner, spelled in disguises(said(phrase)).items():
            text = f"{before}{spelled}，{dice.choice(POLITE)}"
            spans = [(m.start, m.end) for m in find_all(words, text) if m.phrase == phrase.text]
            assert (len(before), len(before) + len(spelled)) in spans, (manner, text)


def test_without_punctuation_at_most_two_in_a_hundred_charged_phrases_are_missed() -> None:
    dice = random.Random(6)
    missed, count = [], 0
    for name in CHARGED:
        for phrase in lexicons()[name].phrases:
            if phrase.parts:
                count += 1
                text = dice.choice(POLITE) + said(phrase) + dice.choice(POLITE)
                found = find_all(lexicons()[name], text)
                missed += [text] if phrase.text not in [m.phrase for m in found] else []
    assert len(missed) <= 0.02 * count, missed


@pytest.mark.parametrize(
    "text",
    [
        "不是没办法，我们想想办法",
        "您刚才说您不知道密码，对吗",
        "您说的是客服让您打别的地方是吗",
        "我明白您的意思，您是说不能上网",
        "普通话请按一，为了保证服务质量您的通话将被录音",
        "您拨打的电话正在通话中，请稍后再拨",
        "啦啦啦啦",
        "您是想咨询能不能退款，知不知道进度，对吗",
        "请问是不是我们工作人员给您打的电话",
        "您看行不行",
        "可不可以麻烦您再说一遍",
        "我不确定，帮您核实一下",
        "这个功能不但能查话费，还能查流量",
        "不行的话我再帮您想别的办法",
        "您不用着急，我帮您看一下",
        "一定要带好身份证",
        "我肯定您的建议",
        "您稍等我不挂机",
        "只能您本人办理",
    ],
)
def test_negation_quotation_and_prompts_are_not_charged(text: str) -> None:
    found = {name: find_all(lexicons()[name], text) for name in CHARGED}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    ("name", "misheard"),
    [
        ("forbidden", "我不之道"),
        ("forbidden", "我再跟您说一便"),
        ("restricting", "我没有全利"),
        ("greeting", "您好，情讲"),
        ("offer-more-help", "请问您还需要其他帮住吗"),
        ("back-from-hold", "让您就等了"),
    ],
)
def test_a_phrase_misheard_is_found_by_its_sound(name: str, misheard: str) -> None:
    assert Kind.SOUND in [match.kind for match in find_all(lexicons()[name], misheard)]
