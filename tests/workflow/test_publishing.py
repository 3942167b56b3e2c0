"""Versions of the rules: sound, whole, and told apart from what is being worked on."""

from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage import Publication, Store
from pipeline.workflow.publishing import Standing, publish, standing
from pipeline.workflow.rules import read_working_copy, rulebook
from pipeline.workflow.trying import test_rules as run_tests
from tests.workflow.stored import (
    LEXICONS,
    TEMPLATE,
    add_phrase,
    again,
    keep,
    write,
)


def published(home: Path, by: str = "李", note: str = "") -> Publication:
    made = publish(again(home), by, note).publication
    assert made is not None
    return made


def test_a_version_says_who_when_why_and_what_changed(past: Path) -> None:
    publish(again(past), "李主管", "第一版")
    add_phrase(past, "没办法")
    made = published(past, "李主管", "补一句")
    assert (made.version, made.by, made.note) == (2, "李主管", "补一句")
    assert made.at > 1_600_000_000_000
    (change,) = made.diff["rules"]
    assert (change["file"], change["added"]) == ("lexicons/taboo.yaml", ["没办法"])
    assert made.diff["verdicts"]["calls"] == 3


def test_what_is_kept_with_a_version_holds_no_words_of_calls(past: Path) -> None:
    publish(again(past), "李", "")
    add_phrase(past, "没办法")
    keep(past, sulky=("坐席 1 您好", "坐席 6 那没办法话费"))
    made = published(past)
    (item,) = made.diff["verdicts"]["items"]
    assert (item["item"], item["newly_failing"], item["points"]) == ("taboo", 1, -5)
    assert "话费" not in str(made.diff) and "wav" not in str(made.diff)


def test_a_published_version_is_rebuilt_from_the_database_alone(past: Path) -> None:
    made = published(past)
    with Store(past) as store:
        before = rulebook(None, past, store)
        for name in LEXICONS:
            (past / "lexicons" / f"{name}.yaml").unlink()
        (past / "scorecards" / "small.yaml").unlink()
        after = rulebook(1, past, store)
    assert after.digests == before.digests == made.rulesets
    assert after.texts == before.texts


def test_the_bundled_rules_come_back_the_same_from_their_texts(home: Path) -> None:
    from pipeline.scoring.rulebook import rebuilt

    book = read_working_copy(home)
    assert rebuilt(book.texts).digests == book.digests
    assert any(name.startswith("scorecards/shared/") for name in book.texts)


def test_nothing_new_is_not_published(past: Path) -> None:
    publish(again(past), "李", "")
    with pytest.raises(Refusal, match="nothing-new"):
        publish(again(past), "李", "")


@pytest.mark.parametrize(
    ("name", "text", "key", "line"),
    [
        ("lexicons/taboo.yaml", "title: 禁语\nphrases: [不清楚]\nfoo: 1\n", "unknown-key", 3),
        ("lexicons/taboo.yaml", "title: 禁语\nphrases: [胡说]\nmust_match: [我不清楚]\n", "", 3),
        (
            "scorecards/small.yaml",
            TEMPLATE.replace("taboo: fail", "taboo: pass"),
            "test-failed",
            14,
        ),
        ("scorecards/small.yaml", TEMPLATE.replace("lexicon: taboo", "lexicon: tabu"), "", 8),
    ],
)
def test_unsound_rules_are_not_published_and_the_line_is_named(
    name: str,
    text: str,
    key: str,
    line: int,
    past: Path,
) -> None:
    write(past, name, text)
    made = publish(again(past), "李", "")
    assert (made.publication, made.compared) == (None, None)
    first = made.faults[0]
    assert key in first.reason.key
    assert (first.file, first.line) == (str(past / name), line)
    with Store(past) as store:
        assert store.published() is None


def test_where_the_working_copy_stands(past: Path) -> None:
    names = ("lexicons/hello.yaml", "lexicons/taboo.yaml", "scorecards/small.yaml")
    assert standing(past, Storage()) == Standing(0, names)
    publish(again(past), "李", "")
    assert standing(past, Storage()) == Standing(1, ())
    add_phrase(past, "没办法")
    assert standing(past, Storage()) == Standing(1, ("lexicons/taboo.yaml",))


def test_every_test_is_run_and_a_failure_says_what_came_instead(past: Path) -> None:
    good = list(run_tests(past, again(past).settings))
    assert {(one.path.stem, one.tests) for one in good} == {
        ("hello", 0),
        ("taboo", 1),
        ("small", 1),
    }
    write(past, "scorecards/small.yaml", TEMPLATE.replace("hello: pass", "hello: fail"))
    (failure,) = [f for one in run_tests(past, again(past).settings) for f in one.failures]
    assert failure.reason.values == {
        "name": "说了不清楚",
        "item": "hello",
        "found": "pass",
        "allowed": "fail",
    }
