"""Alibaba's rules become templates of ours, whichever interface wrote them."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.adopting.adopted import Adopted
from pipeline.adopting.alibaba import read_alibaba
from pipeline.adopting.phrase_list import Told
from pipeline.adopting.reading import read_rules
from pipeline.refusal import Refusal


def adopted(folder: Path, rules: Any) -> Adopted:
    path = folder / "rules.json"
    path.write_text(json.dumps(rules, ensure_ascii=False, indent=1), "utf-8")
    return read_rules(path, "mine", Told())


def condition(type_: str, param: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One condition of one operator, as UploadRule takes it."""
    cid = more.pop("cid", "1")
    operator = {"oid": "7", "name": "算子", "type": type_, "param": param}
    return {"cid": cid, "check_range": more, "operators": [operator], "lambda": "7"}


def rules(conditions: list[dict[str, Any]], said: str = "1", **more: Any) -> dict[str, Any]:
    rule = {"rid": "1", "name": "规则", "lambda": said, "autoReview": 1, **more}
    return {"appKey": "k", "conditions": conditions, "rules": [rule]}


def one(folder: Path, type_: str, param: dict[str, Any], **more: Any) -> Any:
    """What a single condition becomes."""
    found = adopted(folder, rules([condition(type_, param, **more)])).rules
    assert found is not None
    return found.conditions.get("c-1")


def misfits(found: Adopted) -> list[tuple[str, str, bool]]:
    return [(m.found, m.reason.key.partition(".")[2], m.kept) for m in found.misfits]


PHRASE = {"find": "phrase", "lexicon": "mine-1"}
WORDS = {"keywords": ["不知道", "不清楚", "不了解"]}


@pytest.mark.parametrize(
    ("type_", "param", "found"),
    [
        ("HIT_ANY_KEYWORDS", WORDS, PHRASE),
        ("HIT_ANY_KEYWORDS", WORDS | {"threshold": 4}, PHRASE | {"at_least": 4}),
        ("INCLUDE_KEYWORDS", WORDS, PHRASE | {"different": 3, "in_one_turn": True}),
        (
            "INCLUDE_KEYWORDS",
            WORDS | {"keywordMatchSize": 2, "contextChatMatch": True},
            PHRASE | {"different": 2},
        ),
        ("INCLUDE_KEYWORDS", WORDS | {"keywordMatchSize": 0}, {"none": [PHRASE]}),
        ("REGULAR_EXPRESSION", {"regex": ".*修改密码.*"}, {"find": "regex", "pattern": "修改密码"}),
        (
            "REGULAR_EXPRESSION",
            {"regex": "修改", "notRegex": "发一下|告诉我"},
            {"find": "regex", "pattern": "修改", "unless_in_turn": "发一下|告诉我"},
        ),
        (
            "SIMILAR_MATCH",
            {"similarlySentences": ["请问有什么可以帮您"], "score": 80},
            {
                "find": "similar",
                "lexicon": "mine-1",
                "by": "characters",
                "at_least_similarity": 0.8,
            },
        ),
        (
            "ADVANCED_REPEAT_DETECT",
            {
                "from": 3,
                "similarity_threshold": 0.6,
                "hit_time": 3,
                "threshold": 5,
                "excludes": ["好的"],
            },
            {
                "find": "repetition",
                "times": 4,
                "previous_turns": 3,
                "at_least_characters": 5,
                "similarity": 0.6,
                "ignoring": "mine-1",
            },
        ),
        (
            "INTERVAL_GREATER",
            {"interval": 2000, "compareOperator": "gt"},
            {"find": "silence", "longer_than_seconds": 2},
        ),
        (
            "INTERVAL_GREATER",
            {"interval": 5000, "different_role": True, "target": 1},
            {"find": "reply", "slower_than_seconds": 5},
        ),
        (
            "SPEECH_SPEED_CHECK",
            {"velocityInMint": 280, "minWordSize": 4, "average": False},
            {"find": "rate", "above_per_minute": 280, "per_turn": True, "at_least_characters": 4},
        ),
        (
            "HANG",
            {"interval": 5000, "beginType": "DIALOGUE"},
            {"find": "hang_up_gap", "longer_than_seconds": 5},
        ),
        (
            "TALK",
            {"interval": 2000, "delayTime": 1000, "minWordSize": 4},
            {
                "find": "overlap",
                "at_least_seconds": 2,
                "held_at_least_seconds": 1,
                "at_least_characters": 4,
            },
        ),
    ],
)
def test_an_operator_becomes_a_detector(
    tmp_path: Path, type_: str, param: dict[str, Any], found: Any
) -> None:
    assert one(tmp_path, type_, param) == found


