"""Phrases found: spelled, by words, by sound; and the look-alikes that must not be."""

import time
from pathlib import Path

import pytest

from pipeline.hit import Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import broken_examples, find_all, nearest
from tests.text.lexicons import lexicon, phrases


def quotes(words: Lexicon, text: str) -> list[str]:
    return [text[match.start : match.end] for match in find_all(words, text)]


@pytest.fixture(scope="module")
def unable(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return phrases(
        tmp_path_factory.mktemp("words"),
        *("不能", "不知道", "不清楚", "是我们", "不了解"),
        match="word",
        unless_within="[不能不, '您*{4}不知道']",
    )


@pytest.mark.parametrize(
    "said",
    [
        "这个不能办",
        "我不知道啊",
        "我不 知道",
        "我不，清楚",
        "我不知道不知道",
        "这个 不能",
        "Ａ套餐不能退",
        "是我們的錯",
        "您好。我不知道",
    ],
)
def test_a_phrase_is_found_however_it_is_written(unable: Lexicon, said: str) -> None:
    assert find_all(unable, said)


@pytest.mark.parametrize(
    "said",
    [
        "能不能快一点",
        "您能不，能快一点",
        "您能、不能快一点",
        "发货了不了解",
        "您知不知道密码",
        "您清不清楚",
        "知道不知道",
        "清楚不清楚",
        "是不是我们",
        "功能不错",
        "可能不行",
        "不能不说",
        "您可能不知道",
        "办不办不。能办",
        "",
        "，。！",
    ],
)
def test_what_looks_like_a_phrase_is_none(unable: Lexicon, said: str) -> None:
    assert not find_all(unable, said)


def test_an_excuse_holds_in_its_own_clause_only(tmp_path: Path) -> None:
    polite = phrases(tmp_path, "不知道", unless_within="[不知道您, '您*{4}不知道']")
    assert not find_all(polite, "不知道您是否方便")
    assert quotes(polite, "不知道，您问别人吧") == ["不知道"]
    assert quotes(polite, "您好，不知道") == ["不知道"]


def test_an_excuse_may_reach_over_either_end(tmp_path: Path) -> None:
    words = phrases(tmp_path, "我不知道", "不知道啊", unless_within="[不知道您, '您*{4}不知道']")
    assert not find_all(words, "我不知道您贵姓")
    assert not find_all(words, "您也不知道啊")
    assert quotes(words, "我不知道啊您") == ["我不知道", "不知道啊"]
    one = phrases(tmp_path, "给您办", unless_within="[办好]")
    assert quotes(one, "给您办好") == ["给您办"]


def test_offsets_are_those_of_the_given_text(tmp_path: Path) -> None:
    words = phrases(tmp_path, "傻逼", "您好*{6}再见")
    assert quotes(words, "😀 ㎏ 你 傻 、逼 啊") == ["傻 、逼"]
    assert quotes(words, "嗯，您好，就这样，再 见！") == ["您好，就这样，再 见"]


def test_overlapping_phrases_are_all_found_in_order(tmp_path: Path) -> None:
    words = phrases(tmp_path, "我不知道", "不知道", "不知道啊", "道啊")
    assert quotes(words, "我不知道啊") == ["我不知道", "不知道", "不知道啊", "道啊"]


@pytest.mark.parametrize(
    ("phrase", "said", "found"),
    [
        ("甲*{2}乙", "甲一二乙", ["甲一二乙"]),
        ("甲*{2}乙", "甲一二三乙", []),
        ("甲*{2}乙", "甲，一。二！乙", ["甲，一。二！乙"]),
        ("甲*{2}乙", "乙一甲", []),
        ("甲*{2}*乙", "乙一甲", ["乙一甲"]),
        ("甲*{2}*乙", "甲乙", ["甲乙"]),
        ("甲*{0}乙", "甲乙", ["甲乙"]),
        ("甲*{9}乙", "甲甲乙乙", ["甲乙"]),
        ("甲*{2}乙*{2}丙", "甲一乙二丙", ["甲一乙二丙"]),
        ("甲*{2}乙*{2}丙", "甲一乙丙二丙", ["甲一乙丙"]),
        ("甲*{2}乙*{2}*丙", "丙二甲一乙", ["丙二甲一乙"]),
        ("甲*{1}乙*{9}丙", "甲乙甲一二乙三丙", ["甲乙甲一二乙三丙"]),
    ],
)
def test_gaps_hold_up_to_their_size_and_the_shortest_span_counts(
    tmp_path: Path, phrase: str, said: str, found: list[str]
) -> None:
    assert quotes(phrases(tmp_path, f"'{phrase}'"), said) == found


@pytest.mark.parametrize("said", ["我不之道", "我不知到", "这边不自道啊"])
def test_a_sound_alike_is_found_as_one(tmp_path: Path, said: str) -> None:
    words = phrases(tmp_path, "不知道", match="word", sound="true")
    assert [match.kind for match in find_all(words, said)] == [Kind.SOUND]


@pytest.mark.parametrize(
    "said",
    ["部置到", "能不能", "您之不知道", "不知道", "您不之道"],
    ids=["other words", "too short", "a question misheard", "spelled out", "excused by sound"],
)
def test_a_sound_alike_is_not_believed_lightly(tmp_path: Path, said: str) -> None:
    words = phrases(
        tmp_path, "不知道", "不能", match="word", sound="true", unless_within="[您不知道]"
    )
    assert Kind.SOUND not in [match.kind for match in find_all(words, said)]


def test_a_short_phrase_is_heard_only_if_it_says_so(tmp_path: Path) -> None:
    short = phrases(tmp_path, "稍等", sound="true")
    assert not find_all(short, "烧等")
    told = phrases(tmp_path, "{phrase: 稍等, sound: true}")
    assert [match.kind for match in find_all(told, "烧等")] == [Kind.SOUND]


def test_what_is_spelled_out_is_no_sound_alike(tmp_path: Path) -> None:
    words = phrases(tmp_path, "不知道", match="sound")
    assert [match.kind for match in find_all(words, "我不知道")] == [Kind.TEXT]


def test_a_word_hit_does_not_run_over_the_end_of_a_sentence(tmp_path: Path) -> None:
    words = phrases(tmp_path, "不能", match="word")
    assert not find_all(words, "这样办不？能帮我吗")
    assert find_all(phrases(tmp_path, "再见祝您愉快", match="word"), "再见，祝您愉快")


def test_a_regex_sees_the_normal_form(tmp_path: Path) -> None:
    words = phrases(tmp_path, "'^不行(的|啊)*$'", match="regex")
    assert quotes(words, "不 行，啊。") == ["不 行，啊"]
    assert not find_all(words, "不行的话再说")


@pytest.mark.parametrize(
    "pattern",
    [
        "(对+)+吧",
        "(嗯|嗯嗯)*好",
        "(a|a)*b",
        "(.*)*吧$",
        "(对|对对)+$",
        "([对吧]+)*x",
        "(对?){50}吧",
    ],
)
def test_no_regex_takes_more_than_its_time(tmp_path: Path, pattern: str) -> None:
    words = phrases(tmp_path, f"'{pattern}'", match="regex")
    said = ("对" * 200 + "嗯" * 200 + "a" * 100) * 20
    find_all(words, "对")
    began = time.process_time()
    find_all(words, said)
    assert time.process_time() - began < 0.05


def test_repetition_loops_cost_no_more_than_other_text(tmp_path: Path) -> None:
    words = phrases(tmp_path, "'对*{20}对*{20}对*{20}吧'", "'对*{20}*吧'", sound="true")
    began = time.process_time()
    find_all(words, "对" * 10_000)
    assert time.process_time() - began < 1.0


def test_the_nearest_thing_said_is_found(tmp_path: Path) -> None:
    words = phrases(tmp_path, "请问您还需要其他帮助吗", "感谢您的致电")
    near = nearest(words, "好的，那您还需要其它帮忙吗，没有就这样")
    assert near is not None
    assert near.phrase == "请问您还需要其他帮助吗"
    assert 0.6 < near.score < 1
    assert "还需要其它帮" in "好的，那您还需要其它帮忙吗，没有就这样"[near.start : near.end]


def test_the_nearest_is_certain_when_it_is_said_and_none_when_nothing_is(tmp_path: Path) -> None:
    words = phrases(tmp_path, "感谢您的致电")
    said = nearest(words, "好的，感谢您的致电，再见")
    assert said is not None
    assert (said.start, said.end, said.score) == (3, 9, 1.0)
    assert nearest(words, "") is None


def test_one_word_of_a_phrase_is_not_the_phrase(tmp_path: Path) -> None:
    near = nearest(phrases(tmp_path, "感谢您的致电"), "您")
    assert near is None or near.score < 0.5


def test_examples_that_do_not_hold_are_named_with_their_lines(tmp_path: Path) -> None:
    words = lexicon(
        tmp_path,
        "phrases: [不能]\n"
        "must_match:\n  - 不能\n  - 不行\n"
        "must_not_match:\n  - 能不能\n  - 这个不能\n",
    )
    assert broken_examples(words) == (
        (5, "must_match", "不行", ""),
        (8, "must_not_match", "这个不能", "不能"),
    )
