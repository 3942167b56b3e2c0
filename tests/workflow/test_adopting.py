"""Rules from elsewhere are kept when they are sound, beside what is there, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.adopting.phrase_list import Told
from pipeline.refusal import Refusal
from pipeline.text.lexicon import load_lexicon
from pipeline.text.match import find_all
from pipeline.workflow.adopting import Wish, adopt


@pytest.fixture
def wish(tmp_path: Path, home: Path) -> Wish:
    path = tmp_path / "禁语 (2026).csv"
    path.write_text("词语,类别\n不知道,禁语\n不能,禁语\n不能,禁语\n", "gbk")
    return Wish(path, home, "来自别处")


def test_a_list_becomes_a_lexicon_that_finds(wish: Wish, home: Path) -> None:
    taken = adopt(wish)
    assert list(taken.files) == [home / "lexicons" / "禁语-2026.yaml"]
    words = load_lexicon(home / "lexicons" / "禁语-2026.yaml")
    assert [m.phrase for m in find_all(words, "我不知道啊")] == ["不知道"]
    assert not find_all(words, "您能不能快点")
    assert [(m.line, m.kept) for m in taken.misfits] == [(4, False)]
    assert not list(home.rglob(".*"))


def test_what_lint_advises_on_is_told_with_the_file_that_was_made(wish: Wish) -> None:
    wish.path.write_text("不知道\n我不知道啊\n", "utf-8")
    (advice,) = adopt(replace(wish, told=Told(match="text"))).advice
    assert (advice.reason.key, advice.line) == ("advice.contained", 7)
    assert advice.file == str(wish.out / "lexicons" / "禁语-2026.yaml")


def test_what_is_there_stays_unless_force_is_used(wish: Wish, home: Path) -> None:
    (path,) = adopt(wish).files
    path.write_text("mine", "utf-8")
    with pytest.raises(Refusal) as refused:
        adopt(wish)
    assert refused.value.reason.key == "adopting.exists"
    assert path.read_text("utf-8") == "mine"
    adopt(replace(wish, force=True))
    assert load_lexicon(path).phrases


def test_a_trial_writes_nothing(wish: Wish, home: Path) -> None:
    (text,) = adopt(replace(wish, dry_run=True)).files.values()
    assert "- 不知道" in text
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "a/b", "-a", ".a", "a" * 200, "a b"])
def test_a_name_leads_nowhere_else(wish: Wish, home: Path, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        adopt(replace(wish, name=name))
    assert refused.value.reason.key == "adopting.name"
    assert list(home.iterdir()) == []


def test_what_our_lexicons_do_not_take_is_not_written(wish: Wish, home: Path) -> None:
    with pytest.raises(Refusal) as refused:
        adopt(replace(wish, told=Told(match="fuzzy")))
    assert refused.value.reason.key == "lexicon.unknown-match"
    assert refused.value.file == str(home / "lexicons" / "禁语-2026.yaml")
    assert list(home.iterdir()) == []


def test_a_file_of_nothing_is_refused(wish: Wish, home: Path) -> None:
    wish.path.write_text("词语\n。。\n", "utf-8")
    with pytest.raises(Refusal) as refused:
        adopt(wish)
    assert refused.value.reason.key == "adopting.nothing"
    with pytest.raises(Refusal) as refused:
        adopt(replace(wish, path=home / "none.csv"))
    assert refused.value.reason.key == "file.not-found"