def test_a_repetition_of_the_other_ones_words_is_one(tmp_path: Path) -> None:
    found = one(tmp_path, "ADVANCED_REPEAT_DETECT", {"target_role": "客户"}, role="客服")
    assert (found["said_before_by"], found["speaker"]) == ("other", "agent")
    found = one(tmp_path, "ADVANCED_REPEAT_DETECT", {"target_role": "客服"}, role="客服")
    assert found["said_before_by"] == "same"


@pytest.mark.parametrize(
    ("check_range", "keys"),
    [
        ({"role": "客服"}, {"speaker": "agent"}),
        (
            {"role": "客户", "range": {"from": 1, "to": 3}},
            {"speaker": "customer", "first_turns": 3},
        ),
        ({"role": "所有", "range": '{"from": -2, "to": -1}'}, {"last_turns": 2}),
        ({"range": {"from": 3, "to": 5}}, {"between_turns": [3, 5]}),
        ({"range": {"from": 1, "to": -1}}, {}),
        ({"anchor": {"cid": "2", "location": "AFTER", "hit_time": 3}}, {"after": "3rd c-2"}),
        ({"anchor": {"cid": "2", "location": "BEFORE", "hit_time": -1}}, {"before": "c-2"}),
        (
            {"anchor": {"cid": "2", "location": "CURRENT", "hit_time": 1}},
            {"around": "1st c-2", "within_turns": 0},
        ),
        (
            {
                "role": "客服",
                "anchor": {"cid": "2", "location": "AROUND", "hit_time": -1},
                "range": {"from": 1, "to": 2},
            },
            {"speaker": "agent", "around": "c-2", "within_turns": 2},
        ),
    ],
)
def test_a_range_becomes_where_we_look(
    tmp_path: Path, check_range: dict[str, Any], keys: dict[str, Any]
) -> None:
    assert one(tmp_path, "HIT_ANY_KEYWORDS", WORDS, **check_range) == PHRASE | keys


A = condition("HIT_ANY_KEYWORDS", {"keywords": ["您好"]}, role="客服", cid="a")
B = condition("HIT_ANY_KEYWORDS", {"keywords": ["再见"]}, role="客服", cid="b")
EACH = condition(
    "HIT_ANY_KEYWORDS",
    {"keywords": ["再见"]},
    role="客服",
    cid="b",
    anchor={"cid": "a", "location": "AFTER", "hit_time": 0},
)


