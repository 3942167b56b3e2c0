"""Flows: steps in their order, groups, branches, and what nobody can tell."""

import random
from dataclasses import replace

import pytest

from pipeline.call import Medium, Reason
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from tests.scoring.rules import Rules
from tests.talk import talk

NAMED = """\
  hello: {find: phrase, lexicon: hello, speaker: agent}
  wait: {find: phrase, lexicon: wait, speaker: agent}
  back: {find: phrase, lexicon: back, speaker: agent}
  sorry: {find: phrase, lexicon: sorry, speaker: agent}
  refuse: {find: phrase, lexicon: refuse}
  praise: {find: phrase, lexicon: praise, speaker: customer}
"""
HELLO, WAIT, BACK = "坐席 0-1 您好", "坐席 10-11 请稍等", "坐席 30-32 让您久等了"


def flow(stages: str) -> str:
    return f"require: {{flow: [{stages}]}}"


def verdict(rules: Rules, stages: str, *lines: str) -> str:
    return rules.verdict(talk(*lines), flow(stages), NAMED)


def test_steps_are_found_in_their_order_whatever_comes_between(rules: Rules) -> None:
    result = rules.result(
        talk(HELLO, "客户 3-4 你好", WAIT, BACK), flow("hello, wait, back"), NAMED
    )
    assert result.verdict == "pass"
    assert [hit.quote for hit in result.evidence] == ["您好", "请稍等", "让您久等了"]


def test_a_missing_step_is_named_with_those_that_were_reached(rules: Rules) -> None:
    result = rules.result(talk(HELLO, WAIT, "坐席 30-32 好了"), flow("hello, wait, back"), NAMED)
    assert (result.verdict, result.reason.key) == ("fail", "scoring.flow-missing-after")
    assert dict(result.reason.values) == {"step": "back", "previous": "wait"}
    assert [hit.quote for hit in result.evidence] == ["您好", "请稍等"]


def test_the_first_step_may_be_the_one_that_is_missing(rules: Rules) -> None:
    result = rules.result(talk(WAIT, BACK), flow("hello, wait"), NAMED)
    assert (result.verdict, result.reason.key) == ("fail", "scoring.flow-missing")


def test_a_misplaced_step_is_named_with_its_time(rules: Rules) -> None:
    call = talk("坐席 0-1 让您久等了", "坐席 5-6 您好", WAIT)
    result = rules.result(call, flow("hello, wait, {step: back, title: 返回致意}"), NAMED)
    assert (result.verdict, result.reason.key) == ("fail", "scoring.flow-misplaced")
    assert dict(result.reason.values) == {"step": "返回致意", "previous": "wait", "at": 0}


def test_a_step_said_too_early_and_again_in_its_place_is_taken(rules: Rules) -> None:
    assert verdict(rules, "wait, back", "坐席 0-1 让您久等了", WAIT, BACK) == "pass"


def test_two_steps_in_one_turn_keep_their_order(rules: Rules) -> None:
    line = "坐席 0-6 您好麻烦您请稍等"
    assert verdict(rules, "hello, wait", line) == "pass"
    assert verdict(rules, "wait, hello", line) == "fail"


def test_two_steps_in_one_message_keep_their_order(rules: Rules) -> None:
    call = talk("坐席 0-0 您好麻烦您请稍等", medium=Medium.CHAT)
    turns = (
        replace(t, words=tuple(replace(w, start=None, end=None) for w in t.words))
        for t in call.turns
    )
    call = replace(call, turns=tuple(turns))
    assert rules.verdict(call, flow("hello, wait"), NAMED) == "pass"
    assert rules.verdict(call, flow("wait, hello"), NAMED) == "fail"


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("within_seconds: 19", "pass"),
        ("within_seconds: 18.9", "fail"),
        ("within_turns: 2", "pass"),
        ("within_turns: 1", "fail"),
    ],
)
def test_a_step_may_have_to_be_near_the_one_before(rules: Rules, reach: str, expected: str) -> None:
    lines = HELLO, WAIT, "客户 15-16 好", BACK
    result = rules.result(talk(*lines), flow(f"hello, wait, {{step: back, {reach}}}"), NAMED)
    assert result.verdict == expected
    assert expected == "pass" or result.reason.key == "scoring.flow-too-far"


def test_an_earlier_saying_of_a_step_does_not_spoil_the_later_one(rules: Rules) -> None:
    lines = "坐席 0-1 请稍等", "坐席 25-26 请稍等", BACK
    assert verdict(rules, "wait, {step: back, within_seconds: 5}", *lines) == "pass"


