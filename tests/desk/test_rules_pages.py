"""Lexicons and templates at the desk: read as the files say, tried, and published by leads."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from pipeline.desk.runs import Run, Runs, State
from pipeline.refusal import Refusal
from pipeline.storage import Audit, Store
from pipeline.workflow.publishing import publish
from pipeline.workflow.rules import read_working_copy
from tests.desk import calls as stored
from tests.desk.conftest import Browser
from tests.workflow.stored import again, keep, own, write  # noqa: F401 - a fixture

Opens = Callable[..., Browser]
SECONDS = 20
TABOO = "title: 禁语\nphrases:\n  # 最常见\n  - 不清楚\nmust_match: [我不清楚]\n"


@pytest.fixture
def lead(browser: Opens) -> Browser:
    return browser("lead")


@pytest.fixture
def calls(own: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """Two stored calls without cards, small rules, and runs that are done where they are asked
    for: what a process adds is tried in test_runs.py, and by the days in a browser."""
    monkeypatch.setattr(Runs, "_follow", follow)
    home = own
    write(home, "lexicons/taboo.yaml", TABOO)
    keep(home, rude=("坐席 1 您好", "坐席 6 那没办法"), polite=("坐席 1 您好", "客户 3 没办法"))
    return home


def follow(every: Runs, run: Run) -> None:
    """In this process."""
    try:
        run.result, state = run.task(tell=lambda _: None), State.DONE
    except Refusal as refusal:
        run.refusal, state = refusal, State.REFUSED
    run.state = state


def text_of(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text[:300]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def finished(lead: Browser, began: httpx.Response) -> httpx.Response:
    """The page of a run, once it is over."""
    assert began.status_code == 303, text_of(began)
    place = began.headers["location"]
    until = time.monotonic() + SECONDS
    while True:
        state = lead.get(f"{place}/state")
        if "hx-get" not in state.text:
            return state
        assert time.monotonic() < until, state.text
        time.sleep(0.05)


def test_lexicons_are_read_as_the_file_says(lead: Browser) -> None:
    page = lead.get("/rules/lexicons/forbidden")
    said = text_of(page)
    assert "服务禁语" in said and "我不知道" in said and "按整词" in said
    assert "一问三不知" in said, "the file's own comments"
    assert "/rules/templates/telecom-inbound/forbidden" in page.text


def test_templates_are_read_in_words(lead: Browser) -> None:
    said = text_of(lead.get("/rules/templates/telecom-inbound"))
    assert "开头与结束" in said and "每处 4 分，最多 12 分" in said
    assert "坐席开口后 15 秒内说出《" in said
    one = text_of(lead.get("/rules/templates/telecom-inbound/courtesy"))
    assert "不许" in one and "下列有一即可" in one and "全程一处礼貌用语也没有" in one


def test_every_page_of_the_rules_opens_in_both_languages(lead: Browser) -> None:
    for language in ("zh", "en"):
        lead.submit(f"/language/{language}", wanted="/rules")
        page = lead.get("/rules")
        found = set(re.findall(r'href="(/rules/[a-z]+/[\w-]+)"', page.text))
        assert len(found) > 20
        for path in sorted(found):
            inside = lead.get(path)
            assert inside.status_code == 200, path
            assert "desk-rules." not in inside.text, path


def test_an_item_is_explained_on_a_card(lead: Browser, home: Path) -> None:
    book = read_working_copy(home)
    telecom = next(one for one in book.rulesets if one.template.name == "telecom-inbound")
    card = stored.keep(home, stored.BAD, "bad", sound="none", ruleset=telecom)
    page = lead.get(f"/rules/templates/telecom-inbound/forbidden?card={card}")
    said = text_of(page)
    assert f"在第 {card} 号评分单上" in said and "这个我不清楚" in said and "把握" in said
    act = Audit(home).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("lead", "viewed", str(card))
    assert (
        lead.get(f"/rules/templates/telecom-inbound/forbidden?card={card + 1}").status_code == 404
    )


def test_a_search_goes_through_every_file(lead: Browser) -> None:
    page = lead.get("/rules", params={"q": "我 不知道"})
    assert 'href="/rules/lexicons/forbidden#L' in page.text
    assert "没有找到" in text_of(lead.get("/rules", params={"q": "闻所未闻的话"}))


def test_what_is_no_rule_must_not_be_found(lead: Browser) -> None:
    for path in (
        "/rules/lexicons/nothing",
        "/rules/lexicons/..%2f..%2fzhiyin",
        "/rules/templates/nothing",
        "/rules/templates/telecom-inbound/nothing",
        "/rules/shared/nothing",
        "/rules/history/7",
        "/rules?version=7",
        "/rules/try/nothing",
        "/rules/publish/nothing",
    ):
        assert lead.get(path).status_code == 404, path


def test_a_phrase_is_tried_and_only_then_taken(lead: Browser, calls: Path) -> None:
    asked = {"phrase": "没办法", "lexicon": "taboo", "match": "text", "speaker": "agent"}
    began = lead.submit("/rules/try", **asked, days="0", sample="500")
    state = finished(lead, began)
    said = text_of(state)
    assert "看了 2 通，其中 1 通说了，共 1 处" in said and "那 没办法" in said
    assert (calls / "lexicons/taboo.yaml").read_text("utf-8") == TABOO
    done = lead.submit(f"{began.headers['location']}/accept")
    assert done.headers["location"] == "/rules/lexicons/taboo"
    written = (calls / "lexicons/taboo.yaml").read_text("utf-8")
    assert "  - {phrase: 没办法, match: text}\n" in written
    assert "有改动" in text_of(lead.get("/rules/lexicons/taboo"))
    acts = [line.act for line in Audit(calls).latest(2)]
    assert [act.action for act in acts] == ["phrase-added", "phrase-tried"]
    assert {act.by for act in acts} == {"lead"}


def test_a_wrong_phrase_is_told_beside_the_form(lead: Browser) -> None:
    page = lead.submit("/rules/try", phrase="我不知道", lexicon="forbidden")
    assert page.status_code == 422 and "lexicons/forbidden.yaml" in page.text
    assert 'value="我不知道"' in page.text
    assert lead.submit("/rules/try", phrase="").status_code == 422


def test_a_wrong_phrase_is_named_and_no_file_that_there_is_not(lead: Browser) -> None:
    for lexicon in ("", "forbidden"):
        page = lead.submit("/rules/try", phrase="您好*{x}再见", lexicon=lexicon)
        (said,) = re.findall(r'<p class="remark fatal" role="alert">(.*?)</p>', page.text)
        assert page.status_code == 422 and said.startswith("“您好*{x}再见”"), said
        assert "phrase.yaml" not in said and "yaml:" not in said


def test_another_person_must_not_see_what_was_tried(
    browser: Opens, lead: Browser, calls: Path
) -> None:
    began = lead.submit("/rules/try", phrase="没办法", days="0", speaker="agent")
    place = began.headers["location"]
    assert browser("trainer").get(place).status_code == 404
    finished(lead, began)


def test_what_is_not_done_must_not_be_taken(
    lead: Browser, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runs, "_follow", lambda *_: None)
    began = lead.submit("/rules/try", phrase="没办法", days="0", lexicon="taboo")
    place = began.headers["location"]
    assert "hx-get" in lead.get(f"{place}/state").text
    assert lead.submit(f"{place}/accept").status_code == 422
    assert lead.submit(f"{place}/stop").status_code == 303
    assert "已停下" in text_of(lead.get(f"{place}/state"))
    assert lead.submit(f"{place}/accept").status_code == 422
    assert (calls / "lexicons/taboo.yaml").read_text("utf-8") == TABOO


def look(lead: Browser) -> tuple[str, httpx.Response]:
    began = lead.submit("/rules/publish/look", days="0", sample="500")
    return began.headers["location"], finished(lead, began)


@pytest.fixture
def crowded(browser: Opens, calls: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Browser, str]:
    """A trainer whose trial goes on and on, where one may run: the trainer, and its address."""
    monkeypatch.setattr(Runs, "_follow", lambda *_: None)
    monkeypatch.setattr("pipeline.desk.runs.AT_ONCE", 1)
    trainer = browser("trainer")
    began = trainer.submit("/rules/try", phrase="没办法", days="0")
    assert "先检查规则和例句，再看 2 通" in text_of(trainer.get(began.headers["location"]))
    return trainer, began.headers["location"]


def test_a_preview_says_what_it_waits_for_and_a_lead_ends_that(
    lead: Browser, calls: Path, crowded: tuple[Browser, str]
) -> None:
    trainer, trial = crowded
    place = lead.submit("/rules/publish/look", days="0").headers["location"]
    page = lead.get(place)
    assert "排队中" in text_of(page) and "在试一句话：已看 0 通，共 2 通" in text_of(page)
    (end,) = re.findall(r'action="(/rules/runs/[^"]+/end)"', page.text)
    assert lead.submit(end, wanted=place).headers["location"] == place
    assert "先检查规则和例句" in text_of(lead.get(place)), "its turn has come"
    assert "质检主管把它结束了" in text_of(trainer.get(trial))
    act = Audit(calls).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("lead", "trial-ended", "trainer")


def test_a_trainer_must_not_end_what_a_lead_looks_at(
    browser: Opens, lead: Browser, calls: Path, crowded: tuple[Browser, str]
) -> None:
    trainer, trial = crowded
    trainer.submit(f"{trial}/stop")
    lead.submit("/rules/publish/look", days="0")
    place = trainer.submit("/rules/try", phrase="没办法", days="0").headers["location"]
    page = trainer.get(place)
    assert "在看发布会改变什么" in text_of(page) and "/rules/runs/" not in page.text


def test_a_lead_publishes_what_was_looked_at(lead: Browser, calls: Path) -> None:
    place, state = look(lead)
    assert "发布第 1 版" in text_of(state)
    assert lead.submit(place, note=" ").status_code == 422
    made = lead.submit(place, note="启用")
    state = finished(lead, made)
    assert state.headers["HX-Redirect"] == "/rules/history/1?fresh=true"
    assert "第 1 版已发布" in text_of(lead.get(state.headers["HX-Redirect"]))
    history = text_of(lead.get("/rules/history"))
    assert "启用" in history and "核对 2 通" in history
    act = Audit(calls).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("lead", "rules-published", "1")
    assert lead.get("/rules?version=1").status_code == 200


def test_faults_stop_it_with_file_and_line(lead: Browser, calls: Path) -> None:
    write(calls, "lexicons/own.yaml", "title: 自己的\nphrases:\n  - 好\n  - 好\n")
    _, state = look(lead)
    assert "own.yaml:4" in state.text and "发布第" not in text_of(state)
    assert "读不出来" in text_of(lead.get("/rules"))


def test_of_two_leads_one_publishes_and_the_other_is_told(
    browser: Opens, lead: Browser, calls: Path
) -> None:
    place, _ = look(lead)
    with Store(calls) as store:
        assert publish(again(calls), "李主管", "快一步").publication
        late = lead.submit(place, note="我的")
        assert "李主管 刚刚发布了第 1 版" in text_of(finished(lead, late))
        assert len(store.publications()) == 1


def test_what_changed_since_it_was_looked_at_must_not_be_published(
    lead: Browser, calls: Path
) -> None:
    place, _ = look(lead)
    write(calls, "lexicons/own.yaml", "title: 自己的\nphrases:\n  - 好\n")
    late = lead.submit(place, note="我的")
    assert "规则文件又改动了" in text_of(finished(lead, late))
    with Store(calls) as store:
        assert store.published() is None