@pytest.mark.parametrize(
    ("conditions", "said", "more", "keys"),
    [
        ([A, B], "a", {"scoreType": 3, "scoreNum": "5"}, {"points": 5, "forbid": "c-a"}),
        ([A, B], "a", {"scoreType": 3, "scoreNum": -5}, {"points": 5, "forbid": "c-a"}),
        ([A, B], "a", {"scoreType": 1, "scoreNum": 2}, {"bonus": 2, "require": "c-a"}),
        ([A, B], "!a", {}, {"require": "c-a"}),
        ([A, B], "a&&b", {}, {"forbid": {"all": ["c-a", "c-b"]}}),
        ([A, B], "a||!b", {}, {"forbid": {"any": ["c-a", {"none": ["c-b"]}]}}),
        ([A, B], "a&&!b", {}, {"when": "c-a", "require": "c-b"}),
        ([A, EACH], "a&&!b", {}, {"for_each": "c-a", "require": {"use": "c-b", "after": "this"}}),
        ([A, B], "a", {"level": 2}, {"severity": "major", "forbid": "c-a"}),
        ([A, B], "a", {"isHitNumScore": 1}, {"forbid": "c-a", "per": "hit"}),
        (
            [A, B],
            "a",
            {"effectiveStartTime": "2026-01-01 00:00:00", "effectiveEndTime": "2026-12-31T00:00Z"},
            {"from": "2026-01-01", "until": "2026-12-31", "forbid": "c-a"},
        ),
        ([A, B], "a", {"autoReview": 0, "comments": "备注"}, {"note": "备注", "review": "always"}),
    ],
)
def test_a_rule_becomes_an_item(
    tmp_path: Path,
    conditions: list[dict[str, Any]],
    said: str,
    more: dict[str, Any],
    keys: dict[str, Any],
) -> None:
    found = adopted(tmp_path, rules(conditions, said, **more)).rules
    assert found is not None
    wanted = {"id": "rule-1", "ask": "规则"} | keys
    assert {key: found.items[0].get(key) for key in wanted} == wanted
    assert set(found.items[0]) - set(wanted) <= {"forbid"}


LAST = condition(
    "HIT_ANY_KEYWORDS",
    {"keywords": ["谢谢"]},
    role="客服",
    cid="c",
    anchor={"cid": "b", "location": "AFTER", "hit_time": -1},
)


@pytest.mark.parametrize(
    ("said", "more", "told"),
    [
        ("a&&!b", {}, False),
        ("a&&b", {}, True),
        ("b", {}, True),
        ("a&&!b", {"scoreType": 1}, True),
        ("c", {}, True),  # tied to b, which is tied to every a
        ("a&&!c", {}, True),
        ("a", {}, False),
    ],
)
def test_where_any_hit_must_do_for_every_one_it_is_told(
    tmp_path: Path, said: str, more: dict[str, Any], told: bool
) -> None:
    found = adopted(tmp_path, rules([A, EACH, LAST], said, **more))
    assert (("规则", "every-hit", True) in misfits(found)) is told


DETAIL = {
    "Data": {
        "Conditions": {
            "ConditionBasicInfo": [
                {
                    "ConditionInfoCid": "7",
                    "OperLambda": "8&&!9",
                    "Operators": {
                        "OperatorBasicInfo": [
                            {
                                "Oid": "8",
                                "OperName": "问密码",
                                "Type": "REGULAR_EXPRESSION",
                                "Param": {"Regex": ".*修改密码.*", "NotRegex": "", "From": 0},
                            },
                            {
                                "Oid": "9",
                                "OperName": "问候",
                                "Type": "HIT_ANY_KEYWORDS",
                                "Param": {"OperKeyWords": {"OperKeyWord": ["您好"]}},
                            },
                        ]
                    },
                    "CheckRange": {
                        "Role": "客服",
                        "Absolute": True,
                        "Anchor": {},
                        "Range": {"From": 1, "To": 10},
                    },
                }
            ]
        },
        "Rules": {
            "RuleBasicInfo": [{"RuleLambda": "7", "Rid": "4", "Triggers": {"Trigger": ["7"]}}]
        },
    },
    "Success": True,
}


def test_what_getruledetail_answers_is_read(tmp_path: Path) -> None:
    found = adopted(tmp_path, DETAIL)
    assert found.rules is not None
    scope = {"speaker": "agent", "first_turns": 10}
    assert found.rules.conditions == {
        "c-7": {
            "all": [
                {"find": "regex", "pattern": "修改密码"} | scope,
                {"none": [PHRASE | scope]},
            ]
        }
    }
    assert [w.text for words in found.lexicons for w in words.wordings] == ["您好"]
    assert misfits(found) == [("8&&!9", "same-sentence", True)]


