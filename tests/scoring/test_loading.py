"""Templates are refused with line, finding and choices; several problems are told at once."""

import time
from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.scoring.loading import load_template
from tests.scoring.rules import Rules

SILENCE = "{find: silence, longer_than_seconds: "
HEAD = "title: 测试\nversion: '1'\n"
FIND = "{find: phrase, lexicon: hello}"


def item(text: str) -> str:
    return f"{HEAD}items:\n  - {{id: a, ask: 问, points: 5, {text}}}\n"


def given(keys: str) -> str:
    """An item with a condition that has these keys too."""
    return item(f"require: {FIND[:-1]}, {keys}")


@pytest.mark.parametrize(
    ("text", "key", "line", "found"),
    [
        (f"{HEAD}itemz: []\n", "unknown-key", 3, "itemz"),
        (f"{HEAD}scale: percent\nitems: []\n", "not-a-choice", 3, "percent"),
        (f"{HEAD}items: []\n", "empty", 3, "items"),
        (f"{HEAD}items: a\n", "not-a-list", 3, "a"),
        ("title: 测试\nitems: []\n", "missing-key", 1, ""),
        (f"{HEAD}name: other\nitems: []\n", "wrong-name", 3, "other"),
        (f"{HEAD}applies: {{shop: a}}\nitems: []\n", "unknown-key", 3, "shop"),
        (item("weight: 3"), "unknown-key", 4, "weight"),
        (item("cap: ten, per: hit, forbid: " + FIND), "not-a-number", 4, "ten"),
        (item("cap: '10', per: hit, forbid: " + FIND), "not-a-number", 4, "10"),
        (item("cap: -1, per: hit, forbid: " + FIND), "too-small", 4, "-1"),
        (item("cap: 3, per: hit, forbid: " + FIND), "cap-below-points", 4, "3.0"),
        (item("cap: 9, forbid: " + FIND), "cap-without-per-hit", 4, "a"),
        (item("per: turn, forbid: " + FIND), "not-a-choice", 4, "turn"),
        (item("per: hit, require: " + FIND), "per-hit-without-hits", 4, "a"),
        (item("fatal: call"), "not-a-choice", 4, "call"),
        (item("severity: 2"), "not-a-choice", 4, "2"),
        (item("review: never"), "not-a-choice", 4, "never"),
        (item("from: 2026-13-01"), "not-a-day", 4, "2026-13-01"),
        (item("from: 2026-02-01, until: 2026-01-01"), "until-before-from", 4, "2026-01-01"),
        (item("section: x"), "unknown-section", 4, "x"),
        (item("when: " + FIND), "one-rule", 4, "a"),
        (item(f"require: {FIND}, forbid: {FIND}"), "one-rule", 4, "require、forbid"),
        (item("depends: {item: b, is: fail}"), "depends-on-later", 4, "b"),
        (item("depends: {item: a, is: fail}"), "depends-on-later", 4, "a"),
        (item("require: {lexicon: hello}"), "not-a-condition", 4, "{…}"),
        (item("require: {find: phrase, use: x}"), "not-a-condition", 4, "find、use"),
        (item("require: {find: word, lexicon: hello}"), "unknown-detector", 4, "word"),
        (item("require: {find: phrase, lexicon: hallo}"), "unknown-lexicon", 4, "hallo"),
        (item("require: {any: [{find: name_given}], at_least: 2}"), "too-many", 4, "2"),
        (item("require: {all: [{find: name_given}], at_least: 1}"), "unknown-key", 4, "at_least"),
        (item("require: {find: regex, pattern: '(a'}"), "bad-regex", 4, "(a (missing ): (a)"),
        (item("require: {find: regex, pattern: 'a*'}"), "regex-matches-empty", 4, "a*"),
        (item("require: {find: regex, pattern: '.{1,900}a'}"), "regex-too-large", 4, ".{1,900}a"),
        (item("require: {find: phrase}"), "missing-setting", 4, "phrase"),
        (item("require: {find: phrase, lexicon: hello, loud: 3}"), "unknown-key", 4, "loud"),
        (item(f"require: {SILENCE}long}}"), "wrong-setting", 4, "long"),
        (
            item("require: {find: silence, longer_than_seconds: 5, speaker: boss}"),
            "not-a-choice",
            4,
            "boss",
        ),
        (given("percent: [20, 10]}"), "wrong-percent", 4, "[…]"),
        (given("first_turns: 0}"), "too-small", 4, "0"),
        (
            given("within_seconds: 5}"),
            "reach-without-anchor",
            4,
            "within_seconds",
        ),
        (
            given("before: this, after: this}"),
            "two-anchors",
            4,
            "before、after",
        ),
        (given("after: hold}"), "unknown-condition", 4, "hold"),
        (given("after: 2 x y}"), "bad-anchor", 4, "2 x y"),
        (item("require: {use: hold}"), "unknown-condition", 4, "hold"),
        (item("for_each: hold, require: " + FIND), "unknown-condition", 4, "hold"),
        (item("require: {all: []}"), "empty", 4, "all"),
    ],
)
def test_what_is_wrong_is_refused_where_it_stands(
    rules: Rules, text: str, key: str, line: int, found: str
) -> None:
    found_problems = [p for p in rules.problems(text) if p.reason.key == f"template.{key}"]
    assert found_problems, [str(problem) for problem in rules.problems(text)]
    problem = found_problems[0]
    assert (problem.line, problem.reason.values["found"]) == (line, found)
    assert problem.file.endswith("mine.yml")