def test_something_may_be_forbidden_between_two_steps(rules: Rules) -> None:
    stages = "hello, {step: wait, without: refuse}"
    assert verdict(rules, stages, HELLO, "坐席 20-21 办不了", WAIT) == "pass"
    result = rules.result(talk(HELLO, "坐席 5-6 办不了", WAIT), flow(stages), NAMED)
    assert (result.verdict, result.reason.key) == ("fail", "scoring.flow-interrupted")


def test_what_came_between_was_perhaps_not_heard(rules: Rules) -> None:
    stages = "hello, {step: wait, without: refuse}"
    lines = HELLO, "坐席 5-6 嗯嗯", WAIT
    assert rules.verdict(talk(*lines, untrusted=((5, 6),)), flow(stages), NAMED) == "unsure"
    assert rules.verdict(talk(*lines, untrusted=((15, 16),)), flow(stages), NAMED) == "pass"


def test_a_group_is_gone_through_in_any_order(rules: Rules) -> None:
    stages = "hello, {any_order: [wait, sorry]}, back"
    assert verdict(rules, stages, HELLO, WAIT, "坐席 20-21 抱歉", BACK) == "pass"
    assert verdict(rules, stages, HELLO, "坐席 5-6 抱歉", WAIT, BACK) == "pass"
    assert verdict(rules, stages, HELLO, WAIT, BACK, "坐席 40-41 抱歉") == "fail"
    result = rules.result(talk(HELLO, WAIT, BACK), flow(stages), NAMED)
    assert (result.verdict, result.reason.values["step"]) == ("fail", "sorry")


def test_an_optional_step_may_be_left_out_but_is_shown(rules: Rules) -> None:
    stages = "hello, {step: sorry, optional: true}, wait"
    assert verdict(rules, stages, HELLO, WAIT) == "pass"
    result = rules.result(talk(HELLO, "坐席 5-6 抱歉", WAIT), flow(stages), NAMED)
    assert [hit.quote for hit in result.evidence] == ["您好", "抱歉", "请稍等"]


BRANCH = "hello, {branch: [{if: praise, then: [back]}, {if: refuse, then: [sorry]}, %s]}"
ELSE = BRANCH % "{else: [wait]}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("客户 3-4 服务真好", BACK), "pass"),
        (("客户 3-4 服务真好", WAIT), "fail"),
        (("客户 3-4 办不了吗", "坐席 20-21 抱歉"), "pass"),
        (("客户 3-4 办不了吗", BACK), "fail"),
        # What comes first decides: praise that follows a refusal makes up for nothing.
        (("客户 3-4 办不了吗", "客户 6-7 服务真好", BACK), "fail"),
        (("客户 3-4 办不了吗", "客户 6-7 服务真好", "坐席 20-21 抱歉"), "pass"),
        ((WAIT,), "pass"),
        ((BACK,), "fail"),
    ],
)
def test_a_branch_goes_on_as_what_was_said_first_decides(
    rules: Rules, lines: tuple[str, ...], expected: str
) -> None:
    assert verdict(rules, ELSE, HELLO, *lines) == expected


def test_a_branch_without_any_of_its_ways_names_them_all(rules: Rules) -> None:
    stages = "hello, {branch: [{if: praise, then: [back]}, {if: refuse}]}"
    result = rules.result(talk(HELLO, WAIT), flow(stages), NAMED)
    assert dict(result.reason.values) == {"step": "praise / refuse", "previous": "hello"}


def test_nobody_can_tell_which_way_was_taken(rules: Rules) -> None:
    lines = HELLO, "客户 3-5 嗯嗯", WAIT
    call = talk(*lines, untrusted=((3, 5),))
    assert rules.verdict(talk(*lines), flow(ELSE), NAMED) == "pass"
    assert rules.verdict(call, flow(ELSE), NAMED) == "unsure"


def test_a_step_that_may_have_been_missed_is_left_to_a_person(rules: Rules) -> None:
    lines = HELLO, "坐席 10-12 嗯嗯嗯", BACK
    call = talk(*lines, untrusted=((10, 12),))
    result = rules.result(call, flow("hello, wait, back"), NAMED)
    assert (result.verdict, result.reason.key) == ("unsure", "scoring.missing-unheard")
    assert [(r.key, r.values["step"]) for r in result.remarks] == [("scoring.flow-unsure", "wait")]
    assert rules.verdict(talk(*lines), flow("hello, wait, back"), NAMED) == "fail"


