"""zhiyin learn and settle: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from pipeline.storage import Act
from pipeline.storage.lesson_records import Taught
from pipeline.storage.lessons import Lessons
from pipeline.workflow import learning
from tests.cli.conftest import Run
from tests.databases import Database
from tests.reviewed import INSPECTOR, RUDE, answer, keep, reviews, rules


@pytest.fixture
def judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One card on which a person upheld a flag, by small rules."""
    from pipeline.cli import learning as shown
    from pipeline.scoring.rulebook import rebuilt
    from pipeline.settings import Reviewing
    from pipeline.workflow.reviewing import confirm, mark

    book = rebuilt(dict(rules().files))
    for module in (learning, shown):
        monkeypatch.setattr(module, "read_working_copy", lambda _: book)
    database = Database(home)
    card = keep(database, "a", RUDE)
    with reviews(database) as opened:
        saved = mark(opened, INSPECTOR, card, 0, [answer("taboo", "fail")])
        confirm(opened, INSPECTOR, card, saved.version, Reviewing())
    return home


def test_without_decisions_there_is_nothing_to_learn(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.scoring.rulebook import rebuilt

    monkeypatch.setattr(learning, "read_working_copy", lambda _: rebuilt(dict(rules().files)))
    ran = run("learn", "--lang", "zh")
    assert ran.code == 1 and "没有东西可学" in ran.talk and ran.out == ""
    assert run("learn", "--list").code == 1


def test_it_says_of_every_item_what_came_of_it_and_whether_it_is_a_new_version(
    run: Run, judged: Path
) -> None:
    ran = run("learn", "--lang", "zh")
    assert ran.code == 0 and "第 1 版：新增 1 条结论，学会 0 项，1 项还学不了" in ran.talk
    assert "是否说了禁语" in ran.out and "只有一种结论" in ran.out
    assert "没有变化，仍用第 1 版" in run("learn", "--lang", "zh").talk
    told = json.loads(run("learn", "--json").out)
    assert (told["version"], told["fresh"], told["items"][0]["decisions"]) == (1, False, 1)
    assert len(run("learn", "--list").out.splitlines()) == 1


def test_settling_is_refused_where_nothing_was_learned_and_told_where_it_is_off(
    run: Run, judged: Path
) -> None:
    ran = run("settle", "taboo", "--lang", "zh")
    assert ran.code == 2 and "还什么都没有学过" in ran.talk and "–" not in ran.talk
    run("learn")
    assert run("settle", "taboo").code == 1
    for words in (("settle", "nothing"), ("settle", "taboo", "--at-least=7")):
        assert run(*words).code == 2
    off = run("settle", "taboo", "--off", "--lang", "zh")
    assert off.code == 0 and "small/taboo：不再自动认定" in off.talk
    with Lessons(judged) as lessons:
        other = Taught(template="other", item="taboo", decisions=1, upheld=1)
        known = lessons.last()
        assert known is not None
        lessons.teach([*known.taught, other], [], Act("zhao", "learned"))
    assert "--template" in run("settle", "taboo", "--off", "--lang", "zh").talk
    assert run("settle", "taboo", "--off", "--template", "small").code == 0
