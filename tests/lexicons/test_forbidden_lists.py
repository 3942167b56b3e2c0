"""Every phrase that others forbid is in a lexicon, or left out with a written reason."""

import csv
import re
from collections.abc import Iterator
from functools import cache

import pytest

from pipeline.configuration.resources import folder
from pipeline.text.lexicon import Lexicon, load_lexicons
from pipeline.text.match import find_all
from pipeline.text.normal import normal
from tests.lexicons.test_lexicons import ASKED, CHARGED
from tests.real import real_input

DOMAIN = {
    # B3–B7 of the requirements, as they are worded there
    "forbidden": "我不知道、我不清楚、我不了解、我不能、你明白吗、你知道吗、你什么意思、"
    "你先听我说完好不好、我再跟您说一遍",
    "in-context": "不知道、不清楚、不了解、不能",
    "restricting": "我只能、我没有权利",
    "impolite-you": "你好请讲、请你提供一下",
    "jargon": "这是个BUG、前台那边、后台处理",
    "promises": "我保证、肯定没问题、一定能",
    "vague-promises": "保证、肯定会",
    "shirking": "这不是我们部门的事、你打别的电话",
    "refusing-complaints": "投诉也没用、您就别投诉了",
    "courtesy": "您好、请稍等、谢谢、对不起、很抱歉",
    "apology": "很抱歉，没能帮助到您",
    "blame-taken": "对不起，可能是我解释得不清楚",
    "hold-notice": "请稍等",
    "back-from-hold": "让您久等了",
}
SAID = [(name, text) for name, texts in DOMAIN.items() for text in texts.split("、")]


@cache
def lexicons() -> dict[str, Lexicon]:
    return load_lexicons(folder("lexicons"))


def left_out() -> dict[str, str]:
    with (folder("lexicons") / "left-out.tsv").open(encoding="utf-8", newline="") as file:
        return {row["短语"]: row["原因"] for row in csv.DictReader(file, delimiter="\t")}


def phrases(written: str) -> Iterator[str]:
    """哎！/喂！ are two; 我（我们）处理不了 as well."""
    for one in written.split("/"):
        inside = re.fullmatch(r"(.+?)（\1(.*?)）(.*)", one)
        yield from (inside[1] + inside[3], inside[1] + inside[2] + inside[3]) if inside else (one,)


def where(text: str) -> list[str]:
    return [name for name in (*CHARGED, *ASKED) if find_all(lexicons()[name], text)]


@pytest.mark.real_inputs
def test_every_phrase_of_the_lists_of_others_is_ours_or_left_out_with_a_reason() -> None:
    path = real_input("text/forbidden_phrases_zh.tsv")
    listed = [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]]
    every = [phrase for written in listed for phrase in phrases(written)]
    assert len(every) > 150
    omitted = {normal(phrase).text for phrase in left_out()}
    missing = [p for p in every if not where(p) and normal(p).text not in omitted]
    assert missing == []


def test_what_is_left_out_is_nowhere_and_says_why() -> None:
    for phrase, reason in left_out().items():
        assert where(phrase) == [], phrase
        assert len(reason) >= 10, phrase


@pytest.mark.parametrize(("name", "text"), SAID)
def test_what_the_domain_names_is_in_its_lexicon(name: str, text: str) -> None:
    assert find_all(lexicons()[name], text)


@pytest.mark.parametrize(
    "text", ["您知道吗，我们有新的套餐", "能不能请您再说一遍", "您清不清楚流程", "我帮您问一下"]
)
def test_what_only_looks_like_it_must_not_be_found(text: str) -> None:
    assert where(text) == []