def test_an_unheard_stretch_in_the_wrong_place_excuses_nothing(rules: Rules) -> None:
    stages = flow("hello, wait, back")
    customers = talk(HELLO, "客户 10-12 嗯嗯嗯", BACK, untrusted=((10, 12),))
    assert rules.verdict(customers, stages, NAMED) == "fail"
    late = talk(HELLO, "坐席 40-42 嗯嗯嗯", untrusted=((40, 42),))
    soon = flow("{step: {use: hello, first_seconds: 3}}, {step: wait, within_seconds: 20}")
    assert rules.verdict(late, soon, NAMED) == "fail"


def test_one_unheard_stretch_may_hold_two_steps(rules: Rules) -> None:
    call = talk(HELLO, "坐席 10-20 嗯嗯嗯", untrusted=((10, 20),))
    assert rules.verdict(call, flow("hello, wait, back"), NAMED) == "unsure"


def test_a_recording_that_breaks_off_leaves_the_rest_open(rules: Rules) -> None:
    call = replace(talk(HELLO, WAIT), remarks=(Reason("audio.partial"),))
    result = rules.result(call, flow("hello, wait, back, sorry"), NAMED)
    assert (result.verdict, result.reason.key) == ("unsure", "scoring.missing-cut-off")


def test_a_doubtful_step_makes_the_flow_doubtful(rules: Rules) -> None:
    result = rules.result(talk(HELLO, "不明 10-11 请稍等", BACK), flow("hello, wait, back"), NAMED)
    assert (result.verdict, result.reason.key) == ("unsure", "scoring.found-doubtful")
    assert len(result.evidence) == 3


def test_a_step_that_was_nearly_said_in_its_place_is_left_to_a_person(rules: Rules) -> None:
    call = talk("坐席 0-1 很高兴为您服务", "坐席 3-4 办不了", "坐席 9-11 很高心为您服误")
    nearly = call.turns[2]
    misheard = tuple(replace(word, confidence=0.3) for word in nearly.words)
    doubted = replace(call, turns=(*call.turns[:2], replace(nearly, words=misheard)))
    assert rules.verdict(call, flow("refuse, hello"), NAMED) == "fail"
    result = rules.result(doubted, flow("refuse, hello"), NAMED)
    assert (result.verdict, result.nearest and result.nearest.quote) == ("unsure", nearly.text)


def test_a_flow_may_be_forbidden(rules: Rules) -> None:
    item = "forbid: {flow: [refuse, {step: praise, within_turns: 2}]}"
    call = talk("坐席 0-1 办不了", "客户 3-4 服务真好")
    result = rules.result(call, item, NAMED)
    assert (result.verdict, len(result.evidence)) == ("fail", 2)
    assert rules.verdict(talk("客户 3-4 服务真好", "坐席 5-6 办不了"), item, NAMED) == "pass"


def test_flows_join_with_other_conditions_and_tell_what_is_missing(rules: Rules) -> None:
    item = "require: {all: [{flow: [hello, wait]}, sorry]}"
    result = rules.result(talk(HELLO, "坐席 9-10 抱歉"), item, NAMED)
    assert (result.verdict, result.reason.key) == ("fail", "scoring.flow-missing-after")
    assert rules.verdict(talk(HELLO, WAIT, "坐席 19-20 抱歉"), item, NAMED) == "pass"
    turned = "require: {none: [{flow: [hello, wait]}]}"
    assert rules.verdict(talk(HELLO, WAIT), turned, NAMED) == "fail"
    assert rules.verdict(talk(WAIT, "坐席 30-31 您好"), turned, NAMED) == "pass"


def test_other_conditions_may_be_tied_to_a_flow(rules: Rules) -> None:
    named = NAMED + "  opened: {flow: [hello, wait]}\n"
    item = "require: {find: phrase, lexicon: back, after: last opened, within_seconds: 20}"
    assert rules.verdict(talk(HELLO, WAIT, BACK), item, named) == "pass"
    assert rules.verdict(talk(HELLO, BACK), item, named) == "fail"


