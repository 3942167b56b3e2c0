"""zhiyin search: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest

from pipeline.storage import Store
from tests.cli.conftest import Run
from tests.storage.test_search import TALK, keep


@pytest.fixture
def stored(home: Path) -> Path:
    with Store(home) as store:
        keep(store, "C-1", TALK)
    return home


def test_hits_are_shown_with_call_moment_speaker_and_the_words_marked(
    run: Run, stored: Path
) -> None:
    ran = run("search", "客户:投诉", "--lang", "zh")
    assert ran.code == 0
    line = ran.out.splitlines()[-1]
    assert line.split()[:4] == ["C-1", "2026-11-01", "0:15", "客户"] and "【投诉】" in line
    assert "找到 1 处" in ran.talk


def test_other_programs_get_json(run: Run, stored: Path) -> None:
    told = json.loads(run("search", "vip会员", "--json", "--limit", "1").out)
    (hit,) = told["hits"]
    assert (told["count"], told["more"], hit["turn"], hit["speaker"]) == (1, False, 1, "customer")
    (span,) = hit["spans"]
    assert hit["text"][slice(*span)] == "ＶＩＰ 会员"


def test_nothing_found_ends_with_1_and_a_query_that_is_none_with_2(run: Run, stored: Path) -> None:
    assert run("search", "没有人说过").code == 1
    for wrong in (("(退",), ("退", "--since", "soon"), ("退", "--state", "old")):
        ran = run("search", *wrong, "--lang", "en")
        assert (ran.code, ran.out) == (2, "") and ran.talk.count("\n") == 1
    assert run("search", "退", "--verdict", "fail").code == 2
    assert run("search", "退", "--agent", "8001").code == 1


def test_a_search_without_a_name_must_not_be_kept_in_silence(run: Run, stored: Path) -> None:
    for words in (("不清楚", "--save", ""), ("--saved", "")):
        ran = run("search", *words)
        assert ran.code == 2 and "没有写搜索的名字" in ran.talk and not ran.out, words


def test_a_search_is_kept_by_a_name_and_asked_again(run: Run, stored: Path) -> None:
    first = run("search", "投诉", "--agent", "", "--save", "不满", "--lang", "zh")
    assert first.code == 0 and "已保存为“不满”" in first.talk
    again = run("search", "--saved", "不满", "--lang", "zh")
    assert (again.code, again.out) == (0, first.out)
    assert run("search", "--saved", "不满", "--agent", "8001").code == 1, "narrowed down further"
    for wrong in (("--saved", "没有"), ("退", "--saved", "不满"), ("(退", "--save", "坏"), ()):
        ran = run("search", *wrong, "--lang", "en")
        assert (ran.code, ran.out) == (2, "") and ran.talk.count("\n") == 1
