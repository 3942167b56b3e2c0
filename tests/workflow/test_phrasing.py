"""A phrase taken into a lexicon: one line more, every other as it was."""

from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.scoring.rulebook import texts_of
from pipeline.settings import Storage
from pipeline.storage import Audit
from pipeline.workflow.phrasing import Phrased, Phrasing, add_phrase, phrased
from pipeline.workflow.rules import rule_files
from tests.workflow.stored import write

STORAGE = Storage()
KEPT = """# 服务禁语：由质检班长维护
name: taboo
title: 禁语   # 谁都看得见
match: word
phrases:
  # 一问三不知
  - 不清楚            # 最常见
  - {phrase: 不了解, unless_within: [不了解的地方]}
  # 还没有想好的放这里

must_match: [我不清楚]   # 不能没有
must_not_match: [不了解的地方]
"""


def lines_added(before: str, after: str) -> list[str]:
    """The lines of the text after that are new; nothing else may differ."""
    old, new = before.split("\n"), after.split("\n")
    assert [line for line in new if line in old] == old
    return [line for line in new if line not in old]


def asked(home: Path, text: str, **how: object) -> Phrased:
    wish = Phrasing(text=text, **{"lexicon": "taboo", **how})  # type: ignore[arg-type]
    return phrased(texts_of(rule_files(home)), wish)


@pytest.fixture
def kept(own: Path) -> Path:
    write(own, "lexicons/taboo.yaml", KEPT)
    return own


def test_comments_and_the_order_of_lines_stay_as_they_were(kept: Path) -> None:
    done = asked(kept, "没办法")
    assert lines_added(KEPT, done.text) == ["  - 没办法"]
    assert done.text.index("不了解") < done.text.index("没办法") < done.text.index("还没有想好")
    assert (done.phrase.text, done.phrase.kind.value) == ("没办法", "word")


@pytest.mark.parametrize(
    ("text", "how", "line"),
    [
        ("您好*{5}再见", {}, '  - "您好*{5}再见"'),
        ("a: b #c", {}, '  - "a: b #c"'),
        ("没办法", {"match": "text"}, "  - {phrase: 没办法, match: text}"),
        (
            "没办法",
            {"unless_within": ("不是没办法", " ")},
            "  - {phrase: 没办法, unless_within: [不是没办法]}",
        ),
        (r"不\d+知", {"match": "regex"}, r'  - {phrase: "不\\d+知", match: regex}'),
    ],
)
def test_a_phrase_is_written_as_the_grammar_of_lexicons_wants_it(
    text: str, how: dict[str, object], line: str, kept: Path
) -> None:
    done = asked(kept, text, **how)
    assert lines_added(KEPT, done.text) == [line]
    assert done.phrase.text == text


@pytest.mark.parametrize(
    "body",
    [
        "title: 禁语\nphrases:\n- 不清楚\nmust_match: [我不清楚]\n",
        "title: 禁语\nphrases:\n  - 不清楚",
        "title: 禁语\nphrases:\n  - phrase: 不清楚\n    unless_within:\n      - 听不清\n\nnote: x",
    ],
)
def test_it_finds_its_place_however_the_list_is_laid_out(body: str, own: Path) -> None:
    write(own, "lexicons/taboo.yaml", body)
    done = asked(own, "没办法")
    assert len(lines_added(body, done.text)) == 1
    assert [p.text for p in done.lexicon.phrases] == ["不清楚", "没办法"]


@pytest.mark.parametrize(
    ("text", "how", "key"),
    [
        ("", {}, "phrase-length"),
        ("长" * 201, {}, "phrase-length"),
        ("没办法", {"lexicon": "nowhere"}, "no-lexicon"),
        ("不清楚", {}, "duplicate-phrase"),
        ("(没", {"match": "regex"}, "lexicon."),
        ("您好*{500}再见", {}, "bad-gap"),
        ("不了解的", {"match": "text"}, "wrongly-matched"),
    ],
)
def test_a_phrase_that_is_wrong_must_not_be_taken(
    text: str, how: dict[str, object], key: str, kept: Path
) -> None:
    with pytest.raises(Refusal, match=key):
        asked(kept, text, **how)


def test_phrases_on_one_line_must_not_be_torn_apart(own: Path) -> None:
    with pytest.raises(Refusal, match="flow-list") as refused:
        asked(own, "没办法")
    assert (refused.value.file, refused.value.line) == ("lexicons/taboo.yaml", 2)


def test_taking_it_writes_the_file_and_a_line_of_the_record(kept: Path) -> None:
    wish = Phrasing(text="没办法\n", lexicon="taboo")
    add_phrase(kept, STORAGE, wish, "李主管")
    add_phrase(kept, STORAGE, Phrasing(text="随便", lexicon="taboo"), "李主管")
    text = (kept / "lexicons/taboo.yaml").read_text("utf-8")
    assert lines_added(KEPT, text) == ["  - 没办法", "  - 随便"]
    last, first = Audit(kept).latest(5)
    assert (first.act.by, first.act.action, first.act.target) == ("李主管", "phrase-added", "taboo")
    assert first.act.details == {"phrase": "没办法", "match": "word"}
    assert last.act.details["phrase"] == "随便"


def test_a_lexicon_of_the_product_is_copied_into_the_home_first(home: Path) -> None:
    bundled = texts_of(rule_files(home))["lexicons/insults.yaml"]
    add_phrase(home, STORAGE, Phrasing(text="你这个木头", lexicon="insults"), "李")
    text = (home / "lexicons/insults.yaml").read_text("utf-8")
    assert len(lines_added(bundled, text)) == 1


def test_what_is_not_on_record_must_not_be_in_the_file(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Refusal("storage.locked")

    monkeypatch.setattr(Audit, "note", away)
    with pytest.raises(Refusal, match="locked"):
        add_phrase(kept, STORAGE, Phrasing(text="没办法", lexicon="taboo"), "李")
    assert (kept / "lexicons/taboo.yaml").read_text("utf-8") == KEPT