def test_a_step_that_the_call_lacks_the_data_for_does_not_count(rules: Rules) -> None:
    stages = "hello, {step: {find: silence, longer_than_seconds: 5}}, back"
    call = talk(HELLO, "客户 3-4 你好", BACK)
    silent = replace(call, speech=None)
    assert rules.verdict(call, flow(stages), NAMED) == "pass"
    assert rules.verdict(silent, flow(stages), NAMED) == "pass"
    only = "{step: {find: silence, longer_than_seconds: 5}}"
    assert rules.verdict(silent, flow(only), NAMED) == "not_applicable"


STAGES = [
    "hello, wait, back",
    "hello, {step: wait, within_turns: 2}, {step: back, without: refuse}",
    "{any_order: [wait, sorry]}, {step: back, within_seconds: 25}",
    "hello, {step: sorry, optional: true}, {step: wait, within_turns: 1}",
    ELSE,
    BRANCH % "{if: wait, within_turns: 2, then: [back]}",
]


@pytest.mark.parametrize("stages", STAGES)
def test_a_verdict_on_doubtful_steps_holds_whether_they_were_taken_or_not(
    rules: Rules, stages: str
) -> None:
    ruleset = rules.ruleset(flow(stages), conditions=NAMED)
    chance = random.Random(7)
    said = ["您好", "请稍等", "让您久等了", "抱歉", "办不了", "服务真好"]
    allowed = {"pass": {"pass"}, "fail": {"fail"}, "unsure": {"pass", "fail"}}
    seen = set()
    for _ in range(100):
        right = ["您好", chance.choice(["服务真好", "嗯"]), "抱歉", "请稍等", "让您久等了"]
        texts = [chance.choice(said) if chance.random() < 0.15 else text for text in right]
        lines = [(chance.choice(["agent"] * 5 + ["doubt"]), text) for text in texts]
        drafted = judged(ruleset, lines, None)
        seen.add(drafted)
        assert judged(ruleset, lines, True) in allowed[drafted]
        assert judged(ruleset, lines, False) in allowed[drafted]
    assert seen == {"pass", "fail", "unsure"}


def judged(ruleset: Ruleset, lines: list[tuple[str, str]], taken: bool | None) -> str:
    """The verdict on the lines, where the doubted ones were said, or not; None: nobody knows."""
    spoken: list[str] = []
    for at, (kind, text) in enumerate(lines):
        who = "客户" if text == "服务真好" else "坐席"
        if kind == "doubt" and taken is None:
            who = "不明"
        elif kind == "doubt" and not taken:
            text = "嗯"
        spoken.append(f"{who} {10 * at}-{10 * at + 2} {text}")
    return draft(talk(*spoken, "坐席 90-91 嗯"), ruleset, Scoring()).items[0].verdict.value


HEAD = "title: 测\nversion: '1'\nconditions:\n  hello: {find: phrase, lexicon: hello}\n"


@pytest.mark.parametrize(
    ("rule", "key", "found"),
    [
        ("require: {flow: []}", "empty", "flow"),
        ("require: {flow: [nothing]}", "unknown-condition", "nothing"),
        ("require: {flow: [{steps: hello}]}", "not-a-step", "steps"),
        ("require: {flow: [{step: hello, branch: []}]}", "not-a-step", "step、branch"),
        ("require: {flow: [{step: hello, after: hello}]}", "unknown-key", "after"),
        ("require: {flow: [{step: {use: hello, at_least: 2}}]}", "step-without-hit", "{…}"),
        ("require: {flow: [{step: {none: [hello]}}]}", "step-without-hit", "{…}"),
        ("require: {flow: [{any_order: [hello, {branch: [{if: hello}, {else: [hello]}]}]}]}",
         "not-a-step", "any_order"),
        ("require: {flow: [{branch: [{if: hello}]}]}", "wrong-branch", "1"),
        ("require: {flow: [{branch: [{else: [hello]}, {if: hello}]}]}", "wrong-branch", "2"),
        ("require: {flow: [{branch: [{if: hello}, {then: [hello]}]}]}", "missing-key", ""),
        ("forbid: {flow: [hello]}, unless: hello", "flow-unless", "unless"),
        ("per: hit, forbid: {any: [{flow: [hello]}]}", "per-hit-of-flow", "i"),
    ],
)  # fmt: skip
def test_a_wrong_flow_is_refused_with_line_and_choices(
    rules: Rules, rule: str, key: str, found: str
) -> None:
    problems = rules.problems(f"{HEAD}items:\n  - {{id: i, ask: 问, points: 1, {rule}}}\n")
    assert [(p.reason.key, p.line) for p in problems] == [(f"template.{key}", 6)]
    assert problems[0].reason.values["found"] == found