def test_a_refusal_names_what_is_allowed(rules: Rules) -> None:
    (problem,) = rules.problems(item("require: {find: phrase, lexicon: hallo}"))
    assert "hello" in str(problem.reason.values["allowed"])
    (problem,) = rules.problems(item("require: {find: phrases, lexicon: hello}"))
    assert "silence" in str(problem.reason.values["allowed"])


def test_all_problems_are_told_at_once_in_the_order_of_lines(rules: Rules) -> None:
    text = (
        f"{HEAD}scale: no\nconditions:\n  hold: {{find: phrase, lexicon: nope}}\n"
        "items:\n  - {id: a, points: x}\n  - {id: a, ask: 问}\n"
    )
    problems = [(p.line, p.reason.key) for p in rules.problems(text)]
    assert problems == [
        (3, "template.not-a-choice"),
        (5, "template.unknown-lexicon"),
        (7, "template.missing-key"),
        (7, "template.not-a-number"),
        (8, "template.duplicate-id"),
    ]


def test_the_first_problem_refuses_the_template(rules: Rules) -> None:
    with pytest.raises(Refusal) as caught:
        load_template(rules.file(f"{HEAD}itemz: 1\n"), rules.lexicons)
    assert caught.value.line in (1, 3)


def test_conditions_that_run_in_circles_are_refused(rules: Rules) -> None:
    text = (
        f"{HEAD}conditions:\n  a: {{all: [b]}}\n  b: {{any: [a]}}\n"
        "items:\n  - {id: a, ask: 问, require: a}\n"
    )
    (problem,) = rules.problems(text)
    assert (problem.reason.key, problem.line) == ("template.circle", 5)


def test_a_right_template_has_no_problems(rules: Rules) -> None:
    assert rules.problems(item("require: " + FIND)) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a: &x [1]\nb: *x\n", "yaml.alias"),
        ("[" * 10_000, "yaml.too-deep"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml.tag"),
        ("# " + "x" * 5_000_000, "file.too-large"),
        ("a: 1\na: 2\n", "yaml.duplicate-key"),
        ("a: [\n", "yaml.syntax"),
    ],
    ids=["alias", "deep", "tag", "large", "duplicate", "syntax"],
)
def test_hostile_files_are_refused_at_once(rules: Rules, text: str, key: str) -> None:
    began = time.process_time()
    (problem,) = rules.problems(text)
    assert problem.reason.key == key
    assert time.process_time() - began < 1.0


def test_a_file_that_is_not_there_is_refused(rules: Rules, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        load_template(tmp_path / "none.yaml", rules.lexicons)
    assert caught.value.reason.key == "file.not-found"
