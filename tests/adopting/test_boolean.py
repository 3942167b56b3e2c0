"""Boolean strings become phrases and conditions that find the same calls."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adopting.adopted import Adopted
from pipeline.adopting.boolean import Except, Joined, Near, Term, Within, parse
from pipeline.adopting.boolean_rules import read_boolean
from pipeline.adopting.phrase_list import Told
from pipeline.adopting.reading import read_rules
from pipeline.refusal import Refusal

A, B, C = Term("甲"), Term("乙"), Term("丙")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("甲", A),
        ("甲&&乙", Joined("all", (A, B))),
        ("甲 & 乙 | 丙", Joined("any", (Joined("all", (A, B)), C))),
        ("(甲||乙)&&丙", Joined("all", (Joined("any", (A, B)), C))),
        ("（甲｜｜乙）＆＆！丙", Joined("all", (Joined("any", (A, B)), Joined("none", (C,))))),
        ("!甲", Joined("none", (A,))),
        ("-甲", Joined("none", (A,))),
        ("甲 -乙", Joined("all", (A, Joined("none", (B,))))),
        ("甲 AND NOT 乙 OR 丙", Joined("any", (Joined("all", (A, Joined("none", (B,)))), C))),
        ("^甲", Term("甲", starts_turn=True)),
        ('"甲 乙"~3', Near(Term("甲 乙", quoted=True), 3)),
        ("(甲&乙)~t", Near(Joined("all", (A, B)), None)),
        ("甲~s<30", Within(A, "first_seconds", 30)),
        ("(甲|乙)~e<2.5", Within(Joined("any", (A, B)), "last_seconds", 2.5)),
        ("甲 NEAR 乙", Near(Joined("all", (A, B)), 3)),
        ("甲 NOTIN 乙", Except(A, B)),
        ("好-的", Term("好-的")),
        ("NOTE AND 甲", Joined("all", (Term("NOTE"), A))),
    ],
)
def test_a_string_is_read_as_it_is_meant(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "found", "column"),
    [
        ("甲&&", "", 4),
        ("&&甲", "&&", 1),
        ("(甲", "(", 1),
        ("甲)", ")", 2),
        ("甲 (乙)", "(", 3),
        ("甲~x", "~x", 2),
        ("甲~s>30", "~s>30", 2),
        ('""', "", 2),
        ("()", ")", 2),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text: str, found: str, column: int) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.reason.values == {"found": found, "at": column}


def test_deep_and_long_strings_are_refused() -> None:
    for text, key in [("(" * 5_000, "deep"), ("!" * 5_000, "deep"), ("甲" * 9_000, "long")]:
        with pytest.raises(Refusal) as refused:
            parse(text)
        assert refused.value.reason.key == f"adopting.boolean-{key}"


@given(st.text(alphabet='甲乙 &|!()-^~"st<3ANDOR', max_size=40))
def test_any_string_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except Refusal as refusal:
        assert refusal.reason.key.startswith("adopting.boolean")


def adopted(folder: Path, text: str, name: str = "rules.txt") -> Adopted:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_boolean(path, "mine", "text")


def lists(found: Adopted) -> dict[str, list[str]]:
    return {words.name: [w.text for w in words.wordings] for words in found.lexicons}


def items(found: Adopted) -> list[dict[str, Any]]:
    return [dict(item) for item in found.rules.items] if found.rules else []


def test_lines_that_only_ask_for_phrases_make_one_lexicon(tmp_path: Path) -> None:
    found = adopted(tmp_path, '# 贷款\n贷款\n会议||例会\n^再见\n(缺货&退款)~2\n"信用 卡"~1\n')
    assert lists(found) == {
        "mine": ["贷款", "会议", "例会", "^再见", "缺货*{4}*退款", "信用*{2}卡"]
    }
    assert found.rules is None
    assert [w.match for w in found.lexicons[0].wordings][3] == "regex"
    assert [(m.line, m.reason.key, m.kept) for m in found.misfits] == [
        (5, "adopting.words-apart", True),
        (6, "adopting.words-apart", True),
    ]


def test_lines_with_conditions_become_items_that_a_person_decides(tmp_path: Path) -> None:
    found = adopted(tmp_path, "(会议||例会)&&(缺货||退款)\n!逾期\n您好~s<10\n未偿还 && !逾期\n")
    assert lists(found) == {
        "mine-1": ["会议", "例会"],
        "mine-2": ["缺货", "退款"],
        "mine-3": ["逾期"],
        "mine-4": ["您好"],
        "mine-5": ["未偿还"],
    }
    one, two, three, four = items(found)
    meeting, shortage, overdue, hello, unpaid = (
        {"find": "phrase", "lexicon": f"mine-{n}"} for n in range(1, 6)
    )
    assert one == {
        "id": "rule-1",
        "ask": "(会议||例会)&&(缺货||退款)",
        "review": "always",
        "forbid": {"all": [meeting, shortage]},
    }
    assert two["require"] == overdue
    assert three["forbid"] == hello | {"first_seconds": 10.0}
    assert four["forbid"] == {"all": [unpaid, {"none": [overdue]}]}


def test_an_exception_goes_with_its_phrase(tmp_path: Path) -> None:
    (words,) = adopted(tmp_path, "不知道 NOTIN (您知不知道|不知道您)\n").lexicons
    assert words.wordings[0].unless_within == ("您知不知道", "不知道您")


def test_what_cannot_be_said_is_listed_and_the_rest_is_taken(tmp_path: Path) -> None:
    found = adopted(tmp_path, "甲~s>3\n(甲 & !乙)~3\n。。\n贷款\n贷 款\n!。。\n")
    assert lists(found) == {"mine": ["贷款"]}
    assert [(m.line, m.reason.key) for m in found.misfits if not m.kept] == [
        (1, "adopting.boolean"),
        (2, "adopting.boolean-near"),
        (3, "lexicon.empty"),
        (5, "adopting.said-before"),
        (6, "lexicon.empty"),
        (6, "adopting.no-phrase"),
    ]


BAIDU = """{"error_code": 0, "results": {"total": 1, "rule": [
  {"category": "催收", "description": "催收用语", "contents": [
    "贷款",
    "未偿还&&!逾期"]}]}}
"""


def test_the_answer_of_baidus_rule_query_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(BAIDU, "utf-8")
    found = read_rules(path, "mine", Told())
    assert lists(found)["mine"] == ["贷款"]
    assert found.lexicons[0].wordings[0].group == "催收"
    first, second = items(found)
    assert first["forbid"] == {"find": "phrase", "lexicon": "mine"}
    assert (second["id"], second["note"]) == ("rule-4", "催收")


@pytest.mark.parametrize("text", ['{"results": {}}', '{"results": {"rule": [1]}}', "{", '{"a": 1}'])
def test_json_that_is_no_answer_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal) as refused:
        read_rules(path, "mine", Told())
    assert refused.value.reason.key == "adopting.no-rules"


def test_a_plain_list_is_not_taken_for_boolean_strings(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("不知道\n-不清楚\n不行！\n你好&再见\n好的\n走吧\n", "utf-8")
    assert len(read_rules(path, "mine", Told()).lexicons[0].wordings) == 6
