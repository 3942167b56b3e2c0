"""The account of a verdict: every kind of it, in both languages, in words alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import Call, CallRecord, Reason
from pipeline.report.account import notes, rows
from pipeline.report.account_json import document
from pipeline.scoring.scorecard import draft, explain
from pipeline.settings import Scoring
from pipeline.workflow.explaining import Explained
from tests.scoring.rules import Rules
from tests.talk import talk

CONDITIONS = "  hold: {find: phrase, lexicon: wait, speaker: agent}"
TABOO = "forbid: {find: phrase, lexicon: taboo, speaker: agent}"
HELLO = "require: {find: phrase, lexicon: hello, speaker: agent, first_seconds: 15}"
SILENCE = "forbid: {find: silence, longer_than_seconds: 10}"
GOOD = "坐席 0 您好"
CASES: dict[str, tuple[Call, str, tuple[str, ...]]] = {
    "charged": (talk(GOOD, "坐席 65 我不知道"), TABOO, ("不许", "《禁语》", "1:05", "“不知道”")),
    "missing": (talk("坐席 0 喂"), HELLO, ("要求", "开口后 15 秒内", "没有找到", "0:00–0:00")),
    "nearly said": (
        talk("坐席 0 很高兴为您服雾啊", confidence=0.5),
        HELLO,
        ("疑似", "极为相近"),
    ),
    "sounds alike": (talk(GOOD, "坐席 2 没版法"), TABOO, ("疑似", "读音相近", "音近短语“没办法”")),
    "little trusted": (talk(GOOD, "坐席 2 不知道", confidence=0.3), TABOO, ("没有把握", "30%")),
    "a stranger": (
        talk(GOOD, "不明 2 我不知道"),
        TABOO,
        ("说不准是谁说的", "把握 100%", "说话人不明 0:02–0:02"),
    ),
    "a stranger hardly heard": (
        talk("不明 2-4 我不知道", untrusted=((2.0, 4.0),)),
        TABOO,
        ("没听清 0:02–0:04",),
    ),
    "repeated": (
        talk(GOOD, "客户 2 你不知道", "坐席 4 您说不知道"),
        TABOO,
        ("复述客户",),
    ),
    "excused": (
        talk("坐席 0-1 请稍等", "客户 15-16 喂", "坐席 17-18 您好"),
        f"{SILENCE}, unless: {{use: hold, before: this, within_seconds: 5}}",
        ("放过", "因为 0:00 坐席 “请稍等”", "例外", "静音超过 10 秒才算"),
    ),
    "either": (
        talk("坐席 0 喂"),
        "require: {any: [{find: phrase, lexicon: hello}, {find: phrase, lexicon: praise}]}",
        ("要求 说出《问候》", "或者 说出《表扬》"),
    ),
    "no call record": (talk(GOOD), "forbid: {find: ending, speaker: agent}", ("判断不了",)),
    "no occasion": (
        talk(GOOD),
        "for_each: hold, require: {find: phrase, lexicon: back, speaker: agent, after: this}",
        ("每逢", "《请等候》", "不适用"),
    ),
    "each occasion": (
        talk("坐席 2-3 请稍等", "客户 5 好"),
        "for_each: hold, require: {find: phrase, lexicon: back, after: this, within_seconds: 9}",
        ("在 0:02 那一处之后，9 秒以内", "应有而没有"),
    ),
    "no such case": (
        talk(GOOD),
        f"when: {{find: phrase, lexicon: refuse, speaker: agent}}, {HELLO}",
        ("前提", "《办不了》"),
    ),
    "unless": (
        talk("坐席 0 喂", "客户 2 服务真好"),
        f"{HELLO}, unless: {{find: phrase, lexicon: praise, speaker: customer}}",
        ("例外", "客户说出《表扬》"),
    ),
    "none of": (
        talk("坐席 0 喂"),
        "forbid: {none: [{find: phrase, lexicon: hello, speaker: agent}]}",
        ("要求", "没有找到"),
    ),
    "tied to nothing": (
        talk("坐席 0 喂"),
        "require: {find: phrase, lexicon: back, after: first hold}",
        ("第 1 次《请等候》", "无处可找"),
    ),
    "for a person": (talk(GOOD), "note: 人答", ("此项由人判断",)),
    "lacks data": (
        replace(talk(GOOD), speech=None),
        SILENCE,
        ("这通电话没有所需的数据",),
    ),
}


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return Rules(tmp_path)


def explained(rules: Rules, call: Call, *items: str) -> Explained:
    """The last of the items."""
    ruleset = rules.ruleset(*items, conditions=CONDITIONS)
    card = draft(call, ruleset, Scoring())
    name = card.items[-1].id
    return Explained(
        recording="a.wav",
        files=("a.wav",),
        call=call,
        card=card,
        item=card.items[-1],
        explanation=explain(call, ruleset, name, Scoring()),
        scoring=Scoring(),
        in_force=True,
    )


@pytest.mark.parametrize("kind", CASES)
def test_every_kind_of_verdict_is_told(rules: Rules, kind: str) -> None:
    call, item, expected = CASES[kind]
    told = explained(rules, call, item)
    said = "\n".join(f"{name} {line}" for name, line in rows(told, "zh"))
    for words in expected:
        assert words in said, said
    assert not re.search(r"explain\.|scoring\.|\*\{|\{", said)
    english = str(rows(told, "en"))
    assert not re.search(r"explain\.|scoring\.", english)
    assert document(told, "zh")["account"] == [list(row) for row in rows(told, "zh")]
    assert notes(told, "zh") == []


def test_an_item_that_depends_on_another_says_on_which(rules: Rules) -> None:
    told = explained(rules, talk(GOOD), TABOO, f"depends: {{item: i1, is: [fail]}}, {HELLO}")
    said = str(rows(told, "zh"))
    assert "取决于" in said and "该项通过" in said


def test_who_was_scored_and_when_is_told(rules: Rules) -> None:
    about = CallRecord(agent="8001", started="2026-11-21T09:30:00")
    said = str(rows(explained(rules, talk(GOOD, about=about), HELLO), "zh"))
    assert "8001" in said and "2026-11-21 09:30:00" in said


def test_a_fault_of_a_detector_is_no_verdict(rules: Rules) -> None:
    told = explained(rules, talk(GOOD), HELLO)
    crash = replace(told.item, reason=Reason("scoring.crashed", {"error": "ValueError"}))
    assert "检测器出错（ValueError）" in str(rows(replace(told, item=crash), "zh"))


def test_old_rules_and_another_verdict_by_now_are_noted(rules: Rules) -> None:
    told = explained(rules, talk(GOOD, "坐席 2 我不知道"), TABOO)
    lost = replace(told, explanation=None)
    assert "“不知道”" in str(rows(lost, "zh")) and "只能给出当时的结论" in notes(lost, "zh")[0]
    assert "改动过" in notes(replace(told, in_force=False), "zh")[0]
    other = explained(rules, talk(GOOD), TABOO).item
    assert "不通过" in notes(replace(told, item=other), "zh")[0]
