"""Rules that were read say of calls what they said at home."""

import json
from pathlib import Path

import pytest

from pipeline.adopting.phrase_list import Told
from pipeline.call import Call
from pipeline.scoring.ruleset import load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.workflow.adopting import Wish, adopt
from tests.talk import talk


def verdicts(home: Path, name: str, call: Call) -> dict[str, str]:
    ruled = load_ruleset(name, home / "scorecards", home / "lexicons")
    return {item.id: item.verdict.value for item in draft(call, ruled, Scoring()).items}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


ALIBABA = {
    "conditions": [
        {
            "cid": "a",
            "check_range": {"role": "客户"},
            "operators": [
                {
                    "oid": "1",
                    "type": "REGULAR_EXPRESSION",
                    "param": {"regex": ".*(退款|退钱).*", "notRegex": "不用"},
                }
            ],
            "lambda": "1",
        },
        {
            "cid": "b",
            "check_range": {
                "role": "客服",
                "anchor": {"cid": "a", "location": "AFTER", "hit_time": 0},
                "range": {"from": 1, "to": 1},
            },
            "operators": [
                {"oid": "2", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["抱歉", "核实"]}}
            ],
            "lambda": "2",
        },
        {
            "cid": "c",
            "check_range": {"role": "客服", "range": {"from": 1, "to": 2}},
            "operators": [
                {"oid": "3", "type": "INCLUDE_KEYWORDS", "param": {"keywords": ["您好", "工号"]}}
            ],
            "lambda": "3",
        },
    ],
    "rules": [
        {"name": "退款未安抚", "lambda": "a&&!b", "autoReview": 1, "scoreType": 3, "scoreNum": 5},
        {"name": "开场", "lambda": "!c", "autoReview": 1, "scoreType": 3, "scoreNum": 2},
    ],
}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (talk("坐席 0 您好工号五号", "客户 3 我要退款", "坐席 5 抱歉我核实一下"), ("pass", "pass")),
        (talk("坐席 0 您好", "客户 3 我要退款", "坐席 5 等着"), ("fail", "fail")),
        (
            talk(
                "坐席 0 您好工号五号", "客户 3 我要退款", "坐席 5 抱歉", "客户 7 退钱", "坐席 9 哦"
            ),
            ("fail", "pass"),
        ),
        (talk("坐席 0 您好工号五号", "客户 3 不用退款了"), ("not_applicable", "pass")),
        (talk("坐席 0 您好", "坐席 3 我的工号是五号"), ("not_applicable", "fail")),
    ],
)
def test_alibabas_rules_judge_calls(home: Path, call: Call, expected: tuple[str, str]) -> None:
    path = home / "sca.json"
    path.write_text(json.dumps(ALIBABA, ensure_ascii=False), "utf-8")
    taken = adopt(Wish(path, home, "来自阿里云"))
    assert len(taken.files) == 3
    found = verdicts(home, "sca", call)
    assert (found["rule-1"], found["rule-2"]) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (talk("坐席 0 例会上说缺货了"), ["unsure", "pass", "pass"]),
        (talk("坐席 0 例会", "客户 5 要退款", "客户 9 会逾期吗"), ["unsure", "pass", "pass"]),
        (talk("坐席 0 缺货", "客户 50 未偿还"), ["pass", "pass", "unsure"]),
        (talk("坐席 0 您好", "坐席 8 您好，未偿还吗，会逾期"), ["pass", "unsure", "pass"]),
    ],
)
def test_boolean_strings_judge_calls(home: Path, call: Call, expected: list[str]) -> None:
    path = home / "baidu.txt"
    path.write_text("(会议||例会)&&(缺货||退款)\n您好~s<5\n未偿还 && !逾期\n", "utf-8")
    adopt(Wish(path, home, "来自百度", told=Told()))
    assert list(verdicts(home, "baidu", call).values()) == expected
