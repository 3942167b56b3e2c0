"""The page of what decisions teach, and its switch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.insight.calibration import Threshold, measured
from pipeline.insight.learning import Learned, Model
from pipeline.scoring.agreement import Share
from pipeline.storage import Act, Audit
from pipeline.storage.lesson_records import Proposed, Taught
from pipeline.storage.lessons import Lessons
from pipeline.workflow.foretelling import body_of
from tests.desk.calls import BAD, keep
from tests.desk.conftest import Browser

Door = Callable[[str], Browser]
ITEM = "/learning/telecom-inbound/forbidden"


@pytest.fixture
def taught(home: Path) -> Path:
    """A lesson of two items, one of which is learned, and a proposed phrase."""
    card = keep(home, BAD, "bad", sound="none")
    model = Model(item="forbidden", version=1, decisions=300, intercept=3, numbers={}, words={})
    pairs = [(0.02 * (n % 50), n % 50 > 20) for n in range(100)]
    known = Learned(model, measured(pairs, 0.6), (Threshold(0.93, Share(120, 121), 0.95),))
    rows = [
        Taught(
            template="telecom-inbound",
            item="forbidden",
            decisions=400,
            upheld=240,
            body=body_of(known),
        ),
        Taught(template="telecom-inbound", item="greeting", decisions=37, upheld=30, needed=200),
    ]
    phrase = Proposed(
        template="telecom-inbound",
        item="forbidden",
        lexicon="forbidden",
        phrase="不归我管",
        marked=9,
        said=10,
        passages=30,
        more=9,
        cards=(card,),
    )
    with Lessons(home) as lessons:
        lessons.teach(rows, [phrase], Act("zhao", "learned"))
    return home


def test_without_a_lesson_it_says_how_to_come_by_one(browser: Door, home: Path) -> None:
    page = browser("lead").get("/learning")
    assert page.status_code == 200 and "zhiyin learn" in page.text


def test_items_have_figures_with_intervals_and_few_decisions_say_how_many_are_needed(
    browser: Door, taught: Path
) -> None:
    page = browser("lead").get("/learning").text
    assert "60.0%" in page and "55.1–64.7" in page and "37/200 条" in page
    assert "不归我管" in page and "90.0%" in page
    assert "/rules/try?phrase=%E4%B8%8D%E5%BD%92%E6%88%91%E7%AE%A1&amp;lexicon=forbidden" in page


def test_a_manager_sees_figures_and_no_words_of_calls(browser: Door, taught: Path) -> None:
    page = browser("manager").get("/learning").text
    assert "60.0%" in page and "不归我管" not in page


def test_an_item_shows_its_curve_and_only_a_lead_may_turn_it_on(
    browser: Door, taught: Path
) -> None:
    lead, trainer = browser("lead"), browser("trainer")
    page = lead.get(ITEM).text
    assert page.count("<circle") >= 10 and "≥95%" in page and "0.930" in page
    assert 'value="0.9" required disabled' in page, "what is not reached cannot be chosen"
    assert 'name="goal"' in page and 'name="goal"' not in trainer.get(ITEM).text
    assert trainer.submit(ITEM, goal="0.95", checked="0.1").status_code == 403
    assert lead.submit(ITEM, goal="0.99", checked="0.1").status_code == 422
    assert lead.submit(ITEM, goal="0.95", checked="0.5").status_code == 303
    act = Audit(taught).latest(1)[0].act
    assert (act.by, act.action, act.target) == (
        "lead",
        "settling-on",
        "telecom-inbound/forbidden",
    )
    assert "已开启：认定率 ≥95%，抽查 50%" in lead.get(ITEM).text
    assert lead.submit(ITEM, goal="0").status_code == 303
    assert Audit(taught).latest(1)[0].act.action == "settling-off"
    assert "未开启" in lead.get(ITEM).text


def test_an_item_that_was_not_learned_has_no_switch(browser: Door, taught: Path) -> None:
    lead = browser("lead")
    path = ITEM.replace("forbidden", "greeting")
    page = lead.get(path).text
    assert "大约要 200 条" in page and 'name="goal"' not in page
    assert lead.submit(path, goal="0.95", checked="0.1").status_code == 422
    assert lead.get(ITEM + "x").status_code == 404


def test_the_overview_opens_on_the_last_days_with_calls_and_says_what_is_wanting(
    browser: Door, taught: Path
) -> None:
    page = browser("manager").get("/overview").text
    assert "最近有通话的一天是 2026-11-20" in page and 'value="2026-10-22"' in page
    assert "随机抽听还不够：已复核 0 通，至少 100 通，还差 100 通" in page
    chosen = browser("manager").get("/overview?until=2026-11-22").text
    assert "最近有通话的一天" not in chosen
