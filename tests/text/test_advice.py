"""Phrases that can never match, or that another one finds, are named; sensible ones are not."""

from pathlib import Path

import pytest

from pipeline.text.advice import advise
from tests.text.lexicons import lexicon, phrases


def advised(folder: Path, text: str) -> list[tuple[int, str]]:
    found = advise(lexicon(folder, text))
    return [(one.line or 0, one.reason.key.partition(".")[2]) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "unless_within: [不知道]\nphrases:\n  - 我不知道\n",
        "phrases:\n  - {phrase: 不能, unless_within: [不能]}\n",
        "unless_within: ['您*{4}清楚']\nphrases:\n  - 您不清楚\n",
    ],
    ids=["its file's excuse", "its own excuse", "an excuse with a gap"],
)
def test_a_phrase_that_is_always_vetoed_is_named(tmp_path: Path, text: str) -> None:
    line = text[: text.index("  - ")].count("\n") + 2  # a title comes before
    assert advised(tmp_path, text) == [(line, "never-found")]


@pytest.mark.parametrize(
    "text",
    [
        "unless_within: [您知不知道]\nphrases: [不知道]\n",
        "match: word\nphrases: [能不能, 功能, 不能]\n",
        "unless_within: [您好再见]\nphrases: ['您好*{4}再见']\n",
        "phrases: [行不行, 不行]\n",
        "match: regex\nphrases: ['^不(行|能)(的|啊){1,3}$', '[A-Z]*\\d+号', 'abc\\.']\n",
    ],
)
def test_a_phrase_that_may_match_is_left_alone(tmp_path: Path, text: str) -> None:
    assert "never-found" not in [key for _, key in advised(tmp_path, text)]
    assert "never-in-form" not in [key for _, key in advised(tmp_path, text)]


@pytest.mark.parametrize("pattern", ["您好，请问", "VIP", "a b", "沒辦法", "对！"])
def test_a_regex_with_what_never_occurs_is_named(tmp_path: Path, pattern: str) -> None:
    (one,) = advise(phrases(tmp_path, f"'{pattern}'", match="regex"))
    assert one.reason.key == "advice.never-in-form"


def test_a_phrase_that_another_one_finds_is_named_with_it(tmp_path: Path) -> None:
    (one,) = advise(phrases(tmp_path, "我不知道啊", "不知道"))
    assert one.line == 4
    assert one.reason.values == {"found": "我不知道啊", "other": "不知道", "other_line": 5}


@pytest.mark.parametrize(
    "text",
    [
        "match: word\nphrases: [我不知道啊, 不知道]\n",
        "phrases: [我不知道啊, {phrase: 不知道, unless_within: [我不知道您]}]\n",
        "phrases: [{phrase: 我没办法, sound: true}, 办法]\n",
        "phrases: ['您好*{4}再见', 您好]\n",
    ],
    ids=["words have boundaries", "it is excused more often", "it has no sound", "gaps"],
)
def test_a_longer_phrase_that_finds_more_is_left_alone(tmp_path: Path, text: str) -> None:
    assert advised(tmp_path, text) == []
