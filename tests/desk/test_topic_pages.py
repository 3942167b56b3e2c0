"""Pages for trainers: topics and news, calls alike, habits, training needs."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.storage import Audit
from pipeline.storage.review_records import Wanted
from pipeline.storage.reviews import Reviews
from tests.databases import Database
from tests.desk.conftest import Browser
from tests.many import LAST, names

Door = Callable[[str], Browser]
DAY = (LAST - timedelta(days=10)).isoformat()
PERIOD = f"since={(LAST - timedelta(days=34)).isoformat()}&until={LAST.isoformat()}"


@pytest.fixture
def home(tmp_path: Path, topics_home: Path) -> Path:
    return Path(shutil.copytree(topics_home, tmp_path / "home"))


def numbers(page: str) -> list[int]:
    return [int(one) for one in dict.fromkeys(re.findall(r'href="/topics/(\d+)"', page))]


def card_of(home: Path, name: str) -> int:
    with Reviews(home) as reviews:
        rows = reviews.page(Wanted(share=0.0), "x", 0, 1_000).rows
    return next(row.id for row in rows if row.name == name)


def test_what_rose_stands_with_both_shares_and_the_interval(browser: Door) -> None:
    page = browser("trainer").get("/topics").text
    assert "▲" in page and "“漫游”" in page
    assert re.search(r"<b>\+\d+\.\d</b> <span class=\"range\">\+\d+\.\d … \+\d+\.\d</span>", page)
    assert re.search(r'<small class="n">\d+/\d+</small>', page)
    assert f"看了 {len(names())} 通" in page


def test_a_topic_shows_its_calls_to_who_reads_and_sums_to_who_does_not(browser: Door) -> None:
    number = numbers(browser("trainer").get("/topics").text)[0]
    seen = browser("lead").get(f"/topics/{number}").text
    assert "/similar" in seen and re.search(r'href="/cards/\d+"', seen)
    sums = browser("manager").get(f"/topics/{number}").text
    assert "看不到单通通话" in sums and "/cards/" not in sums and "/topics/pairs" not in sums


def test_gaps_name_the_words_of_questions_and_lead_to_the_calls(browser: Door) -> None:
    trainer = browser("trainer")
    page = trainer.get("/topics").text
    gap = page[page.index("知识缺口") :]
    assert "宽带" in gap
    (number,) = re.findall(r'href="/topics/(\d+)#gap"', gap)
    topic = trainer.get(f"/topics/{number}").text
    assert re.search(r'href="/cards/\d+\?at=12.0">宽带-\d+ 0:12</a>', topic)


def test_calls_like_one_are_about_the_same_and_only_those_that_the_asker_reads(
    browser: Door, home: Path
) -> None:
    card = card_of(home, "宽带-1")
    page = browser("lead").get(f"/cards/{card}/similar").text
    found = re.findall(r'class="open" href="/cards/\d+">([^<]+)</a>', page)[1:]
    assert len(found) == 12 and sum(name.startswith("宽带") for name in found) >= 10
    assert "/compare?well=" in page
    own = browser("inspector-a").get(f"/cards/{card}/similar").text
    assert "甲组" in own and "乙组" not in own
    act = Audit(home).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("inspector-a", "compared", str(card))


def test_pairs_are_in_one_situation_and_far_apart(browser: Door) -> None:
    trainer = browser("trainer")
    all_topics = trainer.get("/topics/pairs").text
    topic = re.search(r'<option value="(\d+)"[^>]*>[^<]*宽带', all_topics)
    assert topic
    page = trainer.get(f"/topics/pairs?topic={topic[1]}").text
    assert "处理得好" in page and "处理得不好" in page and "✗ 开头是否问候" in page
    well, badly = re.search(r"/compare\?well=(\d+)&amp;badly=(\d+)", page).groups()  # type: ignore[union-attr]
    beside = trainer.get(f"/compare?well={well}&badly={badly}").text
    assert "哪里不同" in beside and "感谢您的来电" in beside and beside.count('class="talk"') == 2
    assert "不通过" in beside or "不合格" in beside


def test_a_pair_with_a_call_of_others_must_not_be_shown(browser: Door, home: Path) -> None:
    mine, theirs = card_of(home, "宽带-1"), card_of(home, "宽带-2")
    leader = browser("leader")
    assert leader.get(f"/compare?well={mine}&badly={theirs}").status_code == 404
    assert leader.get(f"/compare?well={mine}&badly={mine}").status_code == 200
    way = '<a href="/topics/pairs" aria-current="page">对比通话</a>'
    for path in ("/topics/pairs", f"/compare?well={mine}&badly={mine}"):
        assert way in leader.get(path).text and way in browser("inspector-a").get(path).text, path
    led = browser("trainer").get("/topics/pairs").text
    assert led.count(way) == 1, "by the topics, and not beside them"


def test_topics_of_calls_that_one_does_not_see_must_not_be_named(browser: Door, home: Path) -> None:
    def told(login: str) -> dict[str, int]:
        page = browser(login).get("/topics/pairs").text
        return {
            one: int(n)
            for one, n in re.findall(r'<option value="\d+"[^>]*>([^<]+) \((\d+)\)<', page)
        }

    every, some = told("trainer"), told("inspector-b")
    assert set(some) <= set(every) and all(0 < some[one] < every[one] for one in some)
    Database(home).rows(
        "DELETE FROM call_topic WHERE topic = 1 AND recording_id IN"
        " (SELECT recording_id FROM review WHERE team = '乙组')"
    )
    assert len(told("inspector-b")) == len(some) - 1 and len(told("trainer")) == len(every)
    assert browser("inspector-b").get("/topics/pairs?topic=1").status_code == 404
    assert browser("trainer").get("/topics/pairs?topic=1").status_code == 200


def test_habits_of_the_best_quarter_are_shown_with_counts(browser: Door) -> None:
    page = browser("manager").get("/topics/habits").text
    assert "“来电”" in page and re.search(r"\d+/\d+</small>", page)


def test_common_problems_stand_beside_an_agents_own(browser: Door) -> None:
    page = browser("trainer").get(f"/training?{PERIOD}&agent=8001").text
    assert "与同事相比" in page and "开头是否问候" in page
    assert "! 开头是否问候" in page and "累计占比" in page
    own = browser("leader").get(f"/training?{PERIOD}").text
    assert "乙组" not in own and 'name="held"' not in own


def test_a_training_is_entered_and_its_effect_told_with_its_interval(
    browser: Door, home: Path
) -> None:
    trainer = browser("trainer")
    form = {"name": "开头与结尾", "held": DAY, "agents": "8001、8002", "items": "small/hello"}
    assert trainer.submit("/training", **form).status_code == 303
    page = trainer.get("/training").text
    assert "开头与结尾" in page and "8001、8002" in page
    assert re.search(r"可能只是偶然|变好了|变差了", page)
    act = Audit(home).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("trainer", "training-added", DAY)
    assert trainer.submit("/training/1/remove").status_code == 303
    assert "开头与结尾" not in trainer.get("/training").text
    refused = trainer.submit("/training", **{**form, "held": "2099-01-01"})
    assert refused.status_code == 422 and "还没有到" in refused.text


def test_how_agents_of_another_team_do_after_a_training_must_not_be_told(browser: Door) -> None:
    trainer = browser("trainer")
    for name, agents in (("只有甲组", "8001"), ("两个班组", "8001、8002")):
        form = {"name": name, "held": DAY, "agents": agents, "items": "small/hello"}
        assert trainer.submit("/training", **form).status_code == 303
    for login, both in (("leader", False), ("manager", True), ("lead", True)):
        page = browser(login).get("/training").text
        assert "只有甲组" in page and ("两个班组" in page) == both, login
        assert ("8002" in page) == both, login


def test_rules_of_long_ago_that_cannot_be_read_any_more_must_not_break_pages(
    browser: Door, home: Path
) -> None:
    old = "INSERT INTO ruleset (digest, template, version, texts, added) VALUES"
    Database(home).rows(f"{old} ('long-ago', 'older', '1', '{{}}', 0)")
    lead = browser("lead")
    for path in ("/training", "/topics/habits", "/search", "/"):
        assert lead.get(path).status_code == 200, path


def test_every_sentence_is_there_in_english(browser: Door) -> None:
    trainer = browser("trainer")
    trainer.submit("/language/en")
    number = numbers(trainer.get("/topics").text)[0]
    for path in ("/topics", f"/topics/{number}", "/topics/pairs", "/topics/habits", "/training"):
        page = trainer.get(path).text
        assert "desk-topics." not in page and "topics.column" not in page, path


def test_without_topics_pages_say_how_many_calls_there_are_and_how_many_it_takes(
    browser: Door, home: Path
) -> None:
    Database(home).rows("DELETE FROM finding")
    trainer = browser("trainer")
    for language, said in (
        ("zh", f"最近五周有 {len(names())} 通，至少要有 50 通"),
        ("en", f"there are {len(names())} calls of the last five weeks, and 50 are needed"),
    ):
        trainer.submit(f"/language/{language}")
        for path in ("/topics", "/topics/pairs", "/topics/habits"):
            assert said in trainer.get(path).text, (language, path)


def test_a_period_that_is_none_is_refused(browser: Door) -> None:
    trainer = browser("trainer")
    for query in ("since=x", "agent=" + "x" * 300, "agents=1", "since=2026-02-01&until=2026-01-01"):
        assert trainer.get(f"/training?{query}").status_code == 422, query
