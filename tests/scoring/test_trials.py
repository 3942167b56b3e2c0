"""Rule tests: dialogues in a template, and whether it judges them as they say."""

import pytest

from pipeline.call import Medium, Speaker
from pipeline.configuration.resources import files, folder
from pipeline.hit import Verdict
from pipeline.scoring.loading import load_template
from pipeline.scoring.ruleset import load_ruleset, ruleset
from pipeline.scoring.trials import run_trials, trials
from pipeline.settings import Scoring
from tests.scoring.rules import Rules

TEMPLATE = """title: 测试
version: '1'
items:
  - {id: hello, ask: 问候, points: 5, require: {find: phrase, lexicon: hello, speaker: agent}}
  - {id: ended, ask: 先挂机, points: 5, forbid: {find: ending, speaker: agent}}
tests:
"""
GOOD = """  - name: 问候了
    talk: [坐席 0.8 您好, 客户 4.1-5.0 你好]
    expect: {hello: pass, ended: unsure}
"""
WRONG = """  - name: 写错了
    about: {hung_up_by: agent}
    seconds: 30
    talk: [坐席 0.8 喂]
    expect: {hello: pass, ended: fail}
"""


def test_a_rule_test_that_comes_true_has_nothing_wrong(rules: Rules) -> None:
    made = ruleset(load_template(rules.file(TEMPLATE + GOOD + WRONG), rules.lexicons))
    good, wrong = run_trials(made, Scoring())
    assert (good.trial.name, good.wrong) == ("问候了", ())
    assert [(item.id, item.verdict) for item in wrong.wrong] == [("hello", Verdict.FAIL)]
    assert (wrong.trial.line, wrong.trial.expected["hello"]) == (10, Verdict.PASS)


def test_a_rule_test_is_a_call_as_it_is_written(rules: Rules) -> None:
    made = ruleset(load_template(rules.file(TEMPLATE + GOOD + WRONG), rules.lexicons))
    first, second = (trial.call for trial in trials(made))
    assert [(t.speaker, t.start, t.end, t.text) for t in first.turns] == [
        (Speaker.AGENT, 0.8, pytest.approx(1.2), "您好"),
        (Speaker.CUSTOMER, 4.1, 5.0, "你好"),
    ]
    assert first.medium == Medium.VOICE
    assert (second.duration, second.about.hung_up_by) == (30, "agent")


@pytest.mark.parametrize(
    ("line", "by", "key", "at"),
    [
        ("坐席 0.8 您好", "坐席 您好", "bad-turn", 8),
        ("坐席 0.8 您好", "班长 0.8 您好", "bad-turn", 8),
        ("4.1-5.0", "5.0-4.1", "bad-turn", 8),
        ("坐席 0.8 您好, 客户 4.1-5.0 你好", "", "empty", 8),
        ("hello: pass", "hallo: pass", "unknown-key", 9),
        ("hello: pass", "hello: passed", "not-a-choice", 9),
        ("hello: pass", "hello: crashed", "not-a-choice", 9),
        ("talk", "text", "unknown-key", 8),
        ("name: 问候了", "medium: mail", "not-a-choice", 7),
        ("name: 问候了", "about: {direction: out}", "missing-key", 7),
        ("name: 问候了", "about: {hangup: agent}", "unknown-key", 7),
        ("name: 问候了", "name: 问\n    about: {satisfaction: good}", "wrong-setting", 8),
    ],
)
def test_what_is_wrong_with_a_rule_test_is_refused(
    rules: Rules, line: str, by: str, key: str, at: int
) -> None:
    found = rules.problems(TEMPLATE + GOOD.replace(line, by))
    assert (f"template.{key}", at) in [(p.reason.key, p.line) for p in found]


@pytest.mark.parametrize("name", files("scorecards", None))
def test_every_bundled_template_keeps_its_rule_tests(name: str) -> None:
    made = load_ruleset(name, folder("scorecards"), folder("lexicons"))
    tried = run_trials(made, Scoring())
    wrong = {(t.trial.name, item.id): item.verdict for t in tried for item in t.wrong}
    assert wrong == {}


@pytest.mark.parametrize("name", files("scorecards", None))
def test_every_rule_of_a_bundled_template_is_tried_both_ways(name: str) -> None:
    """As failing or asking a person, and as neither."""
    template = load_ruleset(name, folder("scorecards"), folder("lexicons")).template
    bad = {Verdict.FAIL, Verdict.UNSURE}
    for item in template.items:
        wanted = {t.expected[item.id] for t in template.trials if item.id in t.expected}
        assert item.rule is None or (wanted & bad and wanted - bad), item.id
