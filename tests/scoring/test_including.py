"""Conditions that templates share: found, covered by the digest, and refused where they stand."""

from pathlib import Path

import pytest

from pipeline.configuration.resources import files, folder
from pipeline.refusal import Refusal
from pipeline.scoring.loading import load_template, problems, shared_problems
from pipeline.scoring.ruleset import ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.text.lexicon import load_lexicons
from tests.scoring.rules import Rules
from tests.talk import talk

HEAD = "title: 测试\nversion: '1'\n"
ITEM = "items:\n  - {id: a, ask: 问, points: 5, require: said}\n"
SAID = "title: 共用\nconditions:\n  said: {find: phrase, lexicon: hello, speaker: agent}\n"


def template(rules: Rules, text: str, **shared: str) -> Path:
    (rules.folder / "shared").mkdir(exist_ok=True)
    for name, content in shared.items():
        (rules.folder / "shared" / f"{name}.yaml").write_text(content, encoding="utf-8")
    return rules.file(text)


def refused(rules: Rules, text: str, **shared: str) -> list[tuple[str, str, int | None]]:
    found = problems(template(rules, text, **shared), rules.lexicons)
    return [(p.reason.key.removeprefix("template."), Path(p.file).stem, p.line) for p in found]


def test_an_included_condition_is_the_templates_own(rules: Rules) -> None:
    path = template(rules, f"{HEAD}include: greet\n{ITEM}", greet=SAID)
    rulings = ruleset(load_template(path, rules.lexicons))
    card = draft(talk("坐席 0 您好"), rulings, Scoring())
    assert [item.verdict.value for item in card.items] == ["pass"]
    card = draft(talk("客户 0 您好", "坐席 2 喂"), rulings, Scoring())
    assert [item.verdict.value for item in card.items] == ["fail"]


def test_an_included_file_may_include_and_two_may_include_the_same(rules: Rules) -> None:
    again = "title: 再\ninclude: [greet]\nconditions:\n  twice: {use: said, at_least: 2}\n"
    other = "title: 另\ninclude: [greet]\nconditions:\n  late: {use: said, last_seconds: 9}\n"
    text = f"{HEAD}include: [again, other]\n{ITEM}"
    path = template(rules, text, greet=SAID, again=again, other=other)
    assert set(load_template(path, rules.lexicons).conditions) == {"said", "twice", "late"}


def test_the_digest_covers_what_is_included(rules: Rules) -> None:
    text = f"{HEAD}include: [greet]\n{ITEM}"
    first = ruleset(load_template(template(rules, text, greet=SAID), rules.lexicons))
    assert list(first.files) == [
        *("scorecards/mine.yaml", "scorecards/shared/greet.yaml", "lexicons/hello.yaml")
    ]
    changed = template(rules, text, greet=f"{SAID}# 注\n", unused=SAID)
    assert ruleset(load_template(changed, rules.lexicons)).digest != first.digest
    back = template(rules, text, greet=SAID, unused="title: 没有用到\nconditions: {}\n")
    assert ruleset(load_template(back, rules.lexicons)).digest == first.digest


def test_a_file_that_is_not_there_is_refused_with_those_that_are(rules: Rules) -> None:
    path = template(rules, f"{HEAD}include: [gret]\n{ITEM}", greet=SAID)
    missing, unknown = problems(path, rules.lexicons)
    assert (missing.reason.key, missing.line) == ("template.unknown-include", 3)
    assert missing.reason.values == {"found": "gret", "allowed": "greet"}
    assert unknown.reason.key == "template.unknown-condition"


def test_a_circle_of_includes_is_refused(rules: Rules) -> None:
    one = SAID.replace("共用\n", "一\ninclude: two\n")
    two = "title: 二\ninclude:\n  - one\nconditions: {}\n"
    text = f"{HEAD}include: one\n{ITEM}"
    assert refused(rules, text, one=one, two=two) == [("include-circle", "two", 3)]


def test_a_name_that_stands_twice_is_refused_where_it_comes_again(rules: Rules) -> None:
    own = "conditions:\n  said: {find: phrase, lexicon: taboo}\n"
    text = f"{HEAD}include: greet\n{own}{ITEM}"
    assert refused(rules, text, greet=SAID) == [("condition-twice", "mine", 5)]
    text = f"{HEAD}include: [greet, more]\n{ITEM}"
    assert refused(rules, text, greet=SAID, more=SAID) == [("condition-twice", "more", 3)]


def test_what_is_wrong_in_an_included_file_is_told_once_and_there(rules: Rules) -> None:
    wrong = SAID.replace("hello", "hallo")
    text = f"{HEAD}include: greet\n{ITEM.replace('said', '{use: said, at_least: 2}')}"
    assert refused(rules, text, greet=wrong) == [("unknown-lexicon", "greet", 3)]
    assert refused(rules, text, greet=f"{SAID}items: []\n") == [("unknown-key", "greet", 4)]
    (problem,) = problems(template(rules, text, greet="title: '\n"), rules.lexicons)[:1]
    assert problem.reason.key == "template.unknown-condition"
    assert "yaml.syntax" in [
        p.reason.key for p in problems(template(rules, text, greet="title: '\n"), rules.lexicons)
    ]


def test_a_centres_own_shared_file_comes_before_the_one_beside(rules: Rules) -> None:
    path = template(rules, f"{HEAD}include: greet\n{ITEM}", greet=SAID)
    own = rules.folder / "greet.yaml"
    own.write_text(SAID.replace("hello", "taboo"), encoding="utf-8")
    found = load_template(path, rules.lexicons, {"greet": own})
    assert [lexicon.name for lexicon in found.lexicons] == ["taboo"]


@pytest.mark.parametrize("path", files("scorecards/shared", None).values(), ids=lambda p: p.stem)
def test_every_bundled_shared_file_is_right_by_itself(path: Path) -> None:
    assert shared_problems(path, load_lexicons(folder("lexicons"))) == []


def test_a_shared_file_alone_is_held_to_the_same(rules: Rules) -> None:
    template(rules, HEAD, greet="title: 共用\ninclude: greet\nconditions:\n  b: {use: c}\n")
    found: list[Refusal] = shared_problems(rules.folder / "shared/greet.yaml", rules.lexicons)
    assert [(p.reason.key, p.line) for p in found] == [
        ("template.include-circle", 2),
        ("template.unknown-condition", 4),
    ]