def test_a_request_that_holds_the_rules_as_a_string_is_read(tmp_path: Path) -> None:
    inside = json.dumps(rules([condition("HIT_ANY_KEYWORDS", WORDS)]), ensure_ascii=False)
    found = adopted(tmp_path, {"JsonStr": inside})
    assert found.rules is not None and len(found.rules.items) == 1


def test_what_has_no_counterpart_is_listed_and_left_to_a_person(tmp_path: Path) -> None:
    known = condition("HIT_ANY_KEYWORDS", WORDS | {"poutput_type": 3}, cid="1")
    unknown = condition("EMOTION_MODEL", {"pvalues": ["愤怒"]}, cid="2")
    given = rules([known, unknown], "1&&2", scoreNum=5, schemeId=9)
    found = adopted(tmp_path, given)
    assert found.rules is not None
    assert found.rules.items == ({"id": "rule-1", "ask": "规则", "points": 5},)
    assert misfits(found) == [
        ("poutputtype: 3", "field", False),
        ("EMOTION_MODEL", "operator", False),
        ("schemeid: 9", "field", False),
        ("规则", "person", True),
    ]
    lines = (tmp_path / "rules.json").read_text("utf-8").splitlines()
    assert "规则" in lines[found.misfits[-1].line - 1]


@pytest.mark.parametrize(
    ("type_", "param", "more", "key"),
    [
        ("INTERVAL_GREATER", {"interval": 1000, "compareOperator": "lt"}, {}, "interval"),
        ("INTERVAL_GREATER", {}, {}, "no-number"),
        (
            "INTERVAL_GREATER",
            {"interval": 1, "different_role": True},
            {"role": "客户"},
            "customer-reply",
        ),
        ("INCLUDE_KEYWORDS", WORDS | {"keywordMatchSize": 9}, {}, "too-many-wanted"),
        ("HIT_ANY_KEYWORDS", {"keywords": ["。"]}, {}, "no-phrase"),
        ("HIT_ANY_KEYWORDS", WORDS, {"role": "机器人"}, "role"),
        ("HIT_ANY_KEYWORDS", WORDS, {"allSentencesSatisfy": True}, "all-sentences"),
        ("HIT_ANY_KEYWORDS", WORDS, {"anchor": {"cid": "2", "location": "NEAR"}}, "anchor"),
        ("REGULAR_EXPRESSION", {"regex": "不(?=能)"}, {}, "bad-regex"),
        ("REGULAR_EXPRESSION", {"regex": ".*"}, {}, "empty"),
        ("SPEECH_SPEED_CHECK", {"velocityInMint": "nan"}, {}, "no-number"),
        ("ADVANCED_REPEAT_DETECT", {"target_role": "客户"}, {}, "target-role"),
    ],
)
def test_what_we_cannot_look_for_is_named(
    tmp_path: Path, type_: str, param: dict[str, Any], more: dict[str, Any], key: str
) -> None:
    found = adopted(tmp_path, rules([condition(type_, param, **more)]))
    assert key in [said for _, said, _ in misfits(found)]
    assert found.rules is not None and found.rules.conditions == {}
    assert not {"require", "forbid"} & set(found.rules.items[0])


@pytest.mark.parametrize(
    "text",
    [
        '{"conditions": 1, "rules": []}',
        '{"conditions": [1, null, []], "rules": [{"lambda": "a"}]}',
        '{"conditions": [{"cid": {}, "operators": [1]}], "rules": ["x", {"lambda": "c-"}]}',
        '{"conditions": [], "rules": []}',
        "[" * 100_000,
        '{"a": ' * 5_000,
    ],
)
def test_odd_json_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(text, "utf-8")
    try:
        found = read_alibaba(path, "mine", "text")
    except Refusal as refusal:
        assert refusal.reason.key in ("adopting.no-rules", "adopting.nothing")
    else:
        assert found.misfits
